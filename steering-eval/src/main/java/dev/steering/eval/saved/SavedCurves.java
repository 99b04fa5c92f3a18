package dev.steering.eval.saved;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.eval.compare.Share;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The curves that a finished comparison has left in its {@code results.json}: every method's strengths on the development prompts, with bands.
 * Immutable and thread-safe.
 *
 * @param model the model's name
 * @param judge who told refusals
 * @param methods the methods in their order, the unsteered model first; at least one
 */
public record SavedCurves(String model, String judge, List<Method> methods) {
    private static final String FILE = "results.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    public SavedCurves {
        methods = List.copyOf(methods);
    }

    /**
     * A method.
     *
     * @param name its name
     * @param points its strengths, ascending; at least one
     */
    public record Method(String name, List<Point> points) {
        public Method {
            points = List.copyOf(points);
        }
    }

    /**
     * A strength.
     *
     * @param strength how strong; null for a method without strengths
     * @param overRefusal share of harmless prompts that were refused, or neither refused nor answered
     * @param harmfulRefusal share of harmful prompts that were refused
     * @param jailbreakRefusal share of jailbreak prompts that were refused; null if there were none
     * @param prompts how many prompts all are
     * @param chosen whether the method is judged by it
     */
    public record Point(
            @Nullable Double strength,
            Share overRefusal,
            Share harmfulRefusal,
            @Nullable Share jailbreakRefusal,
            int prompts,
            boolean chosen) {}

    /**
     * @param directory a directory
     * @return its curves; null if it is no finished comparison
     * @throws BadFile if its results cannot be read, or are damaged
     */
    public static @Nullable SavedCurves find(Path directory) {
        Path file = directory.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return null;
        }
        JsonNode json;
        try {
            json = JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e) + ".", e);
        }
        // Evaluations and demonstrations have a file of this name too, with methods by name.
        if (!json.path("methods").isArray() || json.path("methods").isEmpty()) {
            return null;
        }
        List<Method> methods = new ArrayList<>();
        for (JsonNode method : json.path("methods")) {
            methods.add(method(method, file));
        }
        return new SavedCurves(text(json, "model", file), text(json, "judge", file), methods);
    }

    private static Method method(JsonNode json, Path file) {
        JsonNode chosen = json.path("operating_point").path("strength");
        List<Point> points = new ArrayList<>();
        for (JsonNode point : json.path("curve")) {
            Double strength = number(point.path("strength"));
            int prompts = 0;
            for (JsonNode set : point.path("sets")) {
                prompts += set.path("n").asInt();
            }
            points.add(new Point(
                    strength,
                    Objects.requireNonNullElseGet(
                            share(point.path("over_refusal"), file), () -> missing(file, "over_refusal")),
                    Objects.requireNonNullElseGet(
                            share(point.path("harmful_refusal"), file), () -> missing(file, "harmful_refusal")),
                    share(point.path("jailbreak_refusal"), file),
                    prompts,
                    Objects.equals(strength, number(chosen))));
        }
        if (points.isEmpty()) {
            throw damaged(file, "a curve of at least one strength", "none");
        }
        return new Method(text(json, "name", file), points);
    }

    private static @Nullable Share share(JsonNode json, Path file) {
        if (json.isMissingNode() || json.isNull()) {
            return null;
        }
        double value = json.path("value").asDouble(Double.NaN);
        double low = json.path("low").asDouble(Double.NaN);
        double high = json.path("high").asDouble(Double.NaN);
        if (!(value >= 0 && value <= 1 && low >= 0 && low <= high && high <= 1)) {
            throw damaged(file, "value, low and high from 0 to 1", json.toString());
        }
        // The quantiles of few draws may pass the share itself by.
        return new Share(value, Math.min(low, value), Math.max(high, value));
    }

    private static @Nullable Double number(JsonNode json) {
        return json.isNumber() ? (Double) json.doubleValue() : null;
    }

    private static String text(JsonNode json, String key, Path file) {
        if (!json.path(key).isTextual()) {
            throw damaged(file, "text under '" + key + "'", json.path(key).toString());
        }
        return json.path(key).textValue();
    }

    private static Share missing(Path file, String key) {
        throw damaged(file, "a share under '" + key + "'", "none");
    }

    private static BadFile damaged(Path file, String expected, String found) {
        return new BadFile(file + ": expected " + expected + ", found " + found
                + ". It is no result of a comparison, or damaged: run the comparison again, which writes it anew.");
    }
}
