package dev.steering.model.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.core.safetensors.DType;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFormat;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.RuntimeOptions;
import dev.steering.model.pass.Schedule;
import dev.steering.testkit.FixtureBundle;
import dev.steering.testkit.ToyDecoder;
import dev.steering.testkit.ToyDecoder.Layout;
import dev.steering.testkit.ToyDecoder.Positions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * More texts than rows, in every way of keeping a cache: each is what choosing the most likely token of its whole row, alone and
 * without a cache, gives.
 */
class DecodeLoopModesTest {
    private static final int NEW_TOKENS = 10;

    @TempDir
    private Path directory;

    static List<ToyDecoder> decoders() {
        List<ToyDecoder> decoders = new ArrayList<>();
        for (Padding padding : Padding.values()) {
            for (Positions positions : Positions.values()) {
                for (Layout layout : Layout.values()) {
                    // Half precision has ties.
                    if (layout != Layout.HALF) {
                        decoders.add(new ToyDecoder(padding, positions, layout, DType.I64));
                    }
                }
            }
        }
        return decoders;
    }

    @ParameterizedTest
    @MethodSource("decoders")
    void foreignGraphs(ToyDecoder decoder) throws IOException {
        decoder.write(directory);
        everyTextIsAsAlone(directory);
    }

    /** The cache of rows that grow past 16 tokens is made anew. */
    @Test
    void rotaryFrequenciesThatDependOnTheLength() throws IOException {
        Path bundle = directory.resolve("bundle");
        FixtureBundle.PHI3_LONGROPE.unpack(bundle);
        everyTextIsAsAlone(bundle);
    }

    private static void everyTextIsAsAlone(Path bundle) throws IOException {
        try (ChatModel model = open(bundle)) {
            List<Draft> drafts = drafts(model.model());
            List<List<Integer>> expected =
                    drafts.stream().map(draft -> alone(model.model(), draft)).toList();
            Generator generator = new Generator(model, DecodeOptions.greedy(NEW_TOKENS));
            for (int rows : new int[] {1, 3, 32}) {
                List<Generation> texts = generator.generateAll(drafts, rows, TokenListener.NONE);
                assertEquals(expected, texts.stream().map(Generation::tokens).toList(), rows + " rows");
            }
        }
    }

    private static ChatModel open(Path bundle) throws IOException {
        int vocabulary = Bundle.open(bundle).manifest().vocabulary();
        String words = IntStream.range(0, vocabulary)
                .mapToObj(token -> "\"t" + token + "\":" + token)
                .collect(Collectors.joining(","));
        Files.writeString(
                bundle.resolve("tokenizer.json"),
                "{\"version\":\"1.0\",\"model\":{\"type\":\"WordLevel\",\"vocab\":{" + words
                        + "},\"unk_token\":\"t0\"}}");
        return ChatModel.open(Bundle.open(bundle), RuntimeOptions.defaults(), PromptFormat.plain());
    }

    /** Of 1 to 12 tokens, some of them twice with different strengths. */
    private static List<Draft> drafts(LanguageModel model) {
        Random random = new Random(3);
        float[][] points = new float[model.manifest().points()][model.manifest().hidden()];
        for (int i = 0; i < points[1].length; i++) {
            points[1][i] = random.nextFloat() - 0.5f;
        }
        DirectionSet directions = DirectionSet.of(points);
        List<Draft> drafts = new ArrayList<>();
        for (int length : new int[] {5, 1, 12, 3, 5, 8, 2}) {
            int[] prompt = random.ints(length, 3, model.manifest().vocabulary()).toArray();
            for (float strength : length > 4 ? new float[] {0, 2} : new float[] {-2}) {
                drafts.add(Draft.of(
                        drafts.size(),
                        prompt,
                        PassSteering.adding(directions, List.of(Schedule.from(length - 1, strength)))));
            }
        }
        return drafts;
    }

    private static List<Integer> alone(LanguageModel model, Draft draft) {
        int[] row = draft.prompt();
        List<Integer> written = new ArrayList<>();
        while (written.size() < NEW_TOKENS) {
            ForwardRequest request = ForwardRequest.of(List.of(row))
                    .withSteering(draft.contexts().get(0).steering())
                    .withLastLogits();
            int token = Logits.argmax(model.forward(request).logits(0, 0));
            if (model.manifest().endTokens().contains(token)) {
                break;
            }
            written.add(token);
            row = Arrays.copyOf(row, row.length + 1);
            row[row.length - 1] = token;
        }
        return written;
    }
}
