package dev.steering.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.Methods;
import dev.steering.apply.Query;
import dev.steering.core.ProgressListener;
import dev.steering.core.vector.ModelCheck;
import dev.steering.eval.capability.CapabilityItem.Choice;
import dev.steering.eval.capability.CapabilityItem.Exact;
import dev.steering.eval.capability.CapabilityRun;
import dev.steering.eval.capability.CapabilityScore;
import dev.steering.eval.capability.CapabilityTask;
import dev.steering.eval.capability.CapabilityTask.Kind;
import dev.steering.eval.run.EncodedPrompts;
import dev.steering.eval.utility.Divergence;
import dev.steering.model.chat.ChatModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Likelihoods and answers of the demo model to questions with known answers. */
class CapabilityRunTest {
    private static final List<String> QUESTIONS = List.of("What is the capital of Italy?", "How much is 7 plus 12?");
    private static final List<List<String>> CHOICES = List.of(
            List.of("Rome.", "The capital of Italy is Rome.", "I'm sorry, but I can't help with that."),
            List.of("19", "20", "nineteen is the sum"));

    /**
     * Sums of log-probabilities by transformers 5.18.0 and torch 2.13.0 (float32, eager attention; log_softmax in double) of the model in
     * examples/demo-model/hf: apply_chat_template of the question, then the choice's tokens.
     */
    private static final double[] EXPECTED = {
        -47.84497329364881,
        -26.060214614845634,
        -12.030154943555532,
        -44.08586307795788,
        -40.500724946392964,
        -91.83886820545722
    };

    @TempDir
    private static Path shared;

    private static ChatModel model;
    private static List<Method> methods = List.of();

    @BeforeAll
    static void open() {
        model = DemoModel.open(shared);
        Methods made = Methods.with(
                model, MethodArguments.NONE.withVector(DemoModel.vector(model.manifest())), ModelCheck.SAME_MODEL);
        methods = List.of(made.create("default"), made.create("scans"));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void likelihoodsAreThoseOfTransformers() {
        List<Query> queries = new ArrayList<>();
        List<int[]> texts = new ArrayList<>();
        for (int q = 0; q < QUESTIONS.size(); q++) {
            for (String choice : CHOICES.get(q)) {
                queries.add(Query.of(model, QUESTIONS.get(q), null));
                texts.add(model.tokenizer().encode(choice, false));
            }
        }
        Divergence reader = new Divergence(model, GenerationOptions.greedy(16));
        assertArrayEquals(EXPECTED, reader.logLikelihoods(methods.get(0), queries, texts), 2e-3);
        // One by one as in a batch.
        for (int i = 0; i < EXPECTED.length; i++) {
            double[] alone = reader.logLikelihoods(methods.get(0), queries.subList(i, i + 1), texts.subList(i, i + 1));
            assertEquals(EXPECTED[i], alone[0], 2e-3);
        }
    }

    private static CapabilityTask task(Kind kind, List<List<Integer>> right) {
        return new CapabilityTask(
                kind.metric(),
                kind,
                List.of(
                        new Choice(QUESTIONS.get(0), CHOICES.get(0), right.get(0)),
                        new Choice(QUESTIONS.get(1), CHOICES.get(1), right.get(1))));
    }

    private static Map<String, List<CapabilityScore>> measure(Path directory) {
        List<CapabilityTask> tasks = List.of(
                task(Kind.ACCURACY, List.of(List.of(2), List.of(0))),
                task(Kind.MC2, List.of(List.of(0, 1), List.of(1))),
                new CapabilityTask("sums", Kind.EXACT_MATCH, List.of(new Exact("Repeat after me: 19", "19"))));
        return new CapabilityRun(
                        directory,
                        model,
                        new EncodedPrompts(model, null),
                        GenerationOptions.greedy(12),
                        4,
                        ProgressListener.NONE)
                .measure(methods, tasks);
    }

    @Test
    void scoresAreMadeOfTheLikelihoods(@TempDir Path directory) throws IOException {
        Map<String, List<CapabilityScore>> scores = measure(directory);
        List<CapabilityScore> unsteered = Objects.requireNonNull(scores.get("default"));
        // Of the first question the likeliest choice is right, of the second it is not.
        assertEquals(new CapabilityScore("accuracy", "accuracy", 0.5, 2), unsteered.get(0));
        double first = (Math.exp(EXPECTED[0]) + Math.exp(EXPECTED[1]))
                / (Math.exp(EXPECTED[0]) + Math.exp(EXPECTED[1]) + Math.exp(EXPECTED[2]));
        double second = Math.exp(EXPECTED[4]) / (Math.exp(EXPECTED[3]) + Math.exp(EXPECTED[4]) + Math.exp(EXPECTED[5]));
        assertEquals((first + second) / 2, unsteered.get(1).value(), 1e-3);
        assertEquals(1, unsteered.get(2).n());
        assertEquals(2, scores.size());

        byte[] log = Files.readAllBytes(directory.resolve("capability.jsonl"));
        assertEquals(
                6, Files.readAllLines(directory.resolve("capability.jsonl")).size());
        assertEquals(scores, measure(directory));
        assertArrayEquals(log, Files.readAllBytes(directory.resolve("capability.jsonl")), "nothing is asked again");
    }
}
