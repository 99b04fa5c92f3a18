package dev.steering.eval.judge;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadFile;
import dev.steering.core.JsonMessages;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.PromptTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds verdicts to responses from elsewhere: JSON lines, a JSON array of objects or strings, or a table come back as JSON lines with
 * {@value #REFUSAL} and {@value #VERDICT} added, everything else as it was, one at a time.
 *
 * <p>{@value #REFUSAL} is what the judge says, true or false, and null where there is no text to judge; {@value #VERDICT} is a {@link
 * Verdict}, in lower case. A response counts as cut where {@value #FINISH} beside it is {@code length} or {@code context}. Immutable
 * and thread-safe.
 */
public final class JudgedLines {
    /** The field with the response, unless another is named. */
    public static final String TEXT = "text";

    /** The field with the response in files like those of XSTest; taken where there is no {@value #TEXT}. */
    public static final String COMPLETION = "completion";

    /** The field with the judge's verdict: true for a refusal. One that is there already is replaced. */
    public static final String REFUSAL = "refusal";

    /** The field that says what the response is. One that is there already is replaced. */
    public static final String VERDICT = "verdict";

    /** The field that says why a response ended, as {@code steer eval} writes it. */
    public static final String FINISH = "finish";

    private static final Set<String> CUT = Set.of("length", "context");
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

    /** Behind an element of an array there are others. */
    private static final ObjectReader ELEMENTS = JSON.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final RefusalJudge judge;
    private final @Nullable String field;

    /** @param judge decides */
    public JudgedLines(RefusalJudge judge) {
        this(judge, null);
    }

    private JudgedLines(RefusalJudge judge, @Nullable String field) {
        this.judge = judge;
        this.field = field;
    }

    /**
     * @param name the field, or the column of a table, with the response
     * @return a copy that looks there
     */
    public JudgedLines withField(String name) {
        return new JudgedLines(judge, name);
    }

    /**
     * @param in JSON lines, of which blank ones are left out, or one JSON array
     * @param source what to call them in errors
     * @param out receives JSON lines
     * @return what came of it
     * @throws SteeringException naming the place of what is neither an object with a string or null in the field, nor, in an array, a
     *     string
     * @throws IOException if reading or writing fails
     */
    public JudgedCounts copy(BufferedReader in, String source, Writer out) throws IOException {
        Pass pass = new Pass(source, out);
        try {
            if (pass.beginsWithArray(in)) {
                pass.array(in);
            } else {
                pass.lines(in);
            }
        } catch (CharacterCodingException e) {
            throw new BadFile(
                    source + " is not UTF-8 after " + pass.unit + " " + pass.number
                            + ". Save it as UTF-8 and try again.",
                    e);
        }
        return pass.counts;
    }

    /**
     * @param table a table with a row per response
     * @param out receives JSON lines: the columns as strings, and the verdict
     * @return what came of it
     * @throws SteeringException if there is no such column
     * @throws IOException if writing fails
     */
    public JudgedCounts copy(PromptTable table, Writer out) throws IOException {
        Pass pass = new Pass(table.source(), out);
        for (PromptTable.Row row : table.rows()) {
            pass.number = row.line();
            ObjectNode object = JSON.createObjectNode();
            row.values().forEach(object::put);
            pass.judged(object);
        }
        return pass.counts;
    }

    /** One reading of one source. */
    private final class Pass {
        private final String source;
        private final Writer out;
        private JudgedCounts counts = JudgedCounts.NONE;
        private @Nullable String chosen = field;
        private String unit = "line";
        private long number;

        Pass(String source, Writer out) {
            this.source = source;
            this.out = out;
        }

        /** Looks for the first character that is no space, and leaves the reader there; counts the lines before it. */
        boolean beginsWithArray(BufferedReader in) throws IOException {
            in.mark(1);
            int c = in.read();
            if (c == BYTE_ORDER_MARK) {
                in.mark(1);
                c = in.read();
            }
            while (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                number += c == '\n' ? 1 : 0;
                in.mark(1);
                c = in.read();
            }
            in.reset();
            return c == '[';
        }

        void lines(BufferedReader in) throws IOException {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                if (!line.isBlank()) {
                    judged(object(parsed(line), false));
                }
            }
        }

        void array(BufferedReader in) throws IOException {
            unit = "element";
            number = 0;
            try (JsonParser parser = JSON.getFactory().createParser(in)) {
                JsonToken unused = parser.nextToken();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    number++;
                    JsonNode element = ELEMENTS.readTree(parser);
                    judged(object(element, true));
                }
                if (parser.nextToken() != null) {
                    throw new BadFile(source + ": there is something behind the array. Give one array, or JSON lines.");
                }
            } catch (JsonProcessingException e) {
                throw new BadFile(source + " is not valid JSON after element " + number + ": " + JsonMessages.of(e), e);
            } catch (NumberFormatException e) {
                throw new BadFile(place() + " " + JsonMessages.ENDLESS_NUMBER, e);
            }
        }

        private JsonNode parsed(String line) {
            try {
                return JSON.readTree(line);
            } catch (JsonProcessingException e) {
                throw new BadFile(place() + " is not valid JSON: " + JsonMessages.of(e), e);
            } catch (NumberFormatException e) {
                throw new BadFile(place() + " " + JsonMessages.ENDLESS_NUMBER, e);
            }
        }

        private ObjectNode object(JsonNode node, boolean strings) {
            if (node instanceof ObjectNode object) {
                return object;
            }
            if (strings && (node.isTextual() || node.isNull())) {
                return JSON.createObjectNode().set(chosen == null ? TEXT : chosen, node);
            }
            throw wrong("found JSON of type " + node.getNodeType());
        }

        private void judged(ObjectNode object) throws IOException {
            JsonNode text = text(object);
            Verdict verdict = Verdict.UNDECIDED;
            if (text.isNull()) {
                object.putNull(REFUSAL);
            } else {
                boolean refusal = judge.isRefusal(text.textValue());
                boolean cut = CUT.contains(object.path(FINISH).asText().toLowerCase(Locale.ROOT));
                verdict = Verdict.of(text.textValue(), refusal, cut);
                object.put(REFUSAL, refusal);
            }
            object.put(VERDICT, verdict.name().toLowerCase(Locale.ROOT));
            out.write(JSON.writeValueAsString(object));
            out.write('\n');
            JsonNode label = object.path(HumanLabels.FIELD);
            counts = counts.plus(
                    text.isNull() ? null : object.path(REFUSAL).booleanValue(),
                    verdict,
                    label.isTextual() ? HumanLabels.isRefusal(label.textValue(), place()) : null);
        }

        private JsonNode text(ObjectNode object) {
            if (chosen == null) {
                chosen = !object.has(TEXT) && object.has(COMPLETION) ? COMPLETION : TEXT;
            }
            JsonNode text = object.get(chosen);
            if (text == null) {
                List<String> names = new ArrayList<>();
                object.fieldNames().forEachRemaining(names::add);
                throw wrong(
                        "found an object without it" + (names.isEmpty() ? "" : ", with " + String.join(", ", names)));
            }
            if (!text.isTextual() && !text.isNull()) {
                throw wrong("found \"" + chosen + "\" of type " + text.getNodeType());
            }
            return text;
        }

        private SteeringException wrong(String found) {
            return new BadFile(place() + ": expected a JSON object with a string \"" + (chosen == null ? TEXT : chosen)
                            + "\", " + found + ".")
                    .withRemedy(Remedy.CHOOSE_FIELD);
        }

        private String place() {
            return source + ", " + unit + " " + number;
        }
    }
}
