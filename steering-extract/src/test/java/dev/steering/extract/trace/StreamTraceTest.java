package dev.steering.extract.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadRequest;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.extract.DemoModel;
import dev.steering.extract.project.LogitLens;
import dev.steering.extract.trace.StreamTrace.Position;
import dev.steering.extract.trace.StreamTrace.State;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Against a Llama in numpy, in double precision; stream-trace.json says how its numbers were made. */
class StreamTraceTest {
    private static final ChatModel MODEL = DemoModel.model();
    private static final LayerMatrix DIRECTIONS =
            LayerMatrix.of(6, 128, DemoModel.referenceTensors().floats("mean_difference_raw"));
    private static final int STEERED_LAYER = 3;
    private static final int STEERED_FROM = 12;

    private static JsonNode golden;
    private static int[] tokens;

    @BeforeAll
    static void read() throws IOException {
        try (InputStream in = StreamTraceTest.class.getResourceAsStream("/stream-trace.json")) {
            golden = new ObjectMapper().readTree(in);
        }
        JsonNode ids = golden.path("tokens");
        tokens = IntStream.range(0, ids.size()).map(i -> ids.get(i).asInt()).toArray();
    }

    private static StreamTrace trace() {
        return StreamTrace.of(MODEL).withDirections(DIRECTIONS).withLens(4, 3);
    }

    private static PassSteering half() {
        float[][] points = new float[7][128];
        points[STEERED_LAYER + 1] = DIRECTIONS.row(STEERED_LAYER);
        return PassSteering.adding(DirectionSet.of(points), List.of(Schedule.from(STEERED_FROM, 0.5f)));
    }

    private static void assertGolden(JsonNode expected, List<Position> found) {
        for (int layer = 0; layer < 6; layer++) {
            for (int position = 0; position < tokens.length; position++) {
                State state = found.get(position).layers().get(layer);
                double norm = expected.at("/norm/" + layer + "/" + position).asDouble();
                assertEquals(norm, state.norm(), 2e-4 * norm, "norm at " + layer + ", " + position);
                double projection =
                        expected.at("/projection/" + layer + "/" + position).asDouble();
                assertEquals(projection, state.projection(), 2e-4 * norm, "projection at " + layer + ", " + position);
            }
            List<LogitLens.Token> lens =
                    found.get(tokens.length - 1).layers().get(layer).lens();
            JsonNode best = expected.at("/lens/" + layer);
            for (int i = 0; i < best.size(); i++) {
                assertEquals(best.get(i).path("id").asInt(), lens.get(i).id(), "layer " + layer);
                assertEquals(best.get(i).path("logit").asDouble(), lens.get(i).logit(), 5e-3, "layer " + layer);
            }
        }
    }

    @Test
    void readsWhatAnIndependentModelComputes() {
        List<Position> found = trace().run(tokens, null);
        assertGolden(golden.path("unsteered"), found);
        assertTrue(found.stream().noneMatch(Position::steered));
        assertEquals("How", found.get(2).text());
        assertEquals(520, found.get(2).id());
    }

    @Test
    void readsTheStreamBehindWhatSteersIt() {
        List<Position> found = trace().run(tokens, half());
        assertGolden(golden.path("steered"), found);
        for (int position = 0; position < tokens.length; position++) {
            assertEquals(position >= STEERED_FROM, found.get(position).steered());
        }
    }

    /** States of the demo model do not fill a part: so these parts are made small. */
    @Test
    void partsGiveTheSameAsAllAtOnce() {
        for (PassSteering steering : new PassSteering[] {null, half()}) {
            List<Position> whole = trace().run(tokens, steering);
            List<Position> parts = trace().withMostFloats(5 * 7 * 128).run(tokens, steering);
            for (int i = 0; i < tokens.length; i++) {
                for (int layer = 0; layer < 6; layer++) {
                    State one = whole.get(i).layers().get(layer);
                    State other = parts.get(i).layers().get(layer);
                    assertEquals(one.norm(), other.norm(), 1e-3);
                    assertEquals(one.projection(), other.projection(), 1e-3);
                    assertEquals(
                            one.lens().stream().map(LogitLens.Token::id).toList(),
                            other.lens().stream().map(LogitLens.Token::id).toList());
                }
            }
        }
    }

    @Test
    void theLastLayerReadsAsWhatTheModelSays() {
        List<LogitLens.Token> lens = trace().run(tokens, half())
                .get(tokens.length - 1)
                .layers()
                .get(5)
                .lens();
        float[] logits = MODEL.model()
                .forward(ForwardRequest.of(List.of(tokens)).withSteering(half()).withLastLogits())
                .logits(0, 0);
        for (LogitLens.Token token : lens) {
            assertEquals(logits[token.id()], token.logit(), 1e-3);
        }
        long larger = IntStream.range(0, logits.length)
                .filter(id -> logits[id] > lens.get(3).logit() + 1e-3)
                .count();
        assertEquals(3, larger);
    }

    @Test
    void whatNobodyAskedForIsNotThere() {
        List<Position> norms = StreamTrace.of(MODEL).run(tokens, null);
        assertNull(norms.get(0).layers().get(0).projection());
        assertTrue(norms.get(16).layers().get(0).lens().isEmpty());
        List<Position> read = StreamTrace.of(MODEL).withLens(2, 3).run(tokens, null);
        assertEquals(
                List.of(0, 2),
                List.of(
                        read.get(13).layers().get(5).lens().size(),
                        read.get(14).layers().get(5).lens().size()));
        assertEquals(
                2,
                StreamTrace.of(MODEL)
                        .withLens(2, 99)
                        .run(tokens, null)
                        .get(0)
                        .layers()
                        .get(0)
                        .lens()
                        .size());
    }

    @Test
    void directionsOfAnotherModelAreRefused() {
        LayerMatrix other = LayerMatrix.of(2, 3, new float[] {1, 2, 3, 4, 5, 6});
        assertEquals(
                "The directions are 2 x 3, the model has 6 layers of hidden size 128. Are they from another model?",
                assertThrows(BadRequest.class, () -> StreamTrace.of(MODEL).withDirections(other))
                        .getMessage());
    }
}
