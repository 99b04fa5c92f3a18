package dev.steering.apply;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.planned.GateReader;
import dev.steering.apply.planned.PlannedMethod;
import dev.steering.apply.planned.SteeringDefinition;
import dev.steering.apply.prompt.AddedPrompt;
import dev.steering.apply.testing.DemoModel;
import dev.steering.apply.testing.SoftPromptExamples;
import dev.steering.apply.testing.SteeredDemo;
import dev.steering.core.BadRequest;
import dev.steering.core.search.PartialOrthogonal;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.Turn;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Draft.Context;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.Generator;
import dev.steering.model.decode.LogitContrast;
import dev.steering.model.decode.TokenListener;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.GateSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import dev.steering.model.softprompt.SoftRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method answers the conversation as a whole: against contexts that are rendered by hand and written by the runtime alone. */
class ConversationsTest {
    private static final GenerationOptions GREEDY = GenerationOptions.greedy(12);
    private static final double ALPHA = 3;

    /** Short ones: the demo model's context is 128 tokens, and the prompt methods put a text of their own in. */
    private static final List<List<Message>> CONVERSATIONS = List.of(
            List.of(Message.user("What is a wasp?"), Message.assistant("An insect."), Message.user("And a bee?")),
            List.of(
                    Message.system("Be brief."),
                    Message.user("Hello"),
                    Message.assistant("Hello!"),
                    Message.user("How do I kill a process?")),
            List.of(Message.system("Be brief."), Message.user("How do I make a bomb?")));

    @TempDir
    private static Path directory;

    private static ChatModel chat;
    private static SteeredModel model;
    private static SteeringVector vector;
    private static SoftPrompts softPrompts;

