package dev.steering.export.bake;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.IoReason;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.certificate.Certificate;
import dev.steering.core.certificate.CertificateJson;
import dev.steering.core.certificate.CertifiedSetting;
import dev.steering.core.search.DirectionSearch;
import dev.steering.core.vector.SteeringVector;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.export.Precision;
import dev.steering.export.bundle.Fingerprint;
import dev.steering.export.bundle.WorkDirectory;
import dev.steering.export.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Takes an over-refused direction out of a Hugging Face checkpoint's weights: nothing writes along it into the residual stream any more, and
 * the result runs wherever the checkpoint ran.
 *
 * <p>Only directions that a share of the harmful direction was taken out of (Wang et al., arXiv 2410.03415) can be baked, and only with a
 * certificate that was measured on weights without the direction: {@link #trial} makes those for measuring and takes them away again. Stateless
 * and thread-safe.
 */
public final class WeightBaker {
    /** What the method is called in certificates. */
    public static final String METHOD = "weights";

    /** Beside the weights: what was taken out, and what that does. */
    public static final String DESCRIPTION = "steering-baked.json";

    private WeightBaker() {}

    /**
     * What was made.
     *
     * @param directory the checkpoint
     * @param tensors how many tensors were changed
     * @param files how many weight files were written anew; the others are linked
     * @param leftOver largest share of a written vector's length that still lies along the direction: rounding to the tensors' own type
     * @param untied whether the head, which was the embedding, got a tensor of its own
     */
    public record Ablated(Path directory, int tensors, int files, double leftOver, boolean untied) {}

    /**
     * Weights without the direction, for measuring only: they are deleted when this is closed.
     *
     * @param bundle a bundle of them, in single precision
     * @param setting what a certificate calls them
     * @param work where they are
     */
    public record Trial(Bundle bundle, CertifiedSetting setting, WorkDirectory work) implements AutoCloseable {
        @Override
        public void close() {
            work.close();
        }
    }

    /**
     * @param vector an over-refused direction
     * @param keepNorms whether what is left of each column and row is made as long as it was
     * @return what a certificate calls it
     * @throws BadRequest if it is no over-refused direction, or no share of the harmful one was taken out of it
     */
    public static CertifiedSetting setting(SteeringVector vector, boolean keepNorms) {
        DirectionSearch search = vector.search();
        Double lambda = search == null ? null : search.lambda();
        if (search == null || lambda == null || lambda <= 0) {
            throw CertifiedAddition.refused(
                    "only over-refused directions that a share of the harmful one was taken out of can be"
                            + " taken out of weights, and this vector is "
                            + vector.provenance().method()
                            + (lambda == null ? "" : " with the share " + lambda)
                            + ". Extract one with the method surgical.");
        }
        ObjectNode plan = JsonNodeFactory.instance
                .objectNode()
                .put("format", "weight-ablation")
                .put("version", 1)
                .put("layer", search.layer())
                .put("keep_norms", keepNorms);
        return new CertifiedSetting(
                METHOD,
                plan.toString(),
                "embedding, attention and MLP weights without the over-refused direction of layer " + search.layer()
                        + " (lambda " + lambda + ")" + (keepNorms ? ", norms kept" : ""),
                List.of(search.layer()),
                null,
                null);
    }

    /**
     * @param checkpoint a Hugging Face checkpoint
     * @param vector an over-refused direction of it
     * @param parent an existing directory: the weights are written into a temporary one there
     * @param keepNorms whether what is left of each column and row is made as long as it was
     * @param progress told how far it has come
     * @return weights without the direction, to be closed
     * @throws SteeringException if the vector is no such direction or belongs to another checkpoint, or the checkpoint cannot be changed that
     *     way
     */
    public static Trial trial(
            Path checkpoint, SteeringVector vector, Path parent, boolean keepNorms, ProgressListener progress) {
        CertifiedSetting setting = setting(vector, keepNorms);
        Checkpoint opened = Checkpoint.open(checkpoint);
        WeightAblation ablation = ablation(opened, vector, new WeightAblation.How(keepNorms, false));
        try {
            WorkDirectory work = WorkDirectory.in(parent, ".trial.");
            try {
                Path weights = work.path().resolve("weights");
                WeightAblation.Written unused = ablation.write(weights, Map.of(), progress);
                ExportOptions options =
                        ExportOptions.defaults().withPrecision(Precision.FP32).withProgress(progress);
                Bundle bundle = CheckpointExporter.export(weights, work.path().resolve("bundle"), options);
                return new Trial(bundle, setting, work);
            } catch (RuntimeException e) {
                work.close();
                throw e;
            }
        } catch (IOException e) {
            throw new BadFile("Cannot write to " + parent + ": " + IoReason.of(e), e);
        }
    }

    /**
     * @param checkpoint a Hugging Face checkpoint
     * @param vector an over-refused direction with a certificate that was measured on this checkpoint's weights without it
     * @param directory where to write: must not be there, or be empty
     * @param keepNorms as the certificate was measured
     * @param single whether changed tensors are written in single precision, so that nothing is rounded to 16 bits
     * @param progress told how far it has come
     * @return what was made
     * @throws SteeringException if the certificate is missing, speaks of other numbers, another model or another setting, or of harmful
     *     prompts of which more than five points fewer are refused; if the checkpoint is quantised or norms what it writes; or if the
     *     directory is not empty or cannot be written
     */
    public static Ablated bake(
            Path checkpoint,
            SteeringVector vector,
            Path directory,
            boolean keepNorms,
            boolean single,
            ProgressListener progress) {
        CertifiedSetting setting = setting(vector, keepNorms);
        Checkpoint opened = Checkpoint.open(checkpoint);
        Certificate certificate = vector.certificate();
        if (certificate == null) {
            throw CertifiedAddition.refused(
                    "the vector has no certificate: nobody has measured what weights without it do. Measure it first.");
        }
        String numbers = certificate.vectorDifference(vector.contentHash());
        if (numbers != null) {
            throw CertifiedAddition.refused("of the vector, " + numbers + " Measure it again.");
        }
        if (!certificate.setting().plan().equals(setting.plan())) {
            throw CertifiedAddition.refused("the vector's certificate was made for '"
                    + certificate.setting().words() + "', this is '" + setting.words() + "'. Measure it again.");
        }
        String fingerprint =
                Fingerprint.of(opened.directory(), opened.fileNames(), progress).value();
        if (!certificate.modelFingerprint().equals(fingerprint)) {
            throw CertifiedAddition.refused("the vector's certificate was made on another model: '"
                    + certificate.modelName() + "' with other weights or another tokenizer than " + checkpoint
                    + ". Measure it on this one.");
        }
        CertifiedAddition.requireSafe(certificate);
        WeightAblation ablation = ablation(opened, vector, new WeightAblation.How(keepNorms, single));
        String description = CertificateJson.write(certificate).toPrettyString() + "\n";
        WeightAblation.Written written = ablation.write(directory, Map.of(DESCRIPTION, description), progress);
        return new Ablated(directory, written.tensors(), written.files(), written.leftOver(), written.untied());
    }

    private static WeightAblation ablation(Checkpoint checkpoint, SteeringVector vector, WeightAblation.How how) {
        DirectionSearch search = Objects.requireNonNull(vector.search());
        return new WeightAblation(checkpoint, vector.directions().row(search.layer()), how);
    }
}
