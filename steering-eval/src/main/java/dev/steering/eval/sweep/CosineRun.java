package dev.steering.eval.sweep;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.ProgressListener;
import dev.steering.core.json.JsonFields;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.store.JsonLog;
import dev.steering.model.pass.LengthBatches;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads every prompt's transition once and keeps its cosines as soon as they are there, in {@code cosines.jsonl}: a killed run goes
 * on where it was, with the same numbers. One run at a time in a directory.
 *
 * @param directory the run's directory, claimed by its manifest
 * @param items the prompts
 * @param batch most prompts at once
 * @param progress told how many are read
 */
public record CosineRun(Path directory, List<EvalItem> items, int batch, ProgressListener progress) {
    private static final String FILE = "cosines.jsonl";

    public CosineRun {
        items = List.copyOf(items);
    }

    /**
     * @param model reads the prompts
     * @return cosine of every prompt at every layer, {@code [prompts][layers]}
     */
    public List<double[]> run(SweepModel model) {
        double[][] cosines = new double[items.size()][];
        try (JsonLog log = JsonLog.open(directory.resolve(FILE))) {
            log.read(line -> {
                int item = line.integer("item");
                if (item < 0 || item >= cosines.length) {
                    throw line.wrong("item", "from 0 to " + (cosines.length - 1), Integer.toString(item));
                }
                cosines[item] = numbers(line);
                return item;
            });
            List<String> prompts = items.stream().map(EvalItem::prompt).toList();
            int done = 0;
            for (int[] indices : LengthBatches.of(model.lengths(prompts), batch)) {
                if (IntStream.of(indices).anyMatch(i -> cosines[i] == null)) {
                    read(model, indices, cosines, log);
                }
                done += indices.length;
                progress.onProgress("classifying", done, items.size());
            }
        }
        return List.of(cosines);
    }

    /** A batch is read as a whole, whatever is known of it, so that the numbers are the same in the last bit. */
    private void read(SweepModel model, int[] indices, double[][] cosines, JsonLog log) {
        List<double[]> read = model.cosines(
                IntStream.of(indices).mapToObj(i -> items.get(i).prompt()).toList());
        List<ObjectNode> lines = new ArrayList<>();
        for (int i = 0; i < indices.length; i++) {
            int item = indices[i];
            if (cosines[item] == null) {
                cosines[item] = read.get(i);
                ObjectNode line = JsonLog.newLine()
                        .put("item", item)
                        .put("set", items.get(item).set())
                        .put("row", items.get(item).row());
                ArrayNode values = line.putArray("cosines");
                for (double cosine : read.get(i)) {
                    values.add(cosine);
                }
                lines.add(line);
            }
        }
        log.append(lines);
    }

    private static double[] numbers(JsonFields line) {
        return line.numbers("cosines").stream().mapToDouble(Double::doubleValue).toArray();
    }
}
