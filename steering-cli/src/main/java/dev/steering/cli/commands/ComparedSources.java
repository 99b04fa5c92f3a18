package dev.steering.cli.commands;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodArguments.NamedVector;
import dev.steering.cli.prompts.ContrastFiles;
import dev.steering.cli.terminal.ShellWord;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.SteeringVector;
import dev.steering.eval.compare.AnchorDraws;
import dev.steering.eval.compare.VectorSource;
import dev.steering.extract.Estimator;
import dev.steering.extract.ResampledAnchors;
import dev.steering.extract.VectorExtractor;
import dev.steering.model.chat.ChatModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the methods of a comparison steer with.
 *
 * @param arguments what is said about all of them
 * @param given the vector that was given; null if none was
 * @param extracted by method, what was extracted for it
 */
record ComparedSources(MethodArguments arguments, @Nullable SteeringVector given, Map<String, VectorSource> extracted) {
    /** Extracts what is needed and not there yet. */
    static ComparedSources of(
            ComparedVectors vectors,
            ChatModel model,
            List<String> names,
            MethodArguments arguments,
            Path directory,
            PrintWriter notes) {
        NamedVector named = arguments.get(MethodArguments.VECTOR);
        SteeringVector given = named == null ? null : named.vector();
        Map<String, ExtractedKind> needed = ComparedVectors.needed(names, given);
        vectors.anchors().requireFor(needed, given != null);
        boolean placed = arguments.layers() != null;
        return new ComparedSources(arguments, given, vectors.sources(model, needed, directory, placed, notes));
    }

    /** With the given vector for those that steer by it. */
    Map<String, VectorSource> all(List<String> names, @Nullable Path file) {
        Map<String, VectorSource> all = new LinkedHashMap<>(extracted);
        SteeringVector vector = given;
        if (vector != null && file != null) {
            VectorSource source = new VectorSource(vector, file.toString(), null, isAverage(vector));
            ComparedVectors.steering(names).forEach(name -> all.putIfAbsent(name, source));
        }
        return all;
    }

    /** What is said about a method. */
    MethodArguments said(String method) {
        List<Integer> layers = layers(method);
        return layers == null ? arguments : arguments.withLayers(layers);
    }

    /** AlphaSteer's own vector names no layers: they are those of the given one. */
    private @Nullable List<Integer> layers(String method) {
        Anchoring anchoring = given == null ? null : given.anchoring();
        boolean unsaid = extracted.containsKey(method) && arguments.layers() == null;
        return unsaid && anchoring != null && ExtractedKind.of(method) == ExtractedKind.ALPHASTEER
                ? anchoring.steeringLayers()
                : null;
    }

    /** By method, the options with which another command steers by what was extracted. */
    Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        extracted.forEach((method, source) -> {
            List<Integer> layers = layers(method);
            options.put(
                    method,
                    " --vector " + ShellWord.quoted(source.file())
                            + (layers == null ? "" : " --layers " + LayerList.format(layers)));
        });
        return options;
    }

    private static boolean isAverage(SteeringVector vector) {
        String made = vector.provenance().method();
        return Arrays.stream(Estimator.values()).anyMatch(value -> value.label().equals(made));
    }

    /** Vectors of other anchors in the place of the given one, or of the extracted mean difference; null if there are none. */
    @Nullable
    AnchorDraws draws(ChatModel model, ComparedAnchors anchors) {
        SteeringVector first = given != null
                ? given
                : extracted.values().stream()
                        .filter(VectorSource::redrawn)
                        .map(VectorSource::vector)
                        .findFirst()
                        .orElse(null);
        // Anchors that nothing was extracted from are there to be drawn from, and it is said if that cannot be.
        if (!anchors.areGiven() || first == null || (!isAverage(first) && !extracted.isEmpty())) {
            return null;
        }
        ContrastFiles files = anchors.read();
        ResampledAnchors drawn = ResampledAnchors.of(first, files.set(), VectorExtractor.withDefaults());
        ChatModel view = files.view(model);
        return (opened, seed) -> drawn.draw(view, seed);
    }
}
