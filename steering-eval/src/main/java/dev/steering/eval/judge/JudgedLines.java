package dev.steering.eval.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadFile;
import dev.steering.core.ProgressListener;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.PromptTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds verdicts to responses from elsewhere: JSON lines, a JSON array of objects or strings, or a table come back as JSON lines with
 * {@value #REFUSAL} and {@value #VERDICT} added, everything else as it was, in the order of the input and in constant memory.
 *
 * <p>{@value #REFUSAL} is what the first judge says, true or false, and null where it cannot tell or there is no text to judge; {@value
 * #VERDICT} is a {@link Verdict}, in lower case. A response counts as cut where {@value #FINISH} beside it is {@code length} or {@code
 * context}. What further judges say is in {@value #JUDGES}, a {@link Ruling} in lower case by their names. Immutable and thread-safe.
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

    /** The field with the rulings of further judges. One that is there already is replaced. */
    public static final String JUDGES = "judges";

    /** The field that says why a response ended, as {@code steer eval} writes it. */
    public static final String FINISH = "finish";

    /** The field with what was asked, unless another is named. */
    public static final String PROMPT = "prompt";

    private static final Set<String> CUT = Set.of("length", "context");

    private final List<ExchangeJudge> judges;
    private final @Nullable String field;
    private final @Nullable String promptField;
    private final @Nullable String labels;
    private final int chunk;
    private final ProgressListener progress;

    /**
     * Judges each response as soon as it is read.
     *
     * @param judge decides
     */
    public JudgedLines(ExchangeJudge judge) {
        this(List.of(judge), null, null, null, 1, ProgressListener.NONE);
    }

    private JudgedLines(
            List<ExchangeJudge> judges,
            @Nullable String field,
            @Nullable String promptField,
            @Nullable String labels,
            int chunk,
            ProgressListener progress) {
        this.judges = List.copyOf(judges);
        this.field = field;
        this.promptField = promptField;
        this.labels = labels;
        this.chunk = chunk;
        this.progress = progress;
    }

    /**
     * @param newJudges the judge that decides, and those whose rulings are kept beside; at least one
     * @return a copy with them
     */
    public JudgedLines withJudges(List<ExchangeJudge> newJudges) {
        if (newJudges.isEmpty()) {
            throw new IllegalArgumentException("Responses need at least one judge.");
        }
        return new JudgedLines(newJudges, field, promptField, labels, chunk, progress);
    }

    /**
     * @param name the field, or the column of a table, with the response
     * @return a copy that looks there
     */
    public JudgedLines withField(String name) {
        return new JudgedLines(judges, name, promptField, labels, chunk, progress);
    }

    /**
     * @param name the field with what was asked; without one it is {@value #PROMPT} where that is a string, else unknown
     * @return a copy that looks there
     */
    public JudgedLines withPromptField(String name) {
        return new JudgedLines(judges, field, name, labels, chunk, progress);
    }

    /**
     * @param name the field with labels by people, {@link HumanLabels}; without one it is {@code final_label}, where there is one
     * @return a copy that compares with them
     */
    public JudgedLines withLabels(String name) {
        return new JudgedLines(judges, field, promptField, name, chunk, progress);
    }

    /**
     * @param responses most responses that are judged at once, at least 1: models judge many faster than one by one
     * @param listener told how many of them are judged
     * @return a copy that does so
     */
    public JudgedLines withChunks(int responses, ProgressListener listener) {
        return new JudgedLines(judges, field, promptField, labels, Math.max(1, responses), listener);
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
        Pass pass = new Pass(out);
        ResponseReader reader = new ResponseReader(source, pass::take);
        pass.reader = reader;
        reader.read(in);
        return pass.counts();
    }

    /**
     * @param table a table with a row per response
     * @param out receives JSON lines: the columns as strings, and the verdict
     * @return what came of it
     * @throws SteeringException if there is no such column
     * @throws IOException if writing fails
     */
    public JudgedCounts copy(PromptTable table, Writer out) throws IOException {
        Pass pass = new Pass(out);
        pass.unit = "a row with";
        new ResponseReader(table.source(), pass::take).read(table);
        return pass.counts();
    }

    /** A response that waits for its verdict; null for the text of one without. */
    private record Waiting(
            ObjectNode object, @Nullable String text, String prompt, @Nullable String label, String place) {}

    /** One reading of one source. */
    private final class Pass {
        private final Writer out;
        private final Tally tally =
                new Tally(judges.stream().map(ExchangeJudge::name).toList());
        private final List<Waiting> waiting = new ArrayList<>();
        private @Nullable String chosen = field;
        private @Nullable ResponseReader reader;
        private String unit = "a JSON object with a string";

        Pass(Writer out) {
            this.out = out;
        }

        JudgedCounts counts() throws IOException {
            judgeWaiting();
            return tally.counts();
        }

        void take(JsonNode node, String place) throws IOException {
            ObjectNode object = object(node, place);
            JsonNode text = text(object, place);
            waiting.add(new Waiting(object, text.textValue(), prompt(object, place), label(object, place), place));
            if (waiting.size() >= chunk) {
                judgeWaiting();
            }
        }

        private void judgeWaiting() throws IOException {
            List<Exchange> exchanges = new ArrayList<>();
            for (Waiting one : waiting) {
                if (one.text() != null) {
                    exchanges.add(new Exchange(one.prompt(), one.text()));
                }
            }
            List<List<Ruling>> rulings = new ArrayList<>();
            for (ExchangeJudge judge : judges) {
                rulings.add(exchanges.isEmpty() ? List.of() : judge.rulings(exchanges, progress));
            }
            int judged = 0;
            for (Waiting one : waiting) {
                int index = judged;
                write(
                        one,
                        one.text() == null
                                ? null
                                : rulings.stream().map(r -> r.get(index)).toList());
                judged += one.text() == null ? 0 : 1;
            }
            waiting.clear();
        }

        private void write(Waiting one, @Nullable List<Ruling> rulings) throws IOException {
            ObjectNode object = one.object();
            List<Verdict> verdicts = new ArrayList<>();
            boolean cut = CUT.contains(object.path(FINISH).asText().toLowerCase(Locale.ROOT));
            for (int i = 0; i < judges.size(); i++) {
                verdicts.add(
                        rulings == null || one.text() == null
                                ? Verdict.UNDECIDED
                                : Verdict.ruled(judges.get(i).seen(one.text()), rulings.get(i), cut));
            }
            object.put(REFUSAL, rulings == null ? null : rulings.get(0).refusal());
            object.put(VERDICT, verdicts.get(0).word());
            if (judges.size() > 1) {
                ObjectNode others = object.putObject(JUDGES);
                for (int i = 1; i < judges.size(); i++) {
                    others.put(judges.get(i).name(), (rulings == null ? Ruling.UNDECIDED : rulings.get(i)).word());
                }
            }
            out.write(ResponseReader.JSON.writeValueAsString(object));
            out.write('\n');
            tally.add(rulings, verdicts, one.label(), one.label() == null ? null : HumanLabels.of(one.label()));
        }

        private ObjectNode object(JsonNode node, String place) {
            if (node instanceof ObjectNode object) {
                return object;
            }
            if (reader != null && reader.isArray() && (node.isTextual() || node.isNull())) {
                return ResponseReader.JSON.createObjectNode().set(chosen == null ? TEXT : chosen, node);
            }
            throw wrong(place, "found JSON of type " + node.getNodeType());
        }

        private JsonNode text(ObjectNode object, String place) {
            if (chosen == null) {
                chosen = !object.has(TEXT) && object.has(COMPLETION) ? COMPLETION : TEXT;
            }
            JsonNode text = object.get(chosen);
            if (text == null) {
                throw wrong(
                        place,
                        (reader == null ? "found one" : "found an object") + " without it"
                                + (object.isEmpty() ? "" : ", with " + names(object)));
            }
            if (!text.isTextual() && !text.isNull()) {
                throw wrong(place, "found \"" + chosen + "\" of type " + text.getNodeType());
            }
            return text;
        }

        private String prompt(ObjectNode object, String place) {
            JsonNode prompt = object.path(promptField == null ? PROMPT : promptField);
            if (promptField != null && !prompt.isTextual()) {
                throw new BadFile(place + ": expected what was asked as a string \"" + promptField
                                + "\", found an object with " + names(object) + ".")
                        .withRemedy(Remedy.CHOOSE_FIELD);
            }
            return prompt.asText("");
        }

        private @Nullable String label(ObjectNode object, String place) {
            String name = labels == null ? HumanLabels.FIELD : labels;
            JsonNode label = object.get(name);
            if (labels != null && label == null) {
                throw new BadFile(place + ": expected a label by people in \"" + name + "\", found an object with "
                        + names(object) + ".");
            }
            boolean there = label != null && (label.isTextual() || (labels != null && !label.isNull()));
            return there ? HumanLabels.checked(label.asText(), name, place) : null;
        }

        private String names(ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            return String.join(", ", names);
        }

        private SteeringException wrong(String place, String found) {
            return new BadFile(place + ": expected " + unit + " \"" + (chosen == null ? TEXT : chosen) + "\", " + found
                            + ".")
                    .withRemedy(Remedy.CHOOSE_FIELD);
        }
    }
}
