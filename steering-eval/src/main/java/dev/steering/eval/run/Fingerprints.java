package dev.steering.eval.run;

import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.bundle.Bundle;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.store.Hashes;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.pass.RuntimeOptions.Weights;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a run depends on, as short texts that differ when it does. */
public final class Fingerprints {
    private static final int SHOWN = 16;

    /** Bytes of a file's beginning that go into its hash: graphs whose weights lie in other files are smaller, and hashed whole. */
    private static final int MOST_READ = 1 << 26;

    private Fingerprints() {}

    /**
     * @param settings receives what the model's answers depend on
     * @param model the model
     * @param system system prompt; null for none
     */
    public static void model(Map<String, String> settings, ChatModel model, @Nullable String system) {
        settings.put(
                "model", model.manifest().name() + " " + head(model.manifest().fingerprint()));
        settings.put("precision", model.manifest().dtype());
        settings.put("graph", head(graph(model)));
        if (model.model().options().weights() == Weights.MAPPED) {
            settings.put("weights", "mapped");
        }
        settings.put("template", head(Hashes.sha256(model.format().render("?", system))));
        if (model.format().escapesControlTokens()) {
            settings.put("control tokens", "escaped");
        }
        if (system != null) {
            settings.put("system", system);
        }
    }

    /** Bundles of one checkpoint differ in their graphs: precision of the head, size of quantised blocks, and so on. */
    private static String graph(ChatModel model) {
        Path file = model.model().bundle().file(model.manifest().graph());
        try (InputStream in = Files.newInputStream(file)) {
            String beginning = new String(in.readNBytes(MOST_READ), StandardCharsets.ISO_8859_1);
            return Hashes.sha256(Bundle.toJson(model.manifest()), Long.toString(Files.size(file)), beginning);
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e), e);
        }
    }

    /**
     * @param items prompts
     * @return per set its name with count and hash of rows and prompts
     */
    public static Map<String, String> sets(List<EvalItem> items) {
        Map<String, List<EvalItem>> bySet =
                items.stream().collect(Collectors.groupingBy(EvalItem::set, TreeMap::new, Collectors.toList()));
        Map<String, String> sets = new TreeMap<>();
        bySet.forEach((set, list) -> {
            String[] parts = list.stream()
                    .map(item -> item.expectation() + " " + item.row() + " " + item.prompt())
                    .toArray(String[]::new);
            sets.put("set " + set, list.size() + " prompts " + head(Hashes.sha256(parts)));
        });
        return sets;
    }

    /**
     * @param file a file
     * @return its hash
     */
    public static String file(Path file) {
        try {
            return head(Hashes.sha256(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)));
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e), e);
        }
    }

    private static String head(String hash) {
        return hash.length() <= SHOWN ? hash : hash.substring(0, SHOWN);
    }
}
