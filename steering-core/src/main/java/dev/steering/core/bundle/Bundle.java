package dev.steering.core.bundle;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadFile;
import dev.steering.core.FileNames;
import dev.steering.core.IoReason;
import dev.steering.core.JsonMessages;
import dev.steering.core.Remedy;
import dev.steering.core.foreign.ForeignModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model bundle on disk: its directory and its manifest. Immutable and thread-safe.
 *
 * @param directory the bundle
 * @param manifest what its {@value #MANIFEST} says
 */
public record Bundle(Path directory, BundleManifest manifest) {
    private static final System.Logger LOG = System.getLogger("dev.steering.core");

    /** Name of the manifest; written last, so its presence means that the bundle is complete. */
    public static final String MANIFEST = "steering.json";

    /** Version of the manifest that this code writes and reads: making a bundle again takes seconds. */
    public static final int FORMAT_VERSION = 2;

    private static final String FORMAT_KEY = "format_version";

    /** Bytes of a manifest in which its version is found. */
    private static final int BEGINNING = 1024;

    /** Only bundles of other people's graphs have it, and older ones of these do not. */
    private static final String OTHER_TOKENS = "otherTokens";

    private static final String FINAL_NORM = "finalNorm";
    private static final String CENTRED = "centred";
    private static final String BIAS = "bias";
    private static final String EVIDENCE = "layerEvidence";

    /** Bundles made before there was such a graph lack it. */
    private static final String GATED = "gatedGraph";

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    /**
     * @param directory a bundle
     * @return the bundle, its manifest checked and its files present
     * @throws BadFile if it is not a bundle, is of a newer version or lacks a file
     */
    public static Bundle open(Path directory) {
        Path file = directory.resolve(MANIFEST);
        BadFile foreign = Files.isRegularFile(file) ? null : ForeignModel.at(directory);
        if (foreign != null) {
            throw foreign;
        }
        if (!Files.isDirectory(directory)) {
            throw new BadFile("No bundle at " + directory
                            + ": there is no such directory. Export a checkpoint to it first.")
                    .withRemedy(Remedy.MAKE_BUNDLE);
        }
        if (!Files.isRegularFile(file)) {
            throw new BadFile(directory + " is not a model bundle: it has no " + MANIFEST + "."
                            + " A Hugging Face checkpoint becomes one by export.")
                    .withRemedy(Remedy.MAKE_BUNDLE);
        }
        Bundle bundle = new Bundle(directory, parse(file));
        BundleSizes.require(bundle);
        for (String needed : new String[] {bundle.manifest.graph(), bundle.manifest.projectionGraph()}) {
            bundle.file(needed);
        }
        String gated = bundle.manifest.gatedGraph();
        if (gated != null) {
            bundle.file(gated);
        }
        LOG.log(
                System.Logger.Level.DEBUG,
                () -> "bundle " + directory.toAbsolutePath() + ": " + bundle.manifest.architecture() + ", "
                        + bundle.manifest.dtype() + ", " + bundle.manifest.layers() + " layers");
        return bundle;
    }

    /**
     * @param directory a directory
     * @return whether it looks like a bundle: it has a manifest that begins like one
     */
    public static boolean isComplete(Path directory) {
        Path file = directory.resolve(MANIFEST);
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(BEGINNING), StandardCharsets.UTF_8).contains(FORMAT_KEY);
        } catch (IOException e) {
            // It cannot be read, but it is there.
            return true;
        }
    }

    /**
     * @param name name of a file that the bundle must have
     * @return its path
     * @throws BadFile if it is missing or lies outside the bundle
     */
    public Path file(String name) {
        Path path = optionalFile(name);
        if (path == null) {
            throw new BadFile(
                            "The bundle " + directory + " lacks " + name
                                    + ". Was the checkpoint that it points to moved? Export it again, or with copies of the weights.")
                    .withRemedy(Remedy.COPY_WEIGHTS);
        }
        return path;
    }

    /**
     * @param name name of a file that the bundle may have
     * @return its path, or null if there is none
     * @throws BadFile if the name leads outside the bundle
     */
    public @Nullable Path optionalFile(String name) {
        Path path = FileNames.inside(directory, name, "The manifest of the bundle " + directory);
        return Files.isRegularFile(path) ? path : null;
    }

    /**
     * @param manifest a manifest
     * @return the text of its {@value #MANIFEST}: the same manifest gives the same bytes
     */
    public static String toJson(BundleManifest manifest) {
        ObjectNode root = JSON.createObjectNode().put(FORMAT_KEY, FORMAT_VERSION);
        root.set("graph_contract", JSON.valueToTree(GraphContract.describe()));
        root.setAll((ObjectNode) JSON.valueToTree(manifest));
        if (manifest.layerEvidence() == null) {
            root.remove(EVIDENCE);
        }
        if (manifest.gatedGraph() == null) {
            root.remove(GATED);
        }
        if (manifest.otherTokens().isEmpty()) {
            root.remove(OTHER_TOKENS);
        }
        if (root.get(FINAL_NORM) instanceof ObjectNode norm
                && !norm.path(CENTRED).asBoolean()) {
            norm.remove(CENTRED);
            if (norm.path(BIAS).isNull()) {
                norm.remove(BIAS);
            }
        }
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static BundleManifest parse(Path file) {
        try {
            JsonNode root = JSON.readTree(Files.readString(file, StandardCharsets.UTF_8));
            int version = root.path(FORMAT_KEY).asInt(0);
            if (version != FORMAT_VERSION) {
                throw new BadFile(file + " has format_version " + root.path(FORMAT_KEY) + ", this version reads "
                        + FORMAT_VERSION + ". Export the model again, or update.");
            }
            addLater(root);
            return JSON.treeToValue(root, BundleManifest.class);
        } catch (JsonProcessingException | IllegalArgumentException | NullPointerException e) {
            throw new BadFile(file + " is damaged: " + firstLine(e) + ". Export the model again.", e);
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e), e);
        }
    }

    /** What manifests of before lack, as it was then. */
    private static void addLater(JsonNode root) {
        for (String later : new String[] {EVIDENCE, GATED}) {
            if (root instanceof ObjectNode object && !object.has(later)) {
                object.putNull(later);
            }
        }
        if (root instanceof ObjectNode object && !object.has(OTHER_TOKENS)) {
            object.putArray(OTHER_TOKENS);
        }
        if (root.path(FINAL_NORM) instanceof ObjectNode norm) {
            if (!norm.has(CENTRED)) {
                norm.put(CENTRED, false);
            }
            if (!norm.has(BIAS)) {
                norm.putNull(BIAS);
            }
        }
    }

    private static String firstLine(Exception e) {
        if (e instanceof JsonProcessingException json) {
            return JsonMessages.of(json);
        }
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("a value is missing");
    }
}
