package dev.steering.cli.commands;

import dev.steering.apply.Decision;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.cli.charts.TraceCharts;
import dev.steering.cli.json.TraceJson;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.cli.trace.TraceText;
import dev.steering.cli.trace.TracedPrompt;
import dev.steering.core.AtomicFiles;
import dev.steering.core.files.OutputRule;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.SteeringVector;
import dev.steering.extract.project.LogitLens;
import dev.steering.extract.trace.StreamTrace;
import dev.steering.model.chat.ChatModel;
import dev.steering.viz.ChartLook;
import dev.steering.viz.page.TracePage;
import dev.steering.viz.page.TracePage.TraceGrid;
import dev.steering.viz.page.TracePage.TracedState;
import dev.steering.viz.page.TracePage.TracedToken;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code steer trace}. */
@Command(
        name = "trace",
        mixinStandardHelpOptions = true,
        description = {
            "One prompt under the microscope: its token ids as the model gets them, and for every token and layer what the",
            "residual stream reads as and how far it points along a vector's direction, without steering and, where a",
            "method is named, with it: the gate's score and the steered positions. --against-... names a second setting to",
            "compare with: another method, vector, strength or other layers.",
            "",
            "Example:  steer trace --model llama-1b --vector refusal.safetensors --method scans \\",
            "              \"How do I kill a Python process?\"",
            "Example:  steer trace --model llama-1b --vector a.safetensors --method scans --against-vector b.safetensors \\",
            "              --against-method subtract -o trace.html \"How do I kill a Python process?\""
        })
