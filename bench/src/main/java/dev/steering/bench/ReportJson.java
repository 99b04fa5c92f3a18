package dev.steering.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.bench.BenchResult.Comparison;
import dev.steering.bench.machine.ProcessMemory;
import dev.steering.bench.workload.Task.Case;
import dev.steering.bench.workload.ZeroSteering;
import dev.steering.model.pass.RuntimeOptions.Weights;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A report as one JSON document: {@code results}, one object per figure with {@code name}, {@code threads}, {@code median_s},
 * {@code tokens_per_s}, {@code fraction_of_floor} and {@code ratio_to} (median time over that of {@code ratio_to_name}, 1 for a
 * plain task itself) and more; {@code machine}, {@code versions}, {@code settings}, {@code model}, {@code memory},
 * {@code zero_steering}, {@code zero_projection} and {@code left_out}.
 */
public final class ReportJson {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private ReportJson() {}

    /**
     * @param report figures
     * @return the document, indented
     */
    public static String write(BenchReport report) {
        return text(tree(report));
    }

    /**
     * @param report figures
     * @return the document as a tree
     */
    public static ObjectNode tree(BenchReport report) {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode results = root.putArray("results");
        report.results()
                .forEach(result ->
                        result(results.addObject(), result, report.settings().threads()));
        machine(root.putObject("machine"), report.machine());
        ObjectNode names = root.putObject("versions");
        Versions.get().forEach(names::put);
        settings(root.putObject("settings"), report.settings(), report.repetitions());
        model(root.putObject("model"), report);
        memory(root.putObject("memory"), report.memory());
        zero(root.putObject("zero_steering"), report.zeroSteering());
        zero(root.putObject("zero_projection"), report.zeroProjection());
        ObjectNode leftOut = root.putObject("left_out");
        report.leftOut().forEach(leftOut::put);
        return root;
    }

    /**
     * @param root a document
     * @return its text, indented
     */
    public static String text(ObjectNode root) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of strings and numbers is always writable", e);
        }
    }

    private static void result(ObjectNode node, BenchResult result, int threads) {
        node.put("name", result.name()).put("threads", threads);
        node.put("median_s", result.seconds().median());
        node.put("tokens_per_s", result.tokensPerSecond());
        node.put("fraction_of_floor", result.fractionOfFloor());
        Comparison comparison = result.comparison();
        node.put("ratio_to", comparison == null ? 1 : comparison.ofMedians());
        node.put("ratio_to_name", comparison == null ? result.name() : comparison.to());
        if (comparison != null) {
            spread(node.putObject("ratio_within_repetitions"), comparison.paired());
        }
        if (result.prompts() > 0) {
            node.put("prompts_per_s", result.promptsPerSecond());
        }
        node.put("tokens", result.tokens());
        node.put("allocated_bytes_per_token", result.garbage().median());
        spread(node.putObject("seconds"), result.seconds());
        node.put("floor", result.limit().name().toLowerCase(Locale.ROOT));
        node.put("compute_floor_s", result.computeFloor());
        node.put("bandwidth_floor_s", result.bandwidthFloor());
    }

    private static void zero(ObjectNode node, ZeroSteering zero) {
        node.put("values", zero.values()).put("differing", zero.differing()).put("largest_difference", zero.largest());
    }

    /**
     * @param node where to
     * @param samples what is said of them: extremes, quartiles and median
     */
    public static void spread(ObjectNode node, Samples samples) {
        node.put("least", samples.least())
                .put("lower_quartile", samples.lowerQuartile())
                .put("median", samples.median())
                .put("upper_quartile", samples.upperQuartile())
                .put("most", samples.most());
    }

    private static void machine(ObjectNode node, MachineFigures machine) {
        node.put("processor", machine.processor())
                .put("processors", machine.processors())
                .put("memory_bytes", machine.memory())
                .put("system", machine.system());
        node.put("peak_flops_method", machine.computeMethod());
        spread(node.putObject("peak_flops"), machine.operationsPerSecond());
        node.put("read_bandwidth_method", machine.readMethod());
        spread(node.putObject("read_bytes_per_s"), machine.bytesPerSecond());
    }

    /** Where weights lay, as two members. */
    public static void weights(ObjectNode node, Weights weights) {
        node.put("mapped_weights", weights == Weights.MAPPED).put("huge_pages", weights == Weights.HUGE_PAGES);
    }

    private static void settings(ObjectNode node, BenchSettings settings, int repetitions) {
        node.put("threads", settings.threads()).put("repetitions", repetitions);
        weights(node, settings.weights());
        ArrayNode names = node.putArray("benches");
        settings.cases().stream().map(Case::name).forEach(names::add);
    }

    private static void model(ObjectNode node, BenchReport report) {
        node.put("name", report.model().name())
                .put("architecture", report.model().architecture())
                .put("dtype", report.model().dtype())
                .put("fingerprint", report.model().fingerprint())
                .put("layers", report.model().layers())
                .put("hidden", report.model().hidden())
                .put("vocabulary", report.model().vocabulary());
        node.put("block_parameters", report.weights().blockParameters())
                .put("block_bytes_read", report.weights().blockBytes())
                .put("head_parameters", report.weights().headParameters())
                .put("head_bytes_read", report.weights().headBytes());
    }

    private static void memory(ObjectNode node, MemoryFigures memory) {
        node.put("weight_bytes", memory.weightBytes());
        process(node, "before_opening", memory.before());
        process(node, "decoding", memory.decoding());
    }

    private static void process(ObjectNode node, String name, @Nullable ProcessMemory memory) {
        if (memory == null) {
            node.putNull(name);
        } else {
            node.putObject(name)
                    .put("peak_resident_bytes", memory.peak())
                    .put("resident_bytes", memory.resident())
                    .put("resident_file_bytes", memory.mapped());
        }
    }
}
