package dev.steering.model.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.steering.core.bundle.ConfigMeaning;
import dev.steering.core.bundle.Vocabulary;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.ModelIdentity;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.TargetModel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an open model is, in parts that a vector can be compared with, and the comparison. The files are read anew at every call,
 * which costs some 0.2 s of CPU time for a vocabulary of 128,000 tokens, and nothing at all until a vector is compared. Stateless and
 * thread-safe.
 */
public final class ModelIdentities {
    /** A template that writes the date is the same template tomorrow. */
    private static final Clock SOME_DAY = Clock.fixed(Instant.parse("2000-01-01T12:00:00Z"), ZoneOffset.UTC);

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private ModelIdentities() {}

    /**
     * @param model an open model with the prompt format to use
     * @param system the system prompt that it is asked under; null for none
     * @return everything that a vector's directions and threshold depend on; where the template writes the date, its tokens are those
     *     of 1 January 2000
     * @throws dev.steering.core.SteeringException if a file of the bundle is damaged, or if the template refuses
     */
    public static ModelIdentity of(ChatModel model, @Nullable String system) {
        Path directory = model.model().bundle().directory();
        return new ModelIdentity(
                model.manifest().fingerprint(),
                ConfigMeaning.read(directory.resolve("config.json")),
                Vocabulary.hash(directory.resolve("tokenizer.json")),
                frame(model, system));
    }

    private static ModelIdentity.Frame frame(ChatModel model, @Nullable String system) {
        PromptFormat format = model.format().at(SOME_DAY);
        TemplateFrame frame = TemplateFrame.of(format, model.tokenizer(), system);
        Map<String, String> variables = new TreeMap<>();
        format.variables().forEach((name, value) -> variables.put(name, json(value)));
        return new ModelIdentity.Frame(
                format.isChat() ? "chat" : "none",
                frame.head(),
                frame.tail(),
                frame.headText(),
                frame.tailText(),
                variables,
                system);
    }

    private static String json(@Nullable Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a template variable is nothing that JSON can hold", e);
        }
    }

    /**
     * Refuses a vector that does not belong to a model as it is asked, see {@link TargetModel#requireFits}.
     *
     * @param model an open model with the prompt format to use
     * @param system the system prompt that it is asked under; null for none
     * @param vector the vector
     * @param check whether another model of the same size will do; then no file is read
     * @return what could not be compared because the vector does not say it, in one sentence; null if all was, or if another model
     *     will do
     * @throws dev.steering.core.WrongModel if the sizes differ, or if anything else does and {@code check} does not allow that
     */
    public static @Nullable String requireFits(
            ChatModel model, @Nullable String system, SteeringVector vector, ModelCheck check) {
        TargetModel target = check == ModelCheck.ANY_MODEL
                ? TargetModel.of(model.manifest())
                : TargetModel.of(model.manifest(), of(model, system));
        return target.requireFits(vector, check);
    }

    /**
     * @param vector a vector
     * @param system the system prompt that requests are asked under; null for none
     * @return in one sentence that the vector was extracted under another system prompt, which moves decisions; null if it was
     *     extracted under the same, or does not say
     */
    public static @Nullable String systemRemark(SteeringVector vector, @Nullable String system) {
        ModelIdentity.Frame frame = vector.provenance().model().frame();
        if (frame == null || Objects.equals(frame.system(), system)) {
            return null;
        }
        return "the vector was extracted " + under(frame.system()) + ", and is used " + under(system)
                + ". Prompts read otherwise than those that directions and threshold come from, so that decisions may move:"
                + " see on known prompts whether they do, or ask under the same.";
    }

    private static String under(@Nullable String system) {
        return system == null
                ? "without a system prompt"
                : "under the system prompt \"" + system.replace("\n", "\\n") + "\"";
    }
}
