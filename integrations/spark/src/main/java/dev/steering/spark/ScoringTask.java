package dev.steering.spark;

import dev.steering.core.NumericOverflow;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.SteeringVector;
import dev.steering.model.activation.ActivationReader;
import dev.steering.model.activation.Transition;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.pass.Capture;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads the texts of one partition and adds two columns to each row: the score, and why there is none.
 *
 * @param source the model
 * @param carried the vector
 * @param reading what is read
 * @param layers at which layers, 0-based; the score is the mean over them
 * @param batch most texts in one forward pass
 * @param chunk rows that are held at once and sorted by length
 * @param column where the texts are
 */
record ScoringTask(
        ModelSource source,
        CarriedVector carried,
        SparkScorer.Reading reading,
        List<Integer> layers,
        int batch,
        int chunk,
        int column)
        implements MapPartitionsFunction<Row, Row>, Serializable {

    /** A text's score, or why there is none. */
    record Score(@Nullable Double value, @Nullable String error) {
        static final Score NONE = new Score(null, null);
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new ChunkedRows(rows, chunk, this::scored);
    }

    private List<Row> scored(List<Row> rows) {
        List<@Nullable String> texts = new ArrayList<>();
        rows.forEach(row -> texts.add(row.isNullAt(column) ? null : row.getString(column)));
        List<Score> scores = scores(texts);
        List<Row> wider = new ArrayList<>();
        for (int r = 0; r < rows.size(); r++) {
            int size = rows.get(r).size();
            Object[] values = new Object[size + 2];
            for (int c = 0; c < size; c++) {
                values[c] = rows.get(r).get(c);
            }
            values[size] = scores.get(r).value();
            values[size + 1] = scores.get(r).error();
            wider.add(RowFactory.create(values));
        }
        return wider;
    }

    /** One for each text, null for null. */
    List<Score> scores(List<@Nullable String> texts) {
        ChatModel model = source.model();
        SteeringVector vector = carried.vector();
        Transitions transitions = Transitions.of(model).withState(vector.transitionState());
        List<Score> scores = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        List<int[]> tokens = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            scores.add(Score.NONE);
            String text = texts.get(i);
            if (text == null) {
                continue;
            }
            try {
                int[] encoded = model.encode(text);
                if (reading == SparkScorer.Reading.TRANSITION) {
                    transitions.append(encoded);
                }
                tokens.add(encoded);
                places.add(i);
            } catch (SteeringException e) {
                scores.set(i, new Score(null, e.getMessage()));
            }
        }
        read(model, vector, transitions, places, tokens, scores);
        return scores;
    }

    private void read(
            ChatModel model,
            SteeringVector vector,
            Transitions transitions,
            List<Integer> places,
            List<int[]> tokens,
            List<Score> scores) {
        try {
            if (reading == SparkScorer.Reading.TRANSITION) {
                LayerMatrix reference = vector.requireTransitionReference();
                transitions
                        .withBatchSize(batch)
                        .read(
                                "scoring",
                                tokens,
                                (i, transition) -> scores.set(
                                        places.get(i),
                                        new Score(Transition.score(transition.cosines(reference), layers), null)));
            } else {
                ActivationReader.of(model.model())
                        .withBatchSize(batch)
                        .read(
                                "scoring",
                                tokens,
                                tokens.stream()
                                        .map(one -> List.of(Capture.token(one.length - 1)))
                                        .toList(),
                                (i, captured) -> scores.set(
                                        places.get(i), new Score(mean(captured[0], vector.directions()), null)));
            }
        } catch (NumericOverflow e) {
            if (places.size() == 1) {
                scores.set(places.get(0), new Score(null, e.getMessage()));
                return;
            }
            for (int i = 0; i < places.size(); i++) {
                read(model, vector, transitions, places.subList(i, i + 1), tokens.subList(i, i + 1), scores);
            }
        }
    }

    private double mean(float[][] state, LayerMatrix directions) {
        double sum = 0;
        for (int layer : layers) {
            sum += reading.of(state[layer], directions.row(layer));
        }
        return sum / layers.size();
    }
}
