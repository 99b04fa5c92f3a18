package dev.steering.spark;

import dev.steering.core.BadRequest;
import dev.steering.core.Require;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.SteeringVector;
import dev.steering.model.activation.ActivationReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Applies a saved vector to a column of texts: what SCANS's gate says of each, or how far it lies along the directions.
 *
 * <pre>{@code
 * Dataset<Row> scored = SparkScorer.of(ModelSource.of("/models/llama-8b"), VectorFile.read(file))
 *         .score(table, "question", "risk");
 * scored.filter("risk >= 0.4")
 * }</pre>
 *
 * <p>Every text is put through the model's chat template and takes one forward pass. A text that cannot be read (too long, or refused by the
 * template) has no score but an error. Immutable and thread-safe.
 */
public final class SparkScorer {
    private static final int CHUNK = 1024;

    /** What is read of a text. */
    public enum Reading {
        /**
         * SCANS's score (arXiv 2408.11491, Eq. 4): the mean cosine of the text's transition and the vector's reference, -1..1. At or above the
         * vector's threshold a prompt is harmful.
         */
        TRANSITION,
        /** The cosine of the last token's state and the direction, -1..1. */
        COSINE,
        /** The component of the last token's state along the direction, in the stream's own units. */
        PROJECTION;

        /** @return its name in options */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** 0 where either is zero. */
        double of(float[] state, float[] direction) {
            double dot = 0;
            double states = 0;
            double directions = 0;
            for (int i = 0; i < state.length; i++) {
                dot += (double) state[i] * direction[i];
                states += (double) state[i] * state[i];
                directions += (double) direction[i] * direction[i];
            }
            double norms = this == COSINE ? Math.sqrt(states) * Math.sqrt(directions) : Math.sqrt(directions);
            return norms == 0 ? 0 : dot / norms;
        }
    }

    private final ModelSource source;
    private final SteeringVector vector;
    private final Reading reading;
    private final @Nullable List<Integer> layers;
    private final int batch;

    private SparkScorer(
            ModelSource source, SteeringVector vector, Reading reading, @Nullable List<Integer> layers, int batch) {
        this.source = source;
        this.vector = vector;
        this.reading = reading;
        this.layers = layers;
        this.batch = batch;
    }

    /**
     * @param source the model; whether the vector is of it is not looked at
     * @param vector the vector
     * @return reads SCANS's score where the vector has been calibrated, else the projection; at the classifier's layers, or those that are
     *     steered; batches of 16
     */
    public static SparkScorer of(ModelSource source, SteeringVector vector) {
        boolean gated = vector.transitionReference() != null && calibration(vector) != null;
        // The hashes of prompts may be most of the file, and are not asked here.
        return new SparkScorer(
                source,
                vector.withPrompts(null),
                gated ? Reading.TRANSITION : Reading.PROJECTION,
                null,
                ActivationReader.DEFAULT_BATCH_SIZE);
    }

    private static @Nullable Calibration calibration(SteeringVector vector) {
        Anchoring anchoring = vector.anchoring();
        return anchoring == null ? null : anchoring.calibration();
    }

    /**
     * @param newReading what is read
     * @return a copy with it
     */
    public SparkScorer withReading(Reading newReading) {
        return new SparkScorer(source, vector, newReading, layers, batch);
    }

    /**
     * @param newLayers at which layers, 0-based, over which the score is the mean
     * @return a copy with them
     * @throws BadRequest if there are none, or the vector has no such layer
     */
    public SparkScorer withLayers(List<Integer> newLayers) {
        for (int layer : newLayers) {
            if (layer < 0 || layer >= vector.layers()) {
                throw new BadRequest(
                        "the vector has no layer " + layer + ": its layers are 0 to " + (vector.layers() - 1) + ".");
            }
        }
        if (newLayers.isEmpty()) {
            throw new BadRequest("a score is read at one layer or more, found none.");
        }
        return new SparkScorer(source, vector, reading, List.copyOf(newLayers), batch);
    }

    /**
     * @param rows most texts in one forward pass, at least 1
     * @return a copy with it
     */
    public SparkScorer withBatchSize(int rows) {
        return new SparkScorer(source, vector, reading, layers, Require.atLeast("The batch size", rows, 1));
    }

    /** @return what is read */
    public Reading reading() {
        return reading;
    }

    /**
     * @return at which layers
     * @throws BadRequest if none were chosen and the vector does not say
     */
    public List<Integer> layers() {
        if (layers != null) {
            return layers;
        }
        Anchoring anchoring = vector.anchoring();
        Calibration calibration = calibration(vector);
        if (reading == Reading.TRANSITION && calibration != null) {
            return calibration.classifierLayers();
        }
        if (anchoring != null && !anchoring.steeringLayers().isEmpty()) {
            return anchoring.steeringLayers();
        }
        throw new BadRequest("the vector does not say at which layers: it has not been anchored. Choose layers.");
    }

    private ScoringTask task(int column) {
        if (reading == Reading.TRANSITION) {
            vector.requireTransitionReference();
        }
        return new ScoringTask(
                source, CarriedVector.of(vector), reading, new ArrayList<>(layers()), batch, CHUNK, column);
    }

    /**
     * Scores a column, in batches of similar length; the order of rows within a partition stays.
     *
     * @param table any table
     * @param column where the texts are, of type string
     * @param as name of the column of scores, of type double, null where there is no text or an error; beside it comes {@code AS_error} with
     *     the reason
     * @return the table with two columns more; nothing runs before it is asked for
     * @throws BadRequest if there is no such column of strings, or the new ones are there already
     */
    public Dataset<Row> score(Dataset<Row> table, String column, String as) {
        List<String> columns = Arrays.asList(table.columns());
        if (!columns.contains(column)) {
            throw new BadRequest("the table has no column '" + column + "': expected one of " + columns + ".");
        }
        if (!table.schema().apply(column).dataType().equals(DataTypes.StringType)) {
            throw new BadRequest("the column '" + column + "' is of type "
                    + table.schema().apply(column).dataType().simpleString() + ", expected string.");
        }
        String error = as + "_error";
        if (columns.contains(as) || columns.contains(error)) {
            throw new BadRequest(
                    "the table has a column '" + as + "' or '" + error + "' already: choose another name.");
        }
        StructType wider = table.schema().add(as, DataTypes.DoubleType).add(error, DataTypes.StringType);
        return table.mapPartitions(task(columns.indexOf(column)), Encoders.row(wider));
    }

    /**
     * Makes a function for SQL that takes a text and gives its score, null where there is none. Rows come to it one by one, which is several
     * times slower than {@link #score}.
     *
     * @param spark where it is to be known
     * @param name its name
     */
    public void register(SparkSession spark, String name) {
        ScoringTask task = task(0);
        UDF1<String, Double> function =
                text -> task.scores(Collections.singletonList(text)).get(0).value();
        spark.udf().register(name, function, DataTypes.DoubleType);
    }
}
