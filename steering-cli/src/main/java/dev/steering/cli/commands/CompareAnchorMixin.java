package dev.steering.cli.commands;

import dev.steering.cli.prompts.Remarks;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.model.chat.TooLong;
import java.util.List;
import picocli.CommandLine.Option;

/** What a comparison extracts vectors from, where methods need some. */
final class CompareAnchorMixin {
    @Option(
            names = "--harmful",
            paramLabel = PromptFileMixin.LABEL,
            description =
                    "Harmful anchors: with --harmless, what vectors are extracted from that methods need and --vector is not;"
                            + " the mean difference is also extracted again from anchors drawn from both, to see how much"
                            + " depends on them. Can be given several times.")
    private List<String> harmful = List.of();

    @Option(
            names = "--harmless",
            paramLabel = PromptFileMixin.LABEL,
            description = "Harmless anchors. Can be given several times.")
    private List<String> harmless = List.of();

    @Option(
            names = "--over-refused",
            paramLabel = PromptFileMixin.LABEL,
            description =
                    "Harmless prompts that the model refuses: a vector for surgical and partial-or is extracted from"
                            + " them and both anchors. None may be a development or test prompt. Can be given several times.")
    private List<String> overRefused = List.of();

    void validate() {
        if (harmful.isEmpty() != harmless.isEmpty()) {
            throw new WrongUsage("--harmful and --harmless are the anchors of the vector: give both, or neither.");
        }
    }

    ComparedAnchors anchors(TooLong rule, Remarks remarks) {
        return new ComparedAnchors(harmful, harmless, overRefused, rule, remarks);
    }
}
