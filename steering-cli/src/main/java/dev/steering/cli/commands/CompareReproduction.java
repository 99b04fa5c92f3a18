package dev.steering.cli.commands;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.Methods;
import dev.steering.cli.terminal.ShellWord;
import dev.steering.eval.compare.Reproduction;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The commands that make a comparison's numbers: the command itself, and 'steer eval' with the same prompts and options for one method at one
 * strength. Their output goes to a directory of another name.
 *
 * @param spec the command, whose command line was read
 * @param uses options that only some methods look at
 * @param developmentTokens most tokens of an answer to a development prompt
 * @param alone whether a method alone is asked the same prompts: not if those are left out that are too long for another method
 * @param extracted by method, the options that say with which vector it steers, for those that a vector was extracted for
 */
record CompareReproduction(
        CommandSpec spec, List<Use> uses, int developmentTokens, boolean alone, Map<String, String> extracted)
        implements Reproduction {
    private static final String OUTPUT = " -o reproduced";
    private static final String SETTING = "--set";
    private static final Set<String> OWN =
            Set.of("-o", "--methods", "--config", "--json", "--rejudge", "--cost-rounds");
    private static final Map<String, String> DATASETS =
            Map.of("--development", "--dataset", "--test", "--dataset", "--attacks", "--dataset");

    CompareReproduction {
        uses = List.copyOf(uses);
        extracted = Map.copyOf(extracted);
    }

    @Override
    public String whole() {
        StringBuilder words = new StringBuilder("steer compare");
        for (OptionSpec option : matched()) {
            if (!Set.of("-o", "--config", "--json").contains(option.longestName())) {
                append(words, option.longestName(), option);
            }
        }
        return words + OUTPUT;
    }

    @Override
    public String development(String method, @Nullable Double strength) {
        return eval(method, strength, Set.of("--test", "--attacks", "--perplexity"), true);
    }

    @Override
    public String test(String method, @Nullable Double strength) {
        return eval(method, strength, Set.of("--development"), false);
    }

    private Set<OptionSpec> matched() {
        return new LinkedHashSet<>(spec.commandLine().getParseResult().matchedOptions());
    }

    /** A preset says the layers of all methods in a comparison, and is said for SCANS alone otherwise. */
    private boolean isPreset(String method) {
        return matched().stream().anyMatch(option -> option.longestName().equals("--preset"))
                && !method.equals("scans")
                && MethodRegistry.methodsWith(MethodArguments.LAYERS).contains(method);
    }

    private String eval(String method, @Nullable Double strength, Set<String> others, boolean development) {
        if (!alone || isPreset(method)) {
            return whole();
        }
        StringBuilder words = new StringBuilder("steer eval --methods ");
        words.append(ShellWord.quoted(method.equals("default") ? method : "default," + method));
        MethodOption<Double> option = strength == null ? null : option(method);
        if (option != null && strength != null) {
            words.append(' ')
                    .append(SETTING)
                    .append(' ')
                    .append(option.name())
                    .append('=')
                    .append(strength);
        }
        CommandSpec eval = Objects.requireNonNull(spec.root().subcommands().get("eval"), "eval")
                .getCommandSpec();
        boolean frames = false;
        for (OptionSpec matched : matched()) {
            String name = matched.longestName();
            frames |= name.equals("--jailbreaks");
            String called = DATASETS.getOrDefault(name, name);
            boolean tokens = development && name.equals("--max-new-tokens");
            if (OWN.contains(name) || others.contains(name) || tokens || eval.findOption(called) == null) {
                continue;
            }
            if (name.equals(SETTING)) {
                settings(words, matched, method, option);
            } else if (concerns(name, method, option)) {
                append(words, called, matched);
            }
        }
        words.append(extracted.getOrDefault(method, ""));
        if (!frames) {
            words.append(" --jailbreaks all");
        }
        if (development) {
            words.append(" --max-new-tokens ").append(developmentTokens);
        }
        boolean divergence = !development
                || matched().stream().anyMatch(given -> given.longestName().equals("--curve-kl"));
        return words + (divergence ? " --kl" : "") + " --cost-rounds 0" + OUTPUT;
    }

    private static @Nullable MethodDefinition definition(String method) {
        return method.startsWith(Methods.PLAN_PREFIX)
                ? null
                : MethodRegistry.get(method.split(Methods.VECTOR_MARK, 2)[0]);
    }

    private static @Nullable MethodOption<Double> option(String method) {
        MethodDefinition definition = definition(method);
        return definition == null ? null : definition.strength();
    }

    /** Whether an option says something of this method that its strength does not say. */
    private boolean concerns(String name, String method, @Nullable MethodOption<Double> strength) {
        MethodDefinition definition = definition(method);
        if (name.equals("--vector") && extracted.containsKey(method)) {
            return false;
        }
        if (name.equals("--vector")) {
            return definition != null && definition.needsVector() && !method.contains(Methods.VECTOR_MARK);
        }
        for (Use use : uses) {
            if (use.option().equals(name)) {
                boolean said = strength != null && use.says().contains(strength);
                return definition != null && !said && use.methods().contains(definition.name());
            }
        }
        return true;
    }

    private static void settings(
            StringBuilder words, OptionSpec matched, String method, @Nullable MethodOption<Double> strength) {
        MethodDefinition definition = definition(method);
        for (String text : matched.originalStringValues()) {
            String name = text.split("=", 2)[0].strip();
            boolean said = strength != null && strength.name().equals(name);
            if (definition != null
                    && !said
                    && definition.options().stream().anyMatch(o -> o.name().equals(name))) {
                words.append(' ').append(SETTING).append(' ').append(ShellWord.quoted(text));
            }
        }
    }

    static void append(StringBuilder words, String name, OptionSpec option) {
        if (option.arity().max() == 0) {
            words.append(' ').append(name);
            return;
        }
        List<String> values = new ArrayList<>();
        option.originalStringValues().forEach(value -> values.add(Objects.requireNonNull(value)));
        boolean attacks = option.longestName().equals("--attacks") && name.equals("--dataset");
        values.forEach(value -> words.append(' ')
                .append(name)
                .append(' ')
                .append(ShellWord.quoted(attacks && !value.endsWith("@refuse") ? value + "@refuse" : value)));
    }
}
