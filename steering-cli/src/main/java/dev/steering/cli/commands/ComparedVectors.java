package dev.steering.cli.commands;

import dev.steering.apply.MethodRegistry;
import dev.steering.apply.Methods;
import dev.steering.cli.terminal.ShellWord;
import dev.steering.core.RunLock;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.eval.compare.VectorSource;
import dev.steering.eval.run.Fingerprints;
import dev.steering.eval.run.RunManifest;
import dev.steering.eval.store.OutputDirectory;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.ModelIdentities;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The vectors that the methods of a comparison need and that none was given for: they are extracted once, as 'steer extract' would, into the
 * comparison's directory, and read from there when it goes on.
 *
 * @param spec the command, whose command line was read
 * @param anchors what they are extracted from
 */
record ComparedVectors(CommandSpec spec, ComparedAnchors anchors) {
    private static final String DIRECTORY = "vectors";

    /** Files that may be written. */
    static List<String> files() {
        List<String> names = new ArrayList<>(List.of(DIRECTORY + "/" + RunManifest.FILE));
        Arrays.stream(ExtractedKind.values()).map(ComparedVectors::file).forEach(names::add);
        return names;
    }

    static String file(ExtractedKind kind) {
        return DIRECTORY + "/" + kind.label() + ".safetensors";
    }

    /** By method, in order: what the methods need that the given vector is not. */
    static Map<String, ExtractedKind> needed(List<String> names, @Nullable SteeringVector given) {
        Map<String, ExtractedKind> needed = new LinkedHashMap<>();
        for (String name : steering(names)) {
            ExtractedKind kind = ExtractedKind.of(name);
            if (given == null || kind.isMissingIn(given)) {
                needed.put(name, kind);
            }
        }
        return needed;
    }

    /** The methods that steer by a vector and name none. */
    static List<String> steering(List<String> names) {
        return names.stream()
                .filter(name -> !name.startsWith(Methods.PLAN_PREFIX) && !name.contains(Methods.VECTOR_MARK))
                .filter(name -> MethodRegistry.get(name).needsVector())
                .toList();
    }

    /** Extracts what is not there yet. */
    Map<String, VectorSource> sources(
            ChatModel model, Map<String, ExtractedKind> needed, Path directory, boolean placed, PrintWriter notes) {
        Map<String, VectorSource> sources = new LinkedHashMap<>();
        if (needed.isEmpty()) {
            return sources;
        }
        Path target = directory.resolve(DIRECTORY);
        Map<String, String> settings = new LinkedHashMap<>();
        Fingerprints.model(settings, model, null);
        settings.putAll(anchors.fingerprints());
        Map<ExtractedKind, SteeringVector> vectors = new LinkedHashMap<>();
        try (RunLock lock = OutputDirectory.lock(target)) {
            List<String> names = Arrays.stream(ExtractedKind.values())
                    .map(kind -> kind.label() + ".safetensors")
                    .toList();
            new RunManifest("vectors", settings, Map.of()).claim(target, names, false);
            for (ExtractedKind kind : new LinkedHashSet<>(needed.values())) {
                Path file = directory.resolve(file(kind));
                if (Files.exists(file)) {
                    notes.println(file + " is there already.");
                } else {
                    notes.println("Extracting " + file + " ...");
                    notes.flush();
                    VectorFile.write(file, anchors.extract(model, kind));
                }
                SteeringVector vector = VectorFile.read(file);
                String unused = ModelIdentities.requireFits(model, null, vector, ModelCheck.SAME_MODEL);
                vectors.put(kind, vector);
            }
            lock.requireInPlace();
        }
        if (!placed && needed.containsValue(ExtractedKind.MEAN_DIFFERENCE)) {
            Path file = directory.resolve(file(ExtractedKind.MEAN_DIFFERENCE));
            notes.println(file
                    + " names no layers and no strength. Methods that need some: give --layers and --alpha, or anchor"
                    + " it with 'steer layers " + ShellWord.quoted(file.toString())
                    + " ... -o VECTOR' and give --vector VECTOR.");
        }
        needed.forEach((method, kind) -> {
            SteeringVector vector = vectors.get(kind);
            if (vector != null) {
                boolean redrawn = kind == ExtractedKind.MEAN_DIFFERENCE;
                sources.put(method, new VectorSource(vector, file(kind), command(kind), redrawn));
            }
        });
        return sources;
    }

    /** The same vector by 'steer extract', into a directory beside what it is run in. */
    private String command(ExtractedKind kind) {
        Set<String> same = new LinkedHashSet<>(List.of("--harmful", "--harmless", "--too-long"));
        same.addAll(Objects.requireNonNull(spec.mixins().get("modelMixin"))
                .optionsMap()
                .keySet());
        if (kind == ExtractedKind.SURGICAL) {
            same.add("--over-refused");
        }
        StringBuilder words = new StringBuilder("steer extract --method ").append(kind.label());
        for (OptionSpec option :
                new LinkedHashSet<>(spec.commandLine().getParseResult().matchedOptions())) {
            if (same.contains(option.longestName())) {
                CompareReproduction.append(words, option.longestName(), option);
            }
        }
        return words + " -o " + ShellWord.quoted(file(kind));
    }
}
