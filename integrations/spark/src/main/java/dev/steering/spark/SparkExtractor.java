package dev.steering.spark;

import dev.steering.core.BadRequest;
import dev.steering.core.Require;
import dev.steering.core.Sha256;
import dev.steering.core.json.JsonDocument;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.Provenance;
import dev.steering.extract.Estimator;
import dev.steering.extract.StreamedExtraction;
import dev.steering.extract.TokenSelector;
import dev.steering.extract.moments.Moments;
import dev.steering.model.activation.ActivationReader;
import dev.steering.model.activation.Transitions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Extracts a steering vector from a table of prompts: as {@link dev.steering.extract.VectorExtractor}, but every executor reads a part.
 *
 * <pre>{@code
 * Dataset<Row> prompts = spark.read().parquet("s3a://prompts/labelled");
 * SparkExtraction extraction = SparkExtractor.of(ModelSource.of("/models/llama-8b"))
 *         .extract(prompts, new PromptColumns("prompt", "label", "id"));
 * VectorFile.write(Path.of("refusal.safetensors"), extraction.vector());
 * }</pre>
 *
 * <p>Each partition is read in chunks whose prompts are sorted by length, and gives moments of bounded size; they are merged in a tree. The
 * vector is the one that one machine would extract, up to float32 rounding of the model's own arithmetic (1e-6), however the table is
 * partitioned, and whatever tasks are run again. Rows that cannot be used are counted and said.
 *
 * <p>Needs the classic API of Spark (not Spark Connect). Immutable and thread-safe.
 */
public final class SparkExtractor {
    private static final int CHUNK = 1024;
    private static final int LISTED = 1_000_000;
    private static final int DEPTH = 3;
    private static final int HARMFUL = 1;
    private static final int HARMLESS = 2;

    private final ExtractionTask task;
    private final boolean checked;

    private SparkExtractor(ExtractionTask task, boolean checked) {
        this.task = task;
        this.checked = checked;
    }

    /**
     * @param source the model
     * @return mean differences at the last token, marker "Sure", batches of 16, of chunks of 1024, hashes of up to a million prompts of each
     *     class listed; refuses prompts that are in both classes
     */
    public static SparkExtractor of(ModelSource source) {
        return new SparkExtractor(
                new ExtractionTask(
                        source,
                        Estimator.MEAN_DIFFERENCE,
                        TokenSelector.last().label(),
                        Transitions.DEFAULT_MARKER,
                        ActivationReader.DEFAULT_BATCH_SIZE,
                        CHUNK,
                        LISTED),
                true);
    }

    private SparkExtractor with(Estimator estimator, String token, String marker, int batch, int chunk, int listed) {
        return new SparkExtractor(
                new ExtractionTask(task.source(), estimator, token, marker, batch, chunk, listed), checked);
    }

    /**
     * @param estimator how directions are computed: without pairs; those that keep every activation take 4096 prompts at most
     * @return a copy with it
     * @throws BadRequest if it needs pairs
     */
    public SparkExtractor withMethod(Estimator estimator) {
        SparkExtractor changed =
                with(estimator, task.token(), task.marker(), task.batch(), task.chunk(), task.listed());
        StreamedExtraction.requireStreamed(changed.task.extractor());
        return changed;
    }

    /**
     * @param selector which tokens' activations are taken
     * @return a copy with it
     */
    public SparkExtractor withTokenSelector(TokenSelector selector) {
        return with(task.estimator(), selector.label(), task.marker(), task.batch(), task.chunk(), task.listed());
    }

    /**
     * @param marker the compliant word behind the harmful prompts
     * @return a copy with it
     */
    public SparkExtractor withMarker(String marker) {
        return with(task.estimator(), task.token(), marker, task.batch(), task.chunk(), task.listed());
    }

    /**
     * @param rows most prompts in one forward pass, at least 1
     * @return a copy with it
     */
    public SparkExtractor withBatchSize(int rows) {
        return with(
                task.estimator(),
                task.token(),
                task.marker(),
                Require.atLeast("The batch size", rows, 1),
                task.chunk(),
                task.listed());
    }

    /**
     * @param rows prompts that a task holds at once and sorts by length, at least 1
     * @return a copy with it
     */
    public SparkExtractor withChunk(int rows) {
        return with(
                task.estimator(),
                task.token(),
                task.marker(),
                task.batch(),
                Require.atLeast("The chunk", rows, 1),
                task.listed());
    }

