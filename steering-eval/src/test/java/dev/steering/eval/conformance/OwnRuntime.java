package dev.steering.eval.conformance;

import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.Scope;
import dev.steering.apply.plan.Span;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.planned.PlannedMethod;
import dev.steering.core.files.OutputRule;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorScale;
import dev.steering.core.vector.format.ReadingOptions;
import dev.steering.core.vector.format.VectorExport;
import dev.steering.core.vector.format.VectorFiles;
import dev.steering.core.vector.format.VectorFormat;
import dev.steering.core.vector.format.VectorFormats;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.DecodeOptions;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.Generator;
import dev.steering.model.decode.TokenListener;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import dev.steering.testkit.conformance.SteeringRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Our own runtime: plans made into coefficients, texts by the decoding loop with its cache and its joined directions, passes over whole rows
 * for what comes out of the blocks.
 */
final class OwnRuntime implements SteeringRuntime {
    private final ChatModel model;
    private final double tolerance;

    OwnRuntime(ChatModel model, double tolerance) {
        this.model = model;
        this.tolerance = tolerance;
    }

    @Override
    public int layers() {
        return model.manifest().layers();
    }

    @Override
    public int hidden() {
        return model.manifest().hidden();
    }

    @Override
    public int vocabulary() {
        return model.manifest().vocabulary();
    }

    @Override
    public double tolerance() {
        return tolerance;
    }

    @Override
    public boolean ends(int token) {
        return model.manifest().endTokens().contains(token);
    }

    private SteeringVector vector(float[][] directions) {
        return SteeringVector.of(LayerMatrix.of(directions), Provenance.elsewhere("conformance", "random"));
    }

    private Method method(Push push) {
        SteeringVector vector = vector(push.directions());
        Span span =
                switch (push.tokens()) {
                    case ALL -> Span.ALL;
                    case PROMPT -> Span.PROMPT;
                    case LAST_PROMPT_TOKEN_ON -> Span.LAST_PROMPT_TOKEN_ON;
                    case WRITTEN -> Span.GENERATED;
                };
        Operation add = new Operation.Add(push.strength(), VectorScale.RAW, false);
        List<Integer> layers = IntStream.range(0, layers()).boxed().toList();
        Step step = Step.of(VectorReference.to("", vector), add, layers).withScope(Scope.from(span));
        return PlannedMethod.of("add", model, SteeringPlan.of(step), PlanVectors.of(vector));
    }

    private Draft draft(int index, Row row) {
        int[] prompt = Arrays.copyOf(row.tokens(), row.prompt());
        Push push = row.push();
        return push == null
                ? Draft.of(index, prompt, null)
                : method(push).draft(index, Query.plainText(prompt), decisions -> {});
    }

    /** What the plan makes of a row: the coefficients that its text would be written with. */
    private @Nullable PassSteering steering(Row row) {
        return draft(0, row).contexts().get(0).steering();
    }

    @Override
    public List<Reading> read(List<Row> rows) {
        int longest = rows.stream().mapToInt(row -> row.tokens().length).max().orElse(1);
        List<List<Capture>> captures = new ArrayList<>();
        List<int[]> positions = new ArrayList<>();
        for (Row row : rows) {
            // As many in every row: what a shorter one lacks is its last token again.
            int last = row.tokens().length - 1;
            int[] all = IntStream.range(0, longest).map(i -> Math.min(i, last)).toArray();
            positions.add(all);
            captures.add(IntStream.of(all).mapToObj(Capture::token).toList());
        }
        ForwardResult result = model.model()
                .forward(ForwardRequest.of(rows.stream().map(Row::tokens).toList())
                        .withSteering(together(rows))
                        .withCaptures(captures)
                        .withLogits(positions));
        List<Reading> readings = new ArrayList<>();
        for (int r = 0; r < rows.size(); r++) {
            int tokens = rows.get(r).tokens().length;
            float[][][] states = new float[layers()][tokens][];
            float[][] logits = new float[tokens][];
            for (int t = 0; t < tokens; t++) {
                logits[t] = result.logits(r, t);
                for (int l = 0; l < layers(); l++) {
                    states[l][t] = result.captured(r, l + 1, t);
                }
            }
            readings.add(new Reading(states, logits));
        }
        return readings;
    }

    /** The rows' directions side by side, each row with its own schedule for its own. */
    private @Nullable PassSteering together(List<Row> rows) {
        List<float[][]> directions = new ArrayList<>();
        List<Schedule> schedules = new ArrayList<>();
        for (Row row : rows) {
            PassSteering own = steering(row);
            Push push = row.push();
            if (own == null || push == null) {
                schedules.add(Schedule.OFF);
                continue;
            }
            int mine = directions.size();
            float[][] points = new float[layers() + 1][hidden()];
            System.arraycopy(push.directions(), 0, points, 1, layers());
            directions.add(points);
            Schedule schedule = own.schedules().get(0);
            schedules.add((position, k) -> k == mine ? schedule.strength(position, 0) : 0f);
        }
        return directions.isEmpty()
                ? null
                : PassSteering.adding(DirectionSet.of(directions.toArray(float[][][]::new)), schedules);
    }

    @Override
    public List<int[]> write(List<Row> rows, int tokens) {
        Generator generator = new Generator(model, DecodeOptions.greedy(tokens));
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            drafts.add(draft(i, rows.get(i)));
        }
        return generator.generateAll(drafts, rows.size(), TokenListener.NONE).stream()
                .map(Generation::tokens)
                .map(text -> text.stream().mapToInt(Integer::intValue).toArray())
                .toList();
    }

    @Override
    public float[][] saveAndLoad(float[][] directions, Path directory) {
        Path file = directory.resolve("vector.safetensors");
        VectorFile.write(file, vector(directions));
        return rows(VectorFile.read(file));
    }

    private static float[][] rows(SteeringVector vector) {
        return IntStream.range(0, vector.layers())
                .mapToObj(vector.directions()::row)
                .toArray(float[][]::new);
    }

    @Override
    public List<String> formats() {
        return VectorFormats.all().stream().map(VectorFormat::name).toList();
    }

    @Override
    public float[] @Nullable [] throughFormat(String format, float[] @Nullable [] directions, Path directory) {
        VectorFormat chosen = VectorFormats.all().stream()
                .filter(one -> one.name().equals(format))
                .findFirst()
                .orElseThrow();
        float[][] rows = new float[layers()][];
        for (int l = 0; l < rows.length; l++) {
            float[] row = directions[l];
            rows[l] = row == null ? new float[hidden()] : row;
        }
        Path file = directory.resolve("vector." + format);
        SteeringVector vector = vector(rows).withScale(VectorScale.RAW);
        VectorExport.Written unused =
                VectorExport.to(chosen).withScale(VectorScale.RAW).write(file, vector, OutputRule.STANDARD);
        return rows(VectorFiles.open(file, layers(), ReadingOptions.NONE).vector());
    }
}
