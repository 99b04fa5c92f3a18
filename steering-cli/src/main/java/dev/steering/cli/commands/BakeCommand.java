package dev.steering.cli.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.ShellWord;
import dev.steering.core.BadRequest;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.certificate.Certificate;
import dev.steering.core.certificate.CertificateJson;
import dev.steering.core.certificate.CertificateText;
import dev.steering.core.certificate.CertifiedSetting;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorScale;
import dev.steering.export.bake.Baker;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code steer bake}. */
@Command(
        name = "bake",
        mixinStandardHelpOptions = true,
        description = {
            "Write a vector into a model for good: a plain ONNX model without steering inputs, which runs in any ONNX Runtime.",
            "What is baked is what the vector's certificate was measured at ('steer certify --scope all'): the same addition at",
            "every token, into a bias where the graph has one, else as one Add a layer. Refused where more than five points of",
            "harmful refusal are lost. A method that decides about each prompt, such as scans, cannot be baked.",
            "",
            "Example:  steer certify refusal.safetensors --model llama-1b --method subtract --scope all --alpha 2 --layers 10-14 \\",
            "              --over-refused xstest_v2_prompts.csv@comply --harmful AdvBench.csv",
            "          steer bake --model llama-1b --vector refusal.safetensors --alpha 2 --layers 10-14 -o llama-1b-baked"
        })
public final class BakeCommand implements Callable<Integer>, LongWork {
    @Option(names = "--model", required = true, paramLabel = "BUNDLE", description = "Model bundle to bake into.")
    private Path bundle = Path.of("");

    @Option(
            names = "--vector",
            required = true,
            paramLabel = "VECTOR",
            description = "Vector file with a certificate for this model.")
    private Path vectorFile = Path.of("");

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description = "add or subtract; must be what the certificate was measured at. Default: that.")
    private @Nullable Direction method;

    @Option(
            names = "--alpha",
            paramLabel = "A",
            converter = NumberConverters.Strength.class,
            description = "Strength, likewise.")
    private @Nullable Double alpha;

    @Option(names = "--scale", paramLabel = "SCALE", description = "unit or raw, likewise.")
    private @Nullable VectorScale scale;

    @Option(
            names = "--layers",
            paramLabel = "LAYERS",
            converter = LayerList.Converter.class,
            description = "Layers, such as 10-20 or 3,5, likewise.")
    private @Nullable LayerList layers;

    @Option(
            names = "-o",
            required = true,
            paramLabel = "DIR",
            description = "Directory for the model: a new or an empty one.")
    private Path directory = Path.of("");

    @Option(names = "--copy-weights", description = "Copy the weight files instead of linking them.")
    private boolean copyWeights;

    @Mixin
    private OutputMixin output = new OutputMixin();

    /** Which way. */
    enum Direction {
        /** Towards refusal. */
        ADD,
        /** Away from it. */
        SUBTRACT
    }

    @Override
    public String kept() {
        return directory + " is written when all is done: begin again with the same command.";
    }

    @Override
    public Integer call() {
        SteeringVector vector = VectorFile.read(vectorFile);
        Bundle opened = Bundle.open(bundle);
        requireCertified(vector);
        Baker.Baked baked;
        try {
            baked = Baker.bake(opened, vector, directory, copyWeights, ProgressBar.onTerminal());
        } catch (BadRequest e) {
            throw new BadRequest(e.getMessage() + " With 'steer certify " + ShellWord.quoted(vectorFile) + " --model "
                    + ShellWord.quoted(bundle) + " --scope all ...'.", e);
        }
        output.text()
                .println(baked.graph() + ": " + CertificateText.setting(certificate(vector)) + "; "
                        + (baked.biases().isEmpty() ? "" : "layers " + LayerList.format(baked.biases()) + " in biases ")
                        + (baked.adds().isEmpty() ? "" : "layers " + LayerList.format(baked.adds()) + " one Add each"));
        CertificateText.warnings(certificate(vector)).forEach(output::warn);
        output.print(() -> json(vector, baked));
        return ExitCodes.SUCCESS;
    }

    /** What is said must be what was measured: the certificate is what is baked. */
    private void requireCertified(SteeringVector vector) {
        Certificate certificate = vector.certificate();
        if (certificate == null) {
            return;
        }
        CertifiedSetting measured = certificate.setting();
        Double strength = measured.alpha();
        String wrong = null;
        if (alpha != null && (strength == null || Math.abs(strength) != Math.abs(alpha))) {
            wrong = "--alpha says " + alpha;
        } else if (method != null && (strength == null || strength > 0 != (method == Direction.ADD))) {
            wrong = "--method says " + method.name().toLowerCase(Locale.ROOT);
        } else if (scale != null && !scale.name().toLowerCase(Locale.ROOT).equals(measured.scale())) {
            wrong = "--scale says " + scale.name().toLowerCase(Locale.ROOT);
        } else if (layers != null && !layers.layers().equals(measured.layers())) {
            wrong = "--layers says " + LayerList.format(layers.layers());
        }
        if (wrong != null) {
            throw new BadRequest("Not baked: the vector's certificate was made for '" + measured.words() + "', and " + wrong
                    + ". Certify the vector at that setting, or bake what was certified.");
        }
    }

    private ObjectNode json(SteeringVector vector, Baker.Baked baked) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("directory", baked.directory().toString())
                .put("file", baked.graph().toString());
        baked.biases().forEach(node.putArray("biases")::add);
        baked.adds().forEach(node.putArray("adds")::add);
        node.set("certificate", CertificateJson.write(certificate(vector)));
        return node;
    }

    private static Certificate certificate(SteeringVector vector) {
        return Objects.requireNonNull(vector.certificate(), "a vector without certificate is not baked");
    }
}