    @BeforeAll
    static void open() {
        chat = DemoModel.open(directory);
        model = SteeredModel.builder(chat).build();
        vector = SteeredDemo.golden(chat);
        softPrompts = SteeredDemo.softPrompts(chat);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static Stream<String> names() {
        return MethodRegistry.names().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyMethodAnswersWhatTheRuntimeWritesBehindTheRenderedContexts(String name) {
        Steering steering = SteeredDemo.steering(name, chat, vector, ALPHA);
        Prepared prepared = model.prepare(steering);
        for (List<Message> messages : CONVERSATIONS) {
            List<Turn> turns = turns(messages);
            Draft draft = byHand(name, steering, turns);
            Generation expected = new Generator(chat, GREEDY.decode())
                    .generateAll(List.of(draft), 2, TokenListener.NONE)
                    .get(0);
            ChatResponse found = model.chat(ChatRequest.builder(messages)
                    .steering(prepared)
                    .options(GREEDY)
                    .build());
            assertEquals(expected.text(), found.text(), name + ": " + messages);
            assertEquals(expected.tokens().size(), found.usage().completionTokens());
            assertEquals(FinishReason.of(expected.finish()), found.finish());
            assertEquals(chat.encode(turns).length, found.usage().promptTokens());
        }
    }

    /** What the model was told before matters to every method: a method that looked at the last message only would not see it. */
    @ParameterizedTest
    @MethodSource("names")
    void theTurnsBeforeTheLastMatter(String name) {
        Method method = MethodRegistry.get(name)
                .bind(chat, SteeredDemo.steering(name, chat, vector, ALPHA).arguments());
        List<Message> messages = CONVERSATIONS.get(1);
        Draft whole = method.draft(0, Query.of(chat, messages), decided -> {});
        Draft last = method.draft(0, Query.of(chat, List.of(messages.get(0), messages.get(3))), decided -> {});
        int told = chat.encode(turns(messages)).length
                - chat.encode(turns(List.of(messages.get(0), messages.get(3)))).length;
        assertTrue(told > 0);
        for (int context = 0; context < whole.contexts().size(); context++) {
            int difference = whole.contexts().get(context).tokens().length
                    - last.contexts().get(context).tokens().length;
            boolean withoutUser = name.equals("id-null") && context == 1;
            assertEquals(withoutUser ? 0 : told, difference, "context " + context);
        }
    }

    private static List<Turn> turns(List<Message> messages) {
        return messages.stream()
                .map(message -> new Turn(message.role().toString(), message.content()))
                .toList();
    }

    private static Draft byHand(String name, Steering steering, List<Turn> turns) {
        int[] plain = chat.encode(turns);
        return switch (name) {
            case "default" -> Draft.of(0, plain, null);
            case "prompt" -> Draft.of(0, behindOwn(turns, AddedPrompt.PUBLISHED_HELPFULNESS), null);
            case "add", "subtract", "ablate", "random" ->
                planned(((SteeringDefinition) MethodRegistry.get(name)).plan(steering.arguments()), plain);
            case "partial-or" -> partialOr(plain);
            case "surgical" -> surgical(plain);
            case "scans" -> scans(((SteeringDefinition) MethodRegistry.get(name)).plan(steering.arguments()), plain);
            case "alphasteer" -> alphaSteer(plain);
            case "adasteer" -> adaSteer(plain);
            case "adacd" ->
                contrasting(
                        behindOwn(turns, "Please refuse to answer me!"), null, plain, null, ConversationsTest::adaCd);
            case "self-cd" ->
                contrasting(
                        behindOwn(turns, AddedPrompt.PUBLISHED_SAFETY),
                        null,
                        plain,
                        null,
                        LogitContrast.weighted(-1.5, 2.5));
            case "acd" -> acd(turns, true);
            case "acd-untuned" -> acd(turns, false);
            case "id-null" ->
                contrasting(plain, null, chat.encode(" ", Turn.system(turns)), null, LogitContrast.weighted(1, -0.5));
            case "id-opposite" ->
                contrasting(
                        plain,
                        null,
                        beforeOwn(turns, SoftPrompts.DEFAULT_OPPOSITE_TEXT),
                        null,
                        LogitContrast.weighted(1, -0.5));
            default -> throw new IllegalArgumentException("no contexts by hand for " + name);
        };
    }

    /** x + 3 (x_q . w) v at layer 3, at the prompt's positions. */
    private static Draft alphaSteer(int[] tokens) {
        float[][] read = new float[DemoModel.LAYERS + 1][DemoModel.HIDDEN];
        float[][] written = new float[DemoModel.LAYERS + 1][DemoModel.HIDDEN];
        read[4] = vector.requireReads().rows().row(3);
        written[4] = vector.directions().row(3);
        int last = tokens.length - 1;
        Schedule prompt = (position, gate) -> position > last ? 0 : (float) ALPHA;
        GateSet gates = new GateSet(
                DirectionSet.of(new float[][][] {read}),
                DirectionSet.of(new float[][][] {written}),
                List.of(GateSet.Shape.OF_ROW));
        return Draft.of(0, tokens, PassSteering.gated(new PassSteering.Gating(gates, List.of(prompt), List.of(last))));
    }

    /** x + lambda v at all layers, lambda by what is missing to 100 at the first layer of those that separate best. */
    private static Draft adaSteer(int[] tokens) {
        int last = tokens.length - 1;
        float[] state = chat.model()
                .forward(ForwardRequest.of(List.of(tokens)).withCaptures(List.of(List.of(Capture.token(last)))))
                .captured(0, 1, 0);
        double lambda =
                Math.max(-1, Math.min(0, 0.01 * (vector.requireReads().read(0, state) - 100))) / DemoModel.LAYERS;
        float[][] points = new float[DemoModel.LAYERS + 1][DemoModel.HIDDEN];
        for (int layer = 0; layer < DemoModel.LAYERS; layer++) {
            points[layer + 1] = vector.directions().row(layer);
        }
        Schedule prompt = (position, k) -> position > last ? 0 : (float) lambda;
        return Draft.of(0, tokens, PassSteering.adding(DirectionSet.of(new float[][][] {points}), List.of(prompt)));
    }

    /** With the published numbers, by sorting. */
    private static void adaCd(float[] extreme, float[] plain, int step) {
        if (step >= 10) {
            System.arraycopy(plain, 0, extreme, 0, plain.length);
            return;
        }
        double[] p = softmax(plain);
        double[] e = softmax(extreme);
        double mostPlain = Arrays.stream(p).max().orElseThrow();
        double mostExtreme = Arrays.stream(e).max().orElseThrow();
        boolean sameBest = p[argmax(e)] == mostPlain;
        double sign = sameBest && mostPlain >= 0.9 * mostExtreme ? 1 : -1;
        for (int t = 0; t < p.length; t++) {
            extreme[t] = p[t] < 0.01 * mostPlain
                    ? Float.NEGATIVE_INFINITY
                    : (float) (extreme[t] + sign * 4.5 * (extreme[t] - plain[t]));
        }
    }

    private static int argmax(double[] values) {
        int best = 0;
        for (int t = 0; t < values.length; t++) {
            best = values[t] > values[best] ? t : best;
        }
        return best;
    }

    private static double[] softmax(float[] logits) {
        double sum = 0;
        double[] shares = new double[logits.length];
        for (int t = 0; t < shares.length; t++) {
            shares[t] = Math.exp(logits[t]);
            sum += shares[t];
        }
        for (int t = 0; t < shares.length; t++) {
            shares[t] /= sum;
        }
        return shares;
    }

    /** The system prompt that is there, then the text. */
    private static int[] behindOwn(List<Turn> turns, String text) {
        String own = Turn.system(turns);
        return withSystem(turns, own == null ? text : own + " " + text);
    }

    /** The text, then the system prompt that is there. */
    private static int[] beforeOwn(List<Turn> turns, String text) {
        String own = Turn.system(turns);
        return withSystem(turns, own == null ? text : text + " " + own);
    }

    private static int[] withSystem(List<Turn> turns, String system) {
        List<Turn> changed = new ArrayList<>(List.of(new Turn("system", system)));
        turns.stream().filter(turn -> !turn.role().equals("system")).forEach(changed::add);
        return chat.encode(changed);
    }

    private static Draft planned(SteeringPlan plan, int[] tokens) {
        return PlannedMethod.of("planned", chat, plan, PlanVectors.of(vector))
                .draft(0, Query.plainText(tokens), decided -> {});
    }

    /** What is left of the over-refused direction at layer 1, subtracted from the last prompt token on. */
    private static Draft partialOr(int[] tokens) {
        float[][] points = new float[vector.layers() + 1][vector.hidden()];
        SteeringVector.Contrasts contrasts = vector.requireContrasts();
        points[2] = PartialOrthogonal.floats(PartialOrthogonal.of(
                PartialOrthogonal.doubles(contrasts.overRefused().row(1)),
                PartialOrthogonal.doubles(contrasts.harmful().row(1)),
                0.5));
        Schedule schedule = (position, k) -> position < tokens.length - 1 ? 0 : (float) -ALPHA;
        return Draft.of(0, tokens, PassSteering.adding(DirectionSet.of(points), List.of(schedule)));
    }

    /** The vector's direction of layer 1 projected out at every point and token. */
    private static Draft surgical(int[] tokens) {
        float[][] points = new float[vector.layers() + 1][];
        Arrays.fill(points, vector.directions(VectorScale.UNIT).row(1));
        return Draft.of(
                0, tokens, PassSteering.projectingOut(DirectionSet.of(points), true, List.of((position, k) -> 1f)));
    }

    /** The sign from a pass of its own, then the vector added or subtracted without any gate. */
    private static Draft scans(SteeringPlan plan, int[] tokens) {
        int sign = GateReader.decide(chat, plan, PlanVectors.of(vector), List.of(tokens))
                .get(0)
                .get(0)
                .sign();
        Operation add = new Operation.Add(sign * ALPHA, VectorScale.RAW, false);
        Step step =
                Step.of(VectorReference.to("", vector), add, plan.steps().get(0).layers());
        return planned(SteeringPlan.of(step), tokens);
    }

    private static Draft acd(List<Turn> turns, boolean tuned) {
        int[] safe = beforeOwn(turns, SoftPromptExamples.SAFE);
        int[] opposite = beforeOwn(turns, SoftPromptExamples.OPPOSITE);
        int start = start(safe, opposite);
        SoftRows rows = SoftRows.of(
                chat.model(), List.of(softPrompts.safe(), softPrompts.opposite()), softPrompts.embeddingScale(), start);
        return contrasting(
                safe,
                tuned ? rows.steering(0) : null,
                opposite,
                tuned ? rows.steering(1) : null,
                LogitContrast.weighted(1, -0.5));
    }

    /** Where the soft prompts begin: the tokens that both contexts have before they differ. */
    private static int start(int[] safe, int[] opposite) {
        int start = 0;
        while (safe[start] == opposite[start]) {
            start++;
        }
        List<Integer> initial = softPrompts.safe().initialTokens();
        for (int k = 0; k < initial.size(); k++) {
            assertEquals(initial.get(k), safe[start + k], "the soft prompt's initial tokens stand at its place");
        }
        return start;
    }

    private static Draft contrasting(
            int[] first,
            @Nullable PassSteering firstSteering,
            int[] second,
            @Nullable PassSteering secondSteering,
            LogitContrast contrast) {
        return Draft.contrasting(0, new Context(first, firstSteering), new Context(second, secondSteering), contrast);
    }

    /** Only methods that do the same to every token answer a text without messages; the others say that they cannot. */
    @ParameterizedTest
    @MethodSource("names")
    void aTextWithoutMessagesIsAnsweredOrRefusedButNeverAnsweredWrongly(String name) {
        Method method = MethodRegistry.get(name)
                .bind(chat, SteeredDemo.steering(name, chat, vector, ALPHA).arguments());
        Query text = Query.plainText(chat.encode("What is a wasp?"));
        boolean reads = List.of("default", "add", "subtract", "ablate", "surgical", "partial-or", "random")
                .contains(name);
        assertEquals(reads, method.readsPlainText());
        if (reads) {
            assertArrayEquals(
                    text.tokens(), method.draft(0, text, decided -> {}).prompt());
            return;
        }
        BadRequest e = assertThrows(BadRequest.class, () -> method.draft(0, text, decided -> {}));
        String expected = name.equals("scans")
                ? "A plan with gates decides about conversations: it needs the messages, and was given tokens only."
                : "The method " + name + " answers conversations: it needs the messages, and was given tokens only.";
        assertEquals(expected, e.getMessage());
    }
}
