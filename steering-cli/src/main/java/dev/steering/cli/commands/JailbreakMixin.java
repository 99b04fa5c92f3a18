package dev.steering.cli.commands;

import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.FileNames;
import dev.steering.eval.compare.ComparedPrompts;
import dev.steering.eval.jailbreak.AttackTemplate;
import dev.steering.eval.jailbreak.AttackTemplates;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Frames around the prompts that should be refused. */
final class JailbreakMixin {
    private static final String ALL = "all";
    private static final String NONE = "none";

    @Option(
            names = "--jailbreaks",
            split = ",",
            paramLabel = "FRAME",
            description = {
                "Also ask every prompt that should be refused in these frames, separated by commas: role-play, prefix, base64, rot13,"
                        + " leetspeak, translation, multi-turn; all of them, none; or files of templates with a {question} slot"
                        + " (docs/evaluation.md).",
                "Default: all for compare, none for eval."
            })
    private List<String> frames = List.of();

    @Option(
            names = "--jailbreak-limit",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Most prompts of each set that are framed, the first of them. Default: all that are asked.")
    private @Nullable Integer limit;

    /**
     * @param otherwise what is meant if nothing is said: all, or none
     * @return the frames, with different names
     */
    private List<AttackTemplate> templates(String otherwise) {
        List<String> said = frames.isEmpty() ? List.of(otherwise) : frames;
        if (said.contains(NONE)) {
            if (said.size() > 1) {
                throw new WrongUsage("--jailbreaks names none and others: leave one out.");
            }
            return List.of();
        }
        List<AttackTemplate> templates = new ArrayList<>();
        for (String frame : said) {
            if (frame.equals(ALL)) {
                templates.addAll(AttackTemplates.builtIn());
            } else if (Files.exists(FileNames.given(frame))) {
                templates.addAll(AttackTemplates.read(FileNames.given(frame)));
            } else {
                templates.add(named(frame));
            }
        }
        Set<String> names = new HashSet<>();
        for (AttackTemplate template : templates) {
            if (!names.add(template.name())) {
                throw new WrongUsage("--jailbreaks names the frame '" + template.name() + "' twice: leave one out.");
            }
        }
        return templates;
    }

    private static AttackTemplate named(String frame) {
        return AttackTemplates.builtIn().stream()
                .filter(template -> template.name().equals(frame))
                .findFirst()
                .orElseThrow(() -> new WrongUsage("--jailbreaks: there is no frame and no file '" + frame
                        + "', expected all, none, a file of templates or some of "
                        + String.join(
                                ", ",
                                AttackTemplates.builtIn().stream()
                                        .map(AttackTemplate::name)
                                        .toList())
                        + "."));
    }

    /** The prompts of an evaluation, with the frames that were asked for. */
    ComparedPrompts evaluated(ComparedPrompts plain) {
        return framed(plain, NONE);
    }

    /** The prompts of a comparison, with all frames unless others were asked for. */
    ComparedPrompts compared(ComparedPrompts plain) {
        return framed(plain, ALL);
    }

    private ComparedPrompts framed(ComparedPrompts plain, String otherwise) {
        List<AttackTemplate> templates = templates(otherwise);
        if (templates.isEmpty() && limit != null) {
            throw new WrongUsage("--jailbreak-limit has no effect without --jailbreaks: leave it out, or name frames.");
        }
        return plain.framed(templates, limit == null ? Integer.MAX_VALUE : limit);
    }
}
