package dev.steering.extract;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadFile;
import dev.steering.core.files.FileMark;
import dev.steering.core.files.OutputRule;
import dev.steering.core.json.JsonDocument;
import dev.steering.core.json.JsonFields;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.Provenance;
import dev.steering.extract.moments.Moments;
import dev.steering.extract.moments.MomentsTensors;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Keeps an {@link ExtractionPart} as one safetensors file; {@code docs/statistics.md} describes it. What is read equals what was written.
 * Stateless and thread-safe.
 */
public final class PartFile {
    private static final String METADATA_KEY = "steering_moments";
    private static final int VERSION = 1;

    /** What such a file is. */
    public static final FileMark KIND = FileMark.safetensors("a part of an extraction", METADATA_KEY);

    private PartFile() {}

    /**
     * Writes the file whole or not at all.
     *
     * @param file the file to create or replace
     * @param part what to save
     * @param rule what may be replaced
     * @throws dev.steering.core.SteeringException if it cannot or must not be written
     */
    public static void write(Path file, ExtractionPart part, OutputRule rule) {
        rule.requireFile(file, KIND);
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("format_version", VERSION);
        root.putObject("shard")
                .put("number", part.shard().number())
                .put("of", part.shard().of());
        root.put("method", part.estimator().label()).put("marker", part.marker());
        root.put("layers", part.layers()).put("hidden", part.hidden());
        part.provenance().put(root.putObject("provenance"));
        part.prompts().put(root.putObject("contrast_set"));
        MomentsTensors.put(root.putObject("moments"), part.moments());
        SafetensorsWriter writer = new SafetensorsWriter().metadata(METADATA_KEY, JsonDocument.write(root));
        MomentsTensors.add(writer, part.moments());
        writer.write(file);
    }

    /**
     * @param file a file written by {@link #write}
     * @return the part
     * @throws BadFile if it is no such file, is of a newer version, or is damaged
     */
    public static ExtractionPart read(Path file) {
        SafetensorsFile opened = SafetensorsFile.open(file);
        String json = opened.metadata().get(METADATA_KEY);
        if (json == null) {
            throw new BadFile(file + " is a safetensors file but no part of an extraction: it has no metadata '"
                    + METADATA_KEY + "'. Expected a file with the moments of a part.");
        }
        JsonDocument document = JsonDocument.description(
                file.toString(), "part of an extraction", "Extract it again.", "extract all parts with this one");
        return document.read(json, VERSION, root -> part(root, opened));
    }

    private static ExtractionPart part(JsonFields root, SafetensorsFile file) {
        String method = root.string("method");
        if (Arrays.stream(Estimator.values()).noneMatch(e -> e.label().equals(method))) {
            throw root.wrong("method", "a method of this program", "'" + method + "'");
        }
        int layers = root.integer("layers");
        int hidden = root.integer("hidden");
        if (layers < 1 || hidden < 1) {
            throw root.damaged(
                    "it is of " + layers + " layers of hidden size " + hidden + ", expected at least one of each");
        }
        // Before as much memory is asked for.
        MomentsTensors.requireSize(file, layers, hidden);
        Estimator estimator = ExtractionPart.estimator(method);
        Shard shard = root.object("shard", json -> {
            int number = json.integer("number");
            int of = json.integer("of");
            if (of < 1 || number < 1 || number > of) {
                throw json.wrong("number", "a part from 1 to " + of, String.valueOf(number));
            }
            return new Shard(number, of);
        });
        ExtractionPrompts prompts = root.object("contrast_set", ExtractionPrompts::read);
        Moments moments = new Moments(layers, hidden, estimator.needsEvery());
        root.object("moments", json -> {
            MomentsTensors.restore(moments, json, file);
            return moments;
        });
        for (boolean harmful : new boolean[] {true, false}) {
            int whole = (harmful ? prompts.harmful() : prompts.harmless()).size();
            int expected = shard.places(whole).size();
            if (moments.count(harmful) != expected) {
                throw root.damaged("it has moments of " + moments.count(harmful) + (harmful ? " harmful" : " harmless")
                        + " prompts, expected those of " + expected);
            }
        }
        return new ExtractionPart(
                shard,
                estimator,
                root.string("marker"),
                root.object("provenance", Provenance::read),
                prompts,
                layers,
                hidden,
                moments);
    }
}
