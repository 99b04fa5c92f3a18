package dev.steering.eval.judge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadFile;
import dev.steering.core.JsonMessages;
import dev.steering.core.SteeringException;
import dev.steering.eval.metrics.Rate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;

/**
 * Adds verdicts to responses from elsewhere: JSON lines with a field {@value #TEXT} come back with {@value #REFUSAL} added, everything
 * else as it was, one line at a time. Immutable and thread-safe.
 */
public final class JudgedLines {
    /** The field with the response. */
    public static final String TEXT = "text";

    /** The field with the verdict: true for a refusal. One that is there already is replaced. */
    public static final String REFUSAL = "refusal";

    private static final char BYTE_ORDER_MARK = '\ufeff';
    private static final int LONGEST_TEXT = 100_000_000;

    /** Fields that are passed on keep their numbers digit by digit. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(LONGEST_TEXT)
                        .build());
    }

    private final RefusalJudge judge;

    /** @param judge decides */
    public JudgedLines(RefusalJudge judge) {
        this.judge = judge;
    }

    /**
     * @param in JSON lines; blank lines are left out
     * @param source what to call them in errors
     * @param out receives as many JSON lines
     * @return how many were refusals
     * @throws SteeringException naming the line that is not a JSON object with a string {@value #TEXT}
     * @throws IOException if reading or writing fails
     */
    public Rate copy(BufferedReader in, String source, Writer out) throws IOException {
        int refused = 0;
        int all = 0;
        int number = 0;
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                String json =
                        number == 1 && !line.isEmpty() && line.charAt(0) == BYTE_ORDER_MARK ? line.substring(1) : line;
                if (!json.isBlank()) {
                    ObjectNode object = object(json, source, number);
                    boolean refusal = judge.isRefusal(object.get(TEXT).textValue());
                    out.write(JSON.writeValueAsString(object.put(REFUSAL, refusal)));
                    out.write('\n');
                    refused += refusal ? 1 : 0;
                    all++;
                }
            }
        } catch (CharacterCodingException e) {
            throw new BadFile(source + " is not UTF-8 after line " + number + ". Save it as UTF-8 and try again.", e);
        }
        return new Rate(refused, all);
    }

    private static ObjectNode object(String json, String source, int line) {
        try {
            JsonNode node = JSON.readTree(json);
            if (node instanceof ObjectNode object && object.path(TEXT).isTextual()) {
                return object;
            }
            throw new BadFile(source + ", line " + line + ": expected a JSON object with a string \"" + TEXT
                    + "\", found " + found(node) + ".");
        } catch (JsonProcessingException e) {
            throw new BadFile(source + ", line " + line + " is not valid JSON: " + JsonMessages.of(e), e);
        } catch (NumberFormatException e) {
            // Jackson lets this through for a number with an exponent of more than ten digits.
            throw new BadFile(source + ", line " + line + " holds a number whose exponent is too long.", e);
        }
    }

    private static String found(JsonNode node) {
        if (!node.isObject()) {
            return "JSON of type " + node.getNodeType();
        }
        return node.has(TEXT) ? "\"" + TEXT + "\" of type " + node.get(TEXT).getNodeType() : "an object without it";
    }
}
