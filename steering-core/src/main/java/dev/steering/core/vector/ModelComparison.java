package dev.steering.core.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The model that a vector was extracted from beside the one that it is to be applied to, part by part.
 *
 * @param differences the parts that differ
 * @param remark what could not be compared because the vector does not say it; null if everything was
 * @param advice what to do about the differences
 */
record ModelComparison(List<Difference> differences, @Nullable String remark, String advice) {
    static final String WEIGHTS = "weights";

    private static final int SHOWN_DIGITS = 12;
    private static final int SHOWN_CHARACTERS = 60;
    private static final int SHOWN_SETTINGS = 4;

    /**
     * A part that differs.
     *
     * @param part its name in a few words
     * @param sentence what was expected, what was found, what it means
     */
    record Difference(String part, String sentence) {}

    static ModelComparison of(Provenance origin, TargetModel target) {
        ModelIdentity own = origin.model();
        ModelIdentity other = target.identity();
        List<Difference> differences = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        if (own.fingerprint() == null) {
            unknown.add("weights");
        } else if (!own.fingerprint().equals(other.fingerprint())) {
            differences.add(new Difference(
                    WEIGHTS,
                    "this steering vector belongs to another model: it was extracted from "
                            + weights(origin.modelName(), own.fingerprint(), target)));
        }
        config(own.config(), other.config(), differences, unknown);
        vocabulary(own.vocabulary(), other.vocabulary(), differences, unknown);
        frame(origin, other.frame(), differences, unknown);
        String remark = unknown.isEmpty()
                ? null
                : "the vector does not say of its model: " + String.join(", ", unknown)
                        + ". Whether they are the same here cannot be checked; extract the vector again to have them checked.";
        boolean weights = differences.stream().anyMatch(d -> d.part().equals(WEIGHTS));
        String advice = weights
                ? "Extract a vector from this model."
                : "Use the vector with the model as it was, or extract one from the model as it is now.";
        return new ModelComparison(differences, remark, advice);
    }

    static String weights(String name, String fingerprint, TargetModel target) {
        String found = target.identity().fingerprint();
        return "'" + name + "' with fingerprint " + shortened(fingerprint) + ", but '" + target.name()
                + "' has fingerprint " + (found == null ? "none" : shortened(found)) + ".";
    }

    private static void config(
            @Nullable Map<String, String> expected,
            @Nullable Map<String, String> found,
            List<Difference> differences,
            List<String> unknown) {
        if (expected == null) {
            unknown.add("settings of config.json");
        } else if (found != null && !expected.equals(found)) {
            TreeSet<String> names = new TreeSet<>(expected.keySet());
            names.addAll(found.keySet());
            names.removeIf(name -> Objects.equals(expected.get(name), found.get(name)));
            List<String> shown = names.stream()
                    .limit(SHOWN_SETTINGS)
                    .map(name -> name + " was " + setting(expected.get(name)) + " and is " + setting(found.get(name)))
                    .toList();
            int more = names.size() - shown.size();
            differences.add(new Difference(
                    "config.json",
                    "this steering vector was extracted under another config.json: " + String.join(", ", shown)
                            + (more > 0 ? " and " + more + " more differ" : "")
                            + ". The same weights compute other activations, in which its directions mean nothing."));
        }
    }

    private static void vocabulary(
            @Nullable String expected, @Nullable String found, List<Difference> differences, List<String> unknown) {
        if (expected == null) {
            unknown.add("vocabulary");
        } else if (found != null && !expected.equals(found)) {
            differences.add(new Difference(
                    "vocabulary",
                    "this steering vector was extracted with another tokenizer vocabulary: its hash was "
                            + hash(expected) + " and is " + hash(found)
                            + ". Texts become other tokens than those that the directions come from."));
        }
    }

    private static void frame(
            Provenance origin,
            ModelIdentity.@Nullable Frame found,
            List<Difference> differences,
            List<String> unknown) {
        ModelIdentity.Frame expected = origin.model().frame();
        if (expected == null) {
            unknown.add("tokens of the chat template, template variables, system prompt");
            String format = origin.template();
            boolean says = format.equals("chat") || format.equals("none");
            if (says && found != null && !format.equals(found.format())) {
                differences.add(template(format(format), format(found.format())));
            }
            return;
        }
        if (found == null) {
            return;
        }
        if (!expected.variables().equals(found.variables())) {
            differences.add(new Difference(
                    "template variables",
                    "this steering vector was extracted with other template variables: they were "
                            + variables(expected.variables()) + " and are " + variables(found.variables())
                            + ". Prompts read otherwise than those that directions and threshold come from."));
        }
        if (!Objects.equals(expected.system(), found.system())) {
            differences.add(new Difference(
                    "system prompt",
                    "this steering vector was extracted with another system prompt: it was " + text(expected.system())
                            + " and is " + text(found.system())
                            + ". Prompts read otherwise than those that directions and threshold come from."));
        }
        boolean sameTokens =
                expected.head().equals(found.head()) && expected.tail().equals(found.tail());
        if (!expected.format().equals(found.format())) {
            differences.add(template(format(expected.format()), format(found.format())));
        } else if (!sameTokens && differences.stream().noneMatch(ModelComparison::explainsTokens)) {
            differences.add(template(around(expected), around(found)));
        }
    }

    /** Other variables, system prompts and vocabularies give other tokens by themselves. */
    private static boolean explainsTokens(Difference difference) {
        return List.of("template variables", "system prompt", "vocabulary").contains(difference.part());
    }

    private static Difference template(String expected, String found) {
        return new Difference(
                "chat template",
                "this steering vector was extracted with another chat template: prompts were written " + expected
                        + " and are written " + found
                        + ". Directions and threshold belong to the former: decisions would be wrong without a word.");
    }

    private static String format(String format) {
        return format.equals("chat") ? "through the model's template" : "without a template";
    }

    private static String around(ModelIdentity.Frame frame) {
        return "between " + text(frame.headText()) + " and " + text(frame.tailText());
    }

    private static String variables(Map<String, String> variables) {
        return variables.isEmpty() ? "none" : cut(variables.toString());
    }

    private static String setting(@Nullable String value) {
        return value == null ? "not there" : cut(value);
    }

    private static String text(@Nullable String text) {
        return text == null ? "none" : "\"" + cut(text.replace("\n", "\\n")) + "\"";
    }

    private static String cut(String text) {
        return text.codePointCount(0, text.length()) <= SHOWN_CHARACTERS
                ? text
                : text.substring(0, text.offsetByCodePoints(0, SHOWN_CHARACTERS)) + "...";
    }

    private static String hash(String hash) {
        return hash.isEmpty() ? "none" : shortened(hash);
    }

    private static String shortened(String fingerprint) {
        return fingerprint.length() <= SHOWN_DIGITS ? fingerprint : fingerprint.substring(0, SHOWN_DIGITS) + "...";
    }
}
