package dev.steering.cli.commands;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.Scope;
import dev.steering.apply.plan.Span;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How exactly and at which positions a vector acts. */
final class StepMixin {
    @Option(
            names = "--scope",
            paramLabel = "TOKENS",
            converter = SpanConverter.class,
            description = "Tokens that are steered: all, prompt, last-prompt-token-on (default) or generated.")
    private @Nullable Span span;

    @Option(
            names = "--every",
            paramLabel = "K",
            converter = NumberConverters.Positive.class,
            description = "Steer every K-th of them only, beginning with the first.")
    private @Nullable Integer every;

    @Option(names = "--keep-norm", description = "Let the residual stream keep its length when a vector is added.")
    private boolean keepNorm;

    @Option(
            names = "--one-sided",
            description = "Project out only what points towards refusal, not what points away from it.")
    private boolean oneSided;

    @Option(names = "--random-seed", paramLabel = "N", description = "Seed of --method random. Default: 0.")
    private @Nullable Long randomSeed;

    List<Use> uses() {
        List<String> steering = Use.planned();
        List<String> adding = MethodRegistry.methodsWith(MethodArguments.ALPHA).stream()
                .filter(steering::contains)
                .toList();
        List<String> removing =
                steering.stream().filter(name -> !adding.contains(name)).toList();
        return List.of(
                new Use("--scope", span != null, steering),
                new Use("--every", every != null, steering),
                new Use("--keep-norm", keepNorm, adding),
                new Use("--one-sided", oneSided, removing),
                Use.of("--random-seed", randomSeed != null, MethodArguments.SEED));
    }

    MethodArguments applied(MethodArguments arguments) {
        return arguments.with(MethodArguments.SEED, randomSeed);
    }

    SteeringPlan applied(SteeringPlan plan) {
        return new SteeringPlan(plan.steps().stream().map(this::applied).toList());
    }

    private Step applied(Step step) {
        Scope scope = new Scope(
                span == null ? step.scope().span() : span,
                every == null ? step.scope().every() : every);
        return new Step(step.vector(), applied(step.operation()), step.layers(), scope, step.gate());
    }

    private Operation applied(Operation operation) {
        return operation instanceof Operation.Add add
                ? new Operation.Add(add.alpha(), add.scale(), keepNorm)
                : new Operation.ProjectOut(((Operation.ProjectOut) operation).share(), oneSided);
    }

    /** Spans as they are written in plans. */
    static final class SpanConverter implements ITypeConverter<Span> {
        @Override
        public Span convert(String text) {
            return Arrays.stream(Span.values())
                    .filter(span -> span.toString().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("expected one of "
                            + String.join(
                                    ", ",
                                    Arrays.stream(Span.values())
                                            .map(Span::toString)
                                            .toList())
                            + ", found '" + text + "'"));
        }
    }
}
