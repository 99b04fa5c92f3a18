package dev.steering.core.certificate;

import dev.steering.core.certificate.CertifiedSet.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A certificate for people. Stateless and thread-safe. */
public final class CertificateText {
    private CertificateText() {}

    /**
     * @param certificate a certificate
     * @return what was measured of what: one line
     */
    public static String setting(Certificate certificate) {
        String system = certificate.system();
        return certificate.setting().method() + ": " + certificate.setting().words() + "; on '"
                + certificate.modelName()
                + "' in " + certificate.precision() + ", " + certificate.maxNewTokens() + " new tokens, judge: "
                + certificate.judge() + (system == null ? "" : ", system prompt \"" + system + "\"");
    }

    /**
     * @param certificate a certificate
     * @return one line a set, then one for the divergence
     */
    public static List<String> figures(Certificate certificate) {
        List<String> lines = new ArrayList<>();
        certificate.sets().forEach(set -> lines.add(line(set)));
        CertifiedDivergence divergence = certificate.divergence();
        lines.add(
                divergence == null
                        ? "KL not measured: the unsteered model answers none of the harmless prompts"
                        : String.format(
                                Locale.ROOT,
                                "KL %.4f nats per token over %d tokens%s",
                                divergence.steered(),
                                divergence.tokens(),
                                divergence.random().isEmpty()
                                        ? ""
                                        : "; random directions "
                                                + divergence.random().stream()
                                                        .map(value -> String.format(Locale.ROOT, "%.4f", value))
                                                        .collect(Collectors.joining(", "))));
        return lines;
    }

    private static String line(CertifiedSet set) {
        CertifiedAnswers steered = set.steered();
        String random = set.random().stream()
                .map(answers -> Integer.toString(answers.refused()))
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "%s (%s): refused %d -> %d of %d, %.1f %% -> %.1f %% [%.1f, %.1f]%s; empty %d, repetitive %d, cut %d (were %d, %d, %d)",
                set.name(),
                set.role().words(),
                set.unsteered().refused(),
                steered.refused(),
                set.prompts(),
                100 * set.unsteered().rate(set.prompts()),
                100 * steered.rate(set.prompts()),
                100 * steered.low(),
                100 * steered.high(),
                random.isEmpty() ? "" : "; random directions " + random,
                steered.empty(),
                steered.repetitive(),
                steered.cut(),
                set.unsteered().empty(),
                set.unsteered().repetitive(),
                set.unsteered().cut());
    }

    /**
     * What a certificate says against using a vector.
     *
     * @param certificate a certificate
     * @return one sentence each; empty if there is nothing
     */
    public static List<String> warnings(Certificate certificate) {
        List<String> found = new ArrayList<>();
        for (Role role : List.of(Role.HARMFUL, Role.JAILBREAK)) {
            double fall = certificate.fall(role);
            if (fall > Certificate.MOST_FALL) {
                found.add(String.format(
                        Locale.ROOT,
                        "with this vector %.1f points fewer of the %d %s prompts are refused: it costs safety.",
                        fall,
                        certificate.prompts(role),
                        role.words()));
            }
        }
        return found;
    }
}