    /**
     * @param most most prompts of a class whose hashes the vector lists, 64 bytes each in its file; of more it lists none
     * @return a copy with it
     */
    public SparkExtractor withListed(int most) {
        return with(
                task.estimator(),
                task.token(),
                task.marker(),
                task.batch(),
                task.chunk(),
                Require.atLeast("The number of listed prompts", most, 0));
    }

    /** @return a copy that does not look for prompts that are in both classes, which takes a shuffle of a hash of every prompt */
    public SparkExtractor withoutClassCheck() {
        return new SparkExtractor(task, false);
    }

    /**
     * @param table prompts of both classes
     * @param columns which columns hold them
     * @return the vector, and what was left out
     * @throws BadRequest if a column is missing, a prompt is in both classes, or a class is empty
     * @throws dev.steering.core.SteeringException if the classes cannot be told apart at a layer. What fails on an executor comes as Spark's
     *     own exception, {@link SparkFailures} finds the message in it
     */
    public SparkExtraction extract(Dataset<Row> table, PromptColumns columns) {
        Dataset<Row> prompts = columns.of(table);
        SparkContext spark = table.sparkSession().sparkContext();
        if (checked) {
            spark.setJobDescription("looking for prompts that are in both classes");
            requireOneClass(prompts);
        }
        spark.setJobDescription("extracting with " + task.source().bundle());
        Gathered all = prompts.javaRDD()
                .mapPartitions(task)
                .treeAggregate(new Gathered(task.listed()), Gathered::merge, Gathered::merge, DEPTH);
        spark.setJobDescription(null);
        PromptHashes harmful = all.hashes(true);
        PromptHashes harmless = all.hashes(false);
        Moments moments = all.moments();
        if (moments == null) {
            throw new BadRequest("Extraction needs prompts of both classes, found none that could be read"
                    + (all.leftOut() == 0
                            ? "."
                            : "; of " + all.leftOut() + " rows that were left out the first is "
                                    + all.examples().first() + "."));
        }
        boolean listed = harmful.isListed() && harmless.isListed();
        return new SparkExtraction(
                StreamedExtraction.vector(
                        task.extractor(),
                        provenance(all, spark),
                        listed
                                ? ExtractionPrompts.ofHashes(harmful.sorted(), harmless.sorted())
                                : ExtractionPrompts.ofHashes(List.of(), List.of()),
                        moments),
                harmful.count(),
                harmless.count(),
                all.leftOut(),
                List.copyOf(all.examples()),
                listed);
    }

    /** As for one machine, but that the prompts' order does not matter, and the job has a name. */
    private static Provenance provenance(Gathered all, SparkContext spark) {
        Provenance read = JsonDocument.description("what executors say", "provenance", "", "")
                .read(all.provenance(), Provenance::read);
        Map<String, String> versions = new TreeMap<>(read.versions());
        versions.put("spark", spark.version());
        versions.put("spark-application", spark.applicationId());
        versions.put("spark-job", spark.appName());
        return new Provenance(
                read.model(),
                read.modelName(),
                identity(all),
                read.method(),
                read.tokenSelector(),
                read.site(),
                read.operation(),
                read.template(),
                read.seed(),
                versions);
    }

    private static String identity(Gathered all) {
        MessageDigest digest = Sha256.digest();
        digest.update("in no order".getBytes(StandardCharsets.UTF_8));
        for (boolean harmful : new boolean[] {true, false}) {
            PromptHashes hashes = all.hashes(harmful);
            digest.update(
                    ByteBuffer.allocate(Long.BYTES).putLong(hashes.count()).flip());
            digest.update(hashes.identity());
        }
        return Sha256.hex(digest);
    }

    private static void requireOneClass(Dataset<Row> prompts) {
        long both = prompts.javaRDD()
                .filter(row -> !row.isNullAt(0) && !row.isNullAt(1) && PromptColumns.harmful(row.getString(1)) != null)
                .mapToPair(row -> new Tuple2<>(
                        ExtractionPrompts.hash(row.getString(0)),
                        Boolean.TRUE.equals(PromptColumns.harmful(row.getString(1))) ? HARMFUL : HARMLESS))
                .reduceByKey((one, other) -> one | other)
                .filter(pair -> pair._2() == (HARMFUL | HARMLESS))
                .count();
        if (both > 0) {
            throw new BadRequest("a prompt must be harmful or harmless, but " + both + (both == 1 ? " is" : " are")
                    + " in both classes. Remove each from one of them, or leave the check out.");
        }
    }
}