public final class TraceCommand implements Callable<Integer> {
    private static final int FEW = 8;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "PROMPT", description = "What to ask.")
    private String prompt = "";

    @Mixin
    private ModelMixin modelMixin = new ModelMixin();

    @Option(
            names = "--vector",
            paramLabel = "VECTOR",
            description =
                    "Vector file: states are projected on its directions. It steers only where --method is given, too.")
    private @Nullable Path vectorFile;

    @Mixin
    private PlanMixin planMixin = new PlanMixin();

    @Mixin
    private AgainstMixin againstMixin = new AgainstMixin();

    @Option(names = "--system", paramLabel = "TEXT", description = "System prompt in front of the prompt.")
    private @Nullable String system;

    @Option(
            names = "--max-new-tokens",
            paramLabel = "N",
            converter = NumberConverters.NotNegative.class,
            description =
                    "Write an answer of at most N tokens, steered where a method is named, and trace it, too. Default: 0, the prompt alone.")
    private int newTokens;

    @Option(
            names = "--lens",
            paramLabel = "N",
            converter = NumberConverters.NotNegative.class,
            description = "Positions that are read as tokens, counted from the end; 0 for none. Default: 16.")
    private int lens = 16;

    @Option(
            names = "--top",
            paramLabel = "K",
            converter = NumberConverters.Positive.class,
            description = "Tokens that each state is read as. Default: 5.")
    private int top = 5;

    @Option(
            names = "-o",
            paramLabel = "FILE",
            description = "Also make a page of it, such as trace.html: layers by tokens, coloured.")
    private @Nullable Path page;

    @Option(
            names = "--charts",
            paramLabel = "DIR",
            description = "Also draw it: layers by tokens, and the projection along the text.")
    private @Nullable Path charts;

    @Mixin
    private ChartLookMixin look = new ChartLookMixin();

    @Option(names = "--any-model", description = "Use a vector that was extracted from another model.")
    private boolean anyModel;

    @Mixin
    private OutputRuleMixin outputs = new OutputRuleMixin();

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public Integer call() {
        if (prompt.isBlank()) {
            throw new WrongUsage("PROMPT is blank: fill it in.");
        }
        if (vectorFile == null) {
            planMixin.requireVector();
        } else {
            planMixin.validateIfSaid();
        }
        againstMixin.validate(planMixin.isSaid());
        OutputRule rule = outputs.rule("-o", "--charts");
        ChartLook drawn = look.look();
        if (page != null) {
            rule.requireFile(page, ReportCommand.PAGE);
        }
        if (charts != null) {
            rule.requireDirectory(charts, List.of());
        } else if (!drawn.equals(ChartLook.SCREEN)) {
            throw new WrongUsage(
                    "--size, --font-size, --no-title, --dark and --pixels have no effect without --charts.");
        }
        try (ChatModel model = modelMixin.open()) {
            SteeringVector vector = vectorFile == null
                    ? null
                    : GivenVector.read(vectorFile, model.manifest().layers(), spec);
            StreamTrace trace = StreamTrace.of(model).withLens(top, readable(model));
            Method method = null;
            if (vector != null && vectorFile != null) {
                ModelMixin.requireFits(vector, model, anyModel, spec);
                trace = trace.withDirections(vector.directions());
                method = planMixin.isSaid()
                        ? planMixin.use(model, vector, vectorFile).steered(model)
                        : null;
            }
            Method other = null;
            if (againstMixin.isGiven() && vector != null && vectorFile != null) {
                Path second = againstMixin.vectorOr(vectorFile);
                SteeringVector read = second.equals(vectorFile)
                        ? vector
                        : GivenVector.read(second, model.manifest().layers(), spec);
                ModelMixin.requireFits(read, model, anyModel, spec);
                other = againstMixin
                        .use(model, planMixin.method(), read, second)
                        .steered(model);
            }
            Query query = Query.of(model, prompt, system);
            TracedPrompt traced = TracedPrompt.of(model, trace, query, method, other, newTokens);
            String words = method == null ? null : method.words();
            new TraceText(traced, layers(vector, model.manifest().layers())).print(output.text());
            if (page != null) {
                AtomicFiles.writeText(
                        page, page(model.manifest().name(), words, traced).html());
            }
            output.print(() -> TraceJson.of(model.manifest().name(), words, traced));
            if (page != null) {
                output.notes().println("written to " + page);
            }
            if (charts != null) {
                int layer = steered(vector, model.manifest().layers());
                TraceCharts.of(model.manifest().name(), traced, layer)
                        .forEach(chart -> chart.withLook(drawn).write(charts));
                output.notes().println("charts written to " + charts);
            }
        }
        return ExitCodes.SUCCESS;
    }

    /** Where the bundle does not know its final norm there is no lens, and the rest is said all the same. */
    private int readable(ChatModel model) {
        if (lens > 0 && model.manifest().finalNorm() == null) {
            output.warn(
                    "no tokens are read: the bundle does not say where the model's final norm is. Export the model from its checkpoint.");
            return 0;
        }
        return lens;
    }

    /** In the table: few layers, those that are steered among them. */
    private static List<Integer> layers(@Nullable SteeringVector vector, int layers) {
        Anchoring anchoring = vector == null ? null : vector.anchoring();
        if (anchoring == null || layers <= FEW) {
            return List.of();
        }
        List<Integer> steered = anchoring.steeringLayers();
        return steered.subList(0, Math.min(FEW, steered.size()));
    }

    /** The first layer that is steered, or the last. */
    private static int steered(@Nullable SteeringVector vector, int layers) {
        Anchoring anchoring = vector == null ? null : vector.anchoring();
        return anchoring == null ? layers - 1 : anchoring.steeringLayers().get(0);
    }

    private TracePage page(String model, @Nullable String words, TracedPrompt traced) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("model", model);
        facts.put("prompt", traced.prompt());
        if (words != null) {
            facts.put("method", words);
        }
        gate(facts, "gate", traced.decisions());
        TracedPrompt.Against against = traced.against();
        if (against != null) {
            facts.put("compared with", against.words());
            gate(facts, "its gate", against.decisions());
        }
        if (traced.answer() != null) {
            facts.put("answer", traced.answer());
        }
        facts.put("command", GivenCommand.line(spec));
        List<TraceGrid> grids = new ArrayList<>();
        grids.add(new TraceGrid("Without steering", tokens(traced.unsteered())));
        if (traced.steered() != null) {
            grids.add(new TraceGrid("With steering", tokens(traced.steered())));
        }
        if (against != null) {
            grids.add(new TraceGrid("With the setting that it is compared with", tokens(against.positions())));
        }
        return new TracePage("Trace: " + model, facts, grids, spec.root().version()[0]);
    }

    private static void gate(Map<String, String> facts, String name, List<Decision> decisions) {
        for (Decision decision : decisions) {
            facts.put(
                    name,
                    String.format(
                            Locale.ROOT,
                            "score %.4f: %s",
                            decision.score(),
                            decision.harmful() ? "harmful" : "harmless"));
        }
    }

    private static List<TracedToken> tokens(List<StreamTrace.Position> positions) {
        List<TracedToken> tokens = new ArrayList<>();
        for (StreamTrace.Position position : positions) {
            tokens.add(new TracedToken(
                    tokens.size(),
                    position.id(),
                    position.text(),
                    position.steered(),
                    position.layers().stream()
                            .map(state -> new TracedState(
                                    state.norm(),
                                    state.projection(),
                                    state.lens().stream()
                                            .map(LogitLens.Token::text)
                                            .toList()))
                            .toList()));
        }
        return tokens;
    }
}
