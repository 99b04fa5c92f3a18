package dev.steering.cli.commands;

import dev.steering.core.SteeringException;
import dev.steering.core.certificate.Certificate;
import dev.steering.core.certificate.CertificateText;
import dev.steering.core.vector.SteeringVector;
import dev.steering.eval.certify.CertifiedUse;
import dev.steering.model.chat.ChatModel;
import java.util.List;
import java.util.function.Supplier;
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
     * @param use makes what is done with the one vector that is used; not called if nobody asked, or if there are others
     * @param vectors the vectors that are used
     * @param model the model
     */
    void check(String method, Supplier<CertifiedUse> use, List<SteeringVector> vectors, ChatModel model) {
        if ((!strict && !certifiedOnly) || vectors.isEmpty()) {
            return;
        }
        List<String> problems = vectors.size() > 1
                ? List.of("not certified for this: certificates speak of one vector, and " + method + " steers with "
                        + vectors.size() + ".")
                : problems(use.get(), model);
        for (String problem : problems) {
            if (certifiedOnly) {
                throw new SteeringException("The vector is not used: " + problem);
            }
            OutputMixin.warn(spec, problem);
        }
    }

    private static List<String> problems(CertifiedUse wanted, ChatModel model) {
        List<String> found = wanted.uncertified(model.manifest());
        Certificate certificate = wanted.vector().certificate();
        return found.isEmpty() && certificate != null
                ? CertificateText.warnings(certificate)
                : found.stream()
                        .map(one -> "not certified for this: " + one + " " + ADVICE)
                        .toList();
    }
}
