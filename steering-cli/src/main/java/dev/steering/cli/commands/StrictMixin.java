package dev.steering.cli.commands;

import dev.steering.apply.plan.SteeringPlan;
import dev.steering.core.SteeringException;
import dev.steering.core.certificate.Certificate;
import dev.steering.core.certificate.CertificateText;
import dev.steering.core.vector.SteeringVector;
import dev.steering.eval.certify.CertifiedPlan;
import dev.steering.model.chat.ChatModel;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What is done about vectors of which nobody has measured what they do. A {@link Mixin} of commands that steer. */
final class StrictMixin {
    private static final String ADVICE = "Measure it with 'steer certify', at the same method, strength and layers.";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--strict",
            description =
                    "Warn of a vector that has no certificate for its numbers, this model and this very setting ('steer"
                            + " certify' writes one), and of one that costs safety.")
    private boolean strict;

    @Option(names = "--certified-only", description = "Refuse such vectors.")
    private boolean certifiedOnly;

    /**
     * @param method the method's name
     * @param plan what is done; null if it is no plan
     * @param vectors the vectors that it is done with
     * @param model the model
     */
    void check(String method, @Nullable SteeringPlan plan, List<SteeringVector> vectors, ChatModel model) {
        if ((!strict && !certifiedOnly) || vectors.isEmpty()) {
            return;
        }
        for (String problem : problems(method, plan, vectors, model)) {
            if (certifiedOnly) {
                throw new SteeringException("The vector is not used: " + problem);
            }
            OutputMixin.warn(spec, problem);
        }
    }

    private static List<String> problems(
            String method, @Nullable SteeringPlan plan, List<SteeringVector> vectors, ChatModel model) {
        if (plan == null || vectors.size() > 1) {
            return List.of(
                    "not certified for this: certificates speak of one vector and a plan, which " + method + " with "
                            + (vectors.size() > 1 ? vectors.size() + " vectors" : "what belongs to it") + " is not.");
        }
        CertifiedPlan wanted = new CertifiedPlan(method, plan, vectors.get(0));
        List<String> found = wanted.uncertified(model.manifest());
        Certificate certificate = wanted.vector().certificate();
        return found.isEmpty() && certificate != null
                ? CertificateText.warnings(certificate)
                : found.stream()
                        .map(one -> "not certified for this: " + one + " " + ADVICE)
                        .toList();
    }
}
