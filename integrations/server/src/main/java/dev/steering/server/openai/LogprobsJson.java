package dev.steering.server.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.ChatResponse.LikelyToken;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** How probable tokens were, as OpenAI's interface writes it. */
final class LogprobsJson {
    private static final String LOGPROB = "logprob";
    private static final char PARTIAL = '\uFFFD';

    private LogprobsJson() {}

    /** Of a chat's answer. */
    static ObjectNode chat(List<LikelyToken> tokens) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode content = root.putArray("content");
        for (LikelyToken token : tokens) {
            ArrayNode top = one(content.addObject(), token).putArray("top_logprobs");
            token.likely().forEach(other -> one(top.addObject(), other));
        }
        root.putNull("refusal");
        return root;
    }

    /** The bytes of a part of a character are not known. */
    private static ObjectNode one(ObjectNode node, LikelyToken token) {
        node.put("token", token.text()).put(LOGPROB, token.logProbability());
        if (token.text().indexOf(PARTIAL) >= 0) {
            return node.putNull("bytes");
        }
        ArrayNode bytes = node.putArray("bytes");
        for (byte part : token.text().getBytes(StandardCharsets.UTF_8)) {
            bytes.add(part & 0xff);
        }
        return node;
    }

    /** Of a completion, as the older interface has it; of tokens with one text the most probable is told. */
    static ObjectNode completion(List<LikelyToken> tokens) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode offsets = root.putArray("text_offset");
        ArrayNode logprobs = root.putArray("token_logprobs");
        ArrayNode texts = root.putArray("tokens");
        ArrayNode tops = root.putArray("top_logprobs");
        int offset = 0;
        for (LikelyToken token : tokens) {
            offsets.add(offset);
            offset += token.text().length();
            logprobs.add(token.logProbability());
            texts.add(token.text());
            ObjectNode top = tops.addObject();
            token.likely()
                    .forEach(other ->
                            top.putIfAbsent(other.text(), JsonNodeFactory.instance.numberNode(other.logProbability())));
        }
        return root;
    }
}
