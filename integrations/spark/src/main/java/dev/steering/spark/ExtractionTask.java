package dev.steering.spark;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.json.JsonDocument;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.extract.Estimator;
import dev.steering.extract.StreamedExtraction;
import dev.steering.extract.StreamedExtraction.Labelled;
import dev.steering.extract.StreamedExtraction.Unread;
import dev.steering.extract.TokenSelector;
import dev.steering.extract.VectorExtractor;
import dev.steering.model.chat.ChatModel;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Reads the prompts of one partition.
 *
 * @param source the model
 * @param estimator how directions are computed
 * @param token whose activations are taken
 * @param marker the compliant word behind the harmful prompts
 * @param batch most prompts in one forward pass
 * @param chunk prompts that are held at once and sorted by length
 * @param listed most prompts of a class whose hashes are listed
 */
record ExtractionTask(
        ModelSource source, Estimator estimator, String token, String marker, int batch, int chunk, int listed)
        implements FlatMapFunction<Iterator<Row>, Gathered>, Serializable {
    private static final int PROMPT = 0;
    private static final int LABEL = 1;
    private static final int ID = 2;
    private static final int HASH_SHOWN = 16;
    private static final Map<ExtractionTask, String> PROVENANCES = new ConcurrentHashMap<>();

    /** A row that may be read. */
    private record Candidate(String prompt, boolean harmful, String row) {}

    VectorExtractor extractor() {
        return VectorExtractor.withDefaults()
                .withMethod(estimator)
                .withTokenSelector(TokenSelector.parse(token))
                .withMarker(marker)
                .withBatchSize(batch);
    }

    @Override
    public Iterator<Gathered> call(Iterator<Row> rows) {
        Gathered gathered = new Gathered(listed);
        List<Candidate> waiting = new ArrayList<>();
        @Nullable StreamedExtraction extraction = null;
        while (rows.hasNext()) {
            Candidate candidate = candidate(rows.next(), gathered);
            if (candidate != null) {
                waiting.add(candidate);
            }
            if (waiting.size() == chunk || (!rows.hasNext() && !waiting.isEmpty())) {
                // Only now: an empty partition needs no model.
                extraction = extraction == null ? new StreamedExtraction(extractor(), source.model()) : extraction;
                read(extraction, waiting, gathered);
                waiting.clear();
            }
        }
        if (extraction != null) {
            gathered.read(PROVENANCES.computeIfAbsent(this, ExtractionTask::provenance), extraction.moments());
        }
        return List.of(gathered).iterator();
    }

    private static @Nullable Candidate candidate(Row row, Gathered gathered) {
        String prompt = row.isNullAt(PROMPT) ? null : row.getString(PROMPT);
        String label = row.isNullAt(LABEL) ? null : row.getString(LABEL);
        String id = row.isNullAt(ID) ? null : row.getString(ID);
        String name = id != null
                ? id
                : prompt == null
                        ? "without a prompt"
                        : ExtractionPrompts.hash(prompt).substring(0, HASH_SHOWN);
        Boolean harmful = PromptColumns.harmful(label);
        if (prompt == null) {
            gathered.leaveOut(new LeftOut(name, "The prompt is null."));
            return null;
        }
        if (harmful == null) {
            gathered.leaveOut(new LeftOut(
                    name,
                    "The label is " + (label == null ? "null" : "'" + label + "'") + ", which is neither class."));
            return null;
        }
        return new Candidate(prompt, harmful, name);
    }

    private static void read(StreamedExtraction extraction, List<Candidate> waiting, Gathered gathered) {
        List<Unread> unread = extraction.add(
                waiting.stream().map(c -> new Labelled(c.harmful(), c.prompt())).toList());
        boolean[] out = new boolean[waiting.size()];
        for (Unread one : unread) {
            out[one.index()] = true;
            gathered.leaveOut(new LeftOut(waiting.get(one.index()).row(), one.reason()));
        }
        for (int i = 0; i < out.length; i++) {
            if (!out[i]) {
                gathered.hashes(waiting.get(i).harmful()).add(waiting.get(i).prompt());
            }
        }
    }

    /** Without what identifies the prompts, which the driver knows. */
    private String provenance() {
        ChatModel model = source.model();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        StreamedExtraction.provenance(extractor(), model, "").put(node);
        return JsonDocument.write(node);
    }
}
