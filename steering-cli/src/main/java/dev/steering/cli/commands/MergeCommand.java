package dev.steering.cli.commands;

import dev.steering.cli.json.ExtractJson;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.ShellWord;
import dev.steering.core.files.OutputRule;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.extract.ExtractionPart;
import dev.steering.extract.PartFile;
import dev.steering.extract.PartMerger;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code steer merge}. */
@Command(
        name = "merge",
        mixinStandardHelpOptions = true,
        description = {
            "Make a steering vector of the parts of an extraction ('steer extract --shard'), the same as if one had seen all prompts.",
            "All parts of one extraction are needed, in any order. Needs no model.",
            "",
            "Example:  steer merge part-1.safetensors part-2.safetensors part-3.safetensors -o refusal.safetensors"
        })
public final class MergeCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "PART", description = "Files of all parts.")
    private List<Path> files = List.of();

    @Option(names = "-o", required = true, paramLabel = "VECTOR", description = "Vector file to write.")
    private Path file = Path.of("");

    @Mixin
    private OutputRuleMixin outputs = new OutputRuleMixin();

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public Integer call() {
        VectorTarget.requireOwn(file);
        OutputRule rule = outputs.rule("-o");
        rule.requireFile(file, VectorFile.KIND);
        List<ExtractionPart> parts = files.stream().map(PartFile::read).toList();
        List<String> names = files.stream().map(Path::toString).toList();
        SteeringVector vector = PartMerger.merge(parts, names, ProgressBar.onTerminal());
        VectorFile.write(file, vector, rule);
        LayerTable.print(output.text(), file, vector);
        output.print(() -> ExtractJson.of(file, vector));
        output.notes().println("Next: steer layers " + ShellWord.quoted(file) + " --model BUNDLE");
        return ExitCodes.SUCCESS;
    }
}
