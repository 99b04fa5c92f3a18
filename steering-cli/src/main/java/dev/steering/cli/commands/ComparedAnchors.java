package dev.steering.cli.commands;

import dev.steering.cli.prompts.ContrastFiles;
import dev.steering.cli.prompts.Remarks;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.prompts.DatasetReader;
import dev.steering.core.prompts.DatasetSpec;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.Prompt;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.SteeringVector;
import dev.steering.eval.run.Fingerprints;
import dev.steering.extract.VectorExtractor;
import dev.steering.extract.adasteer.PositionExtractor;
import dev.steering.extract.alphasteer.AlphaSteerExtractor;
import dev.steering.extract.search.PromptSets;
import dev.steering.extract.search.SearchSettings;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.TooLong;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The prompts that vectors of a comparison are extracted from, as files.
 *
 * @param harmful prompts that should be refused
 * @param harmless prompts that are answered
 * @param overRefused harmless prompts that are refused
 * @param rule what is done about prompts that are too long
 * @param remarks told what is to be known about them
 */
record ComparedAnchors(
        List<String> harmful, List<String> harmless, List<String> overRefused, TooLong rule, Remarks remarks) {
    boolean areGiven() {
        return !harmful.isEmpty();
    }

    /** Everything given must be used, and what is needed must be given. */
    void requireFor(Map<String, ExtractedKind> needed, boolean given) {
        if (needed.isEmpty() && areGiven() && !given) {
            throw new WrongUsage(
                    "--harmful and --harmless are the anchors of a vector, and no method needs one that has"
                            + " none of its own: leave them out, or name such a method.");
        }
        if (!overRefused.isEmpty() && !needed.containsValue(ExtractedKind.SURGICAL)) {
            throw new WrongUsage(
                    "--over-refused is what a vector for surgical or partial-or is extracted from, and none"
                            + " is: leave it out, or name one of these methods without a vector.");
        }
        needed.forEach((method, kind) -> requireFor(method, kind, given));
    }

    private void requireFor(String method, ExtractedKind kind, boolean given) {
        List<String> missing = new ArrayList<>();
        if (!areGiven()) {
            missing.addAll(List.of("--harmful FILE", "--harmless FILE"));
        }
        if (kind == ExtractedKind.SURGICAL && overRefused.isEmpty()) {
            missing.add("--over-refused FILE");
        }
        if (missing.isEmpty()) {
            return;
        }
        String files = String.join(" and ", missing);
        throw new WrongUsage(
                kind == ExtractedKind.MEAN_DIFFERENCE
                        ? "The method " + method + " needs a steering vector: give --vector VECTOR, or " + files
                                + " to have one extracted."
                        : "The method " + method + " needs a vector of 'steer extract --method " + kind.label() + "'"
                                + (given ? ", which the given one is not" : "") + ": give " + files
                                + " to have it extracted, or name one as in " + method + "@VECTOR.");
    }

    Map<String, String> fingerprints() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("too long", rule.name().toLowerCase(Locale.ROOT));
        files().forEach((name, file) -> all.put(name, Fingerprints.file(file)));
        return all;
    }

    /** By what they are. */
    Map<String, Path> files() {
        Map<String, Path> files = new LinkedHashMap<>();
        Stream.of(harmful, harmless, overRefused)
                .flatMap(List::stream)
                .forEach(text ->
                        files.put("anchors " + text, DatasetSpec.parse(text).file()));
        return files;
    }

    private static List<DatasetSpec> specs(List<String> texts) {
        return WrongUsage.in(() -> texts.stream().map(DatasetSpec::parse).toList());
    }

    ContrastFiles read() {
        return ContrastFiles.read(specs(harmful), specs(harmless), remarks);
    }

    /** As 'steer extract' does it with its defaults. */
    SteeringVector extract(ChatModel model, ExtractedKind kind) {
        ContrastFiles both = read();
        ChatModel view = both.view(model);
        if (kind == ExtractedKind.SURGICAL) {
            List<Prompt> refused = specs(overRefused).stream()
                    .flatMap(file -> DatasetReader.withDefaults().readSide(file, Expectation.COMPLY).prompts().stream())
                    .toList();
            PromptSets all = SearchMixin.sets(rule, remarks, view, refused, both.harmful(), both.harmless());
            PromptSets none = new PromptSets(List.of(), List.of(), List.of());
            return SearchMixin.searched(SearchSettings.surgical(), view, all, none);
        }
        ContrastSet prompts = both.fitted(model, rule, remarks).set();
        SteeringVector means = VectorExtractor.withDefaults()
                .withProgress(ProgressBar.onTerminal())
                .extract(view, prompts);
        return switch (kind) {
            case ALPHASTEER ->
                AlphaSteerExtractor.withDefaults()
                        .withProgress(ProgressBar.onTerminal())
                        .extract(view, prompts, means);
            case ADASTEER ->
                PositionExtractor.withDefaults()
                        .withProgress(ProgressBar.onTerminal())
                        .extract(view, prompts, means);
            default -> means;
        };
    }
}
