package dev.steering.cli.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.BadRequest;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.certificate.Certificate;
import dev.steering.core.certificate.CertificateJson;
import dev.steering.core.certificate.CertificateText;
import dev.steering.core.certificate.CertifiedSetting;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.export.bake.Baker;
import dev.steering.export.bake.WeightBaker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code steer bake}. */
@Command(
        name = "bake",
        mixinStandardHelpOptions = true,
        description = {
            "Write a vector into a model for good: a plain ONNX model without steering inputs, which runs in any ONNX Runtime.",
            "What is baked is what the vector's certificate was measured at ('steer certify --scope all'): the same addition at",
            "every token, into a bias where the graph has one, else as one Add a layer. Refused where more than five points of",
            "harmful refusal are lost. A method that decides about each prompt, such as scans, cannot be baked.",
            "With --into safetensors an over-refused direction is taken out of a checkpoint's weights instead.",
            "",
            "Example:  steer certify refusal.safetensors --model llama-1b --method subtract --scope all --alpha 2 --layers 10-14 \\",
            "              --over-refused xstest_v2_prompts.csv@comply --harmful AdvBench.csv",
            "          steer bake --model llama-1b --vector refusal.safetensors --alpha 2 --layers 10-14 -o llama-1b-baked"
        })
public final class BakeCommand implements Callable<Integer>, LongWork {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "BUNDLE|HF_DIR",
            description = "Model bundle to bake into; with --into safetensors a Hugging Face checkpoint.")
    private Path bundle = Path.of("");

    @Option(
            names = "--into",
            paramLabel = "FORM",
            description =
                    "onnx (default); safetensors: take an over-refused vector (extract --method surgical, certify --weights) out"
                            + " of what embedding, attention and MLP weights of a checkpoint write.")
    private Form form = Form.ONNX;

    @Option(
            names = "--keep-norms",
            description = "With --into safetensors: columns and rows keep their length, as certified.")
    private boolean keepNorms;

    @Option(
            names = "--single",
            description =
                    "With --into safetensors: write changed tensors in single precision instead of rounding them to 16 bits.")
    private boolean single;

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

    /** What is written. */
    enum Form {
        /** A plain ONNX model. */
        ONNX,
        /** A checkpoint. */
        SAFETENSORS
    }

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
        validate();
        SteeringVector vector = GivenVector.read(vectorFile, 0, spec);
        try {
            if (form == Form.ONNX) {
                bakeGraph(vector);
            } else {
                bakeWeights(vector);
            }
        } catch (BadRequest e) {
            throw new BadRequest(
                    e.getMessage() + " What is baked is measured by 'steer certify "
                            + (form == Form.ONNX ? "--scope all ...'." : "--weights HF_DIR ...'."),
                    e);
        }
        CertificateText.warnings(certificate(vector)).forEach(output::warn);
        return ExitCodes.SUCCESS;
    }

    private void validate() {
        if (form == Form.SAFETENSORS && (method != null || alpha != null || scale != null || layers != null)) {
            throw new WrongUsage(
                    "--into safetensors takes the whole direction out of all layers: leave --method, --alpha, --scale"
                            + " and --layers out.");
        }
        if (form == Form.SAFETENSORS && copyWeights) {
            throw new WrongUsage("--copy-weights belongs to --into onnx: changed weights are written anew.");
        }
        if (form == Form.ONNX && (keepNorms || single)) {
            throw new WrongUsage((keepNorms ? "--keep-norms" : "--single") + " belongs to --into safetensors.");
        }
    }

    private void bakeGraph(SteeringVector vector) {
        Bundle opened = Bundle.open(bundle);
        requireCertified(vector);
        Baker.Baked baked = Baker.bake(opened, vector, directory, copyWeights, ProgressBar.onTerminal());
        List<String> where = new ArrayList<>();
        if (!baked.biases().isEmpty()) {
            where.add("layers " + LayerList.format(baked.biases()) + " in biases");
        }
        if (!baked.adds().isEmpty()) {
            where.add("layers " + LayerList.format(baked.adds()) + " by one Add each");
        }
        output.text()
                .println(
                        baked.graph() + ": " + certificate(vector).setting().words() + "; " + String.join(", ", where));
        output.print(() -> json(vector, baked));
    }

    private void bakeWeights(SteeringVector vector) {
        WeightBaker.Ablated baked =
                WeightBaker.bake(bundle, vector, directory, keepNorms, single, ProgressBar.onTerminal());
        output.text()
                .println(String.format(
                        Locale.ROOT,
                        "%s: %s; %d tensors in %d files written anew%s; at most %.1e of a written vector's length is left along it",
                        baked.directory(),
                        certificate(vector).setting().words(),
                        baked.tensors(),
                        baked.files(),
                        baked.untied() ? ", the head, which was the embedding, has a tensor of its own" : "",
                        baked.leftOver()));
        output.print(() -> {
            ObjectNode node = JsonNodeFactory.instance
                    .objectNode()
                    .put("directory", baked.directory().toString())
                    .put("tensors", baked.tensors())
                    .put("files", baked.files())
                    .put("left_over", baked.leftOver())
                    .put("untied", baked.untied());
            return node.set("certificate", CertificateJson.write(certificate(vector)));
        });
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
            throw new BadRequest("Not baked: the vector's certificate was made for '" + measured.words() + "', and "
                    + wrong + ". Certify the vector at that setting, or bake what was certified.");
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
