package dev.steering.cli.commands;

import dev.steering.core.BadRequest;
import dev.steering.core.files.OutputRule;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** What a command may write over: everything that its command line names, but for its outputs, is an input. */
final class OutputRuleMixin {
    private static final int LONGEST_NAME = 4096;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--force",
            description =
                    "Replace an output file even if it holds something of another kind. Inputs and bundles are never"
                            + " written over.")
    private boolean force;

    /**
     * @param outputs options that name outputs, and the labels of parameters that are changed in place
     * @return the rule for these outputs
     */
    OutputRule rule(String... outputs) {
        return rule(spec, force, outputs);
    }

    /** For commands whose outputs cannot be of another kind. */
    static OutputRule rule(CommandSpec spec, boolean force, String... outputs) {
        Set<String> written = Set.of(outputs);
        List<Path> inputs = new ArrayList<>();
        List<Path> results = new ArrayList<>();
        ParseResult given = spec.commandLine().getParseResult();
        List<ArgSpec> all = new ArrayList<>(given.matchedOptions());
        all.addAll(given.matchedPositionals());
        for (ArgSpec argument : all) {
            String name = argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
            if (!written.contains(name)) {
                add(argument.getValue(), inputs);
            } else if (argument.isOption()) {
                add(argument.getValue(), results);
            }
        }
        requireDifferent(results);
        return new OutputRule(inputs, force);
    }

    private static void requireDifferent(List<Path> results) {
        for (int i = 0; i < results.size(); i++) {
            for (int j = 0; j < i; j++) {
                Path one = results.get(i).toAbsolutePath().normalize();
                if (one.equals(results.get(j).toAbsolutePath().normalize())) {
                    throw new BadRequest("Two results would be written to " + results.get(i)
                            + ". Choose another name for one of them.");
                }
            }
        }
    }

    private static void add(Object value, List<Path> paths) {
        if (value instanceof Path path) {
            paths.add(path);
        } else if (value instanceof String text) {
            addText(text, paths);
        } else if (value instanceof Collection<?> many) {
            many.forEach(one -> add(one, paths));
        } else if (value instanceof Map<?, ?> map) {
            map.values().forEach(one -> add(one, paths));
        }
    }

    /** Texts may name files, too: NAME=FILE:COLUMN@SIDE for a dataset, FILE for a conversation, plan:FILE for a method. */
    private static void addText(String text, List<Path> paths) {
        if (text.length() > LONGEST_NAME) {
            return;
        }
        String right = text.substring(text.indexOf('=') + 1);
        String plan = text.substring(text.indexOf(':') + 1);
        for (String whole : List.of(text, right, plan)) {
            int side = whole.lastIndexOf('@');
            addExisting(whole, paths);
            String sideless = side < 0 ? whole : whole.substring(0, side);
            int column = sideless.lastIndexOf(':');
            addExisting(sideless, paths);
            addExisting(column < 0 ? sideless : sideless.substring(0, column), paths);
        }
    }

    private static void addExisting(String name, List<Path> paths) {
        try {
            Path path = Path.of(name);
            if (!name.isEmpty() && Files.isRegularFile(path)) {
                paths.add(path);
            }
        } catch (InvalidPathException e) {
            // A text that names no file.
        }
    }
}
