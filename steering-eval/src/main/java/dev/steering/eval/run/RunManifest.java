package dev.steering.eval.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.AtomicFiles;
import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.IoReason;
import dev.steering.core.JsonMessages;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.eval.store.OutputDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a run's rows depend on, in words. A directory that holds rows of other settings is not gone on with.
 *
 * @param kind what makes such runs: {@code eval} or {@code sweep}
 * @param settings values by name, in a fixed order
 * @param methods what each method does, by name. Methods may be added to a run and left out of it: a method's rows do not depend on
 *     the others
 */
public record RunManifest(String kind, Map<String, String> settings, Map<String, String> methods) {
    /** Who tells refusals: what rows mean depends on it, answers do not. */
    public static final String JUDGE = "judge";

    /** The kind of a run that compares methods. */
    public static final String EVALUATION = "eval";

    /** Name of the manifest. */
    public static final String FILE = "run.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    public RunManifest {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        methods = Collections.unmodifiableMap(new LinkedHashMap<>(methods));
    }

    /**
     * Prepares a directory for the run: writes the manifest, or checks the one that is there.
     *
     * @param directory the run's directory; created if missing
     * @throws SteeringException naming the difference if it holds a run with other settings, or cannot be written
     */
    public void claim(Path directory) {
        claim(directory, List.of(), false);
    }

    /**
     * The same, in a directory that holds no manifest only if it holds nothing either that the run would replace.
     *
     * @param directory the run's directory; created if missing
     * @param names files that the run will write there
     * @param rejudging whether answers that another judge has judged may be judged anew, so that the manifest names this one
     * @throws SteeringException as {@link #claim(Path)} does, or naming such a file
     */
    public void claim(Path directory, List<String> names, boolean rejudging) {
        if (!isRun(directory)) {
            names.stream()
                    .filter(name -> Files.exists(directory.resolve(name)))
                    .findFirst()
                    .ifPresent(name -> {
                        throw new BadFile(directory.resolve(name) + " is there already, but " + directory + " holds no "
                                + FILE
                                + " of a run that made it: the run would replace it. Move it away, or choose another output"
                                + " directory.");
                    });
        }
        Path file = directory.resolve(FILE);
        try {
            OutputDirectory.create(directory);
            if (Files.exists(file)) {
                RunManifest found = read(file);
                requireSame(directory, found, rejudging);
                if (found.methods().keySet().containsAll(methods.keySet())
                        && found.settings().equals(settings)) {
                    return;
                }
                Map<String, String> all = new LinkedHashMap<>(found.methods());
                all.putAll(methods);
                new RunManifest(kind, settings, all).write(file);
            } else {
                write(file);
            }
        } catch (IOException e) {
            throw new BadFile(
                    "Cannot use " + directory + " for the run: " + IoReason.of(e)
                            + ". Choose a directory that may be written to and has room.",
                    e);
        }
    }

    /**
     * @param directory a directory
     * @return whether a run has claimed it
     */
    public static boolean isRun(Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    private void requireSame(Path directory, RunManifest found, boolean rejudging) {
        String advice = " Give the same settings to go on with it, or another output directory.";
        if (!kind.equals(found.kind())) {
            throw new BadRequest(directory + " holds a run of another kind: " + shown(found.kind()) + ", not "
                    + shown(kind) + "." + advice);
        }
        Map<String, String> names = new LinkedHashMap<>(found.settings());
        names.putAll(settings);
        // Runs of earlier versions do not say who judged them; their rows are judged anew each time.
        if (rejudging || !found.settings().containsKey(JUDGE)) {
            names.remove(JUDGE);
        }
        for (String name : names.keySet()) {
            requireSame(directory, name, settings.get(name), found.settings().get(name), advice);
        }
        methods.forEach((name, plan) -> {
            if (found.methods().containsKey(name)) {
                requireSame(directory, "method " + name, plan, found.methods().get(name), advice);
            }
        });
    }

    private void requireSame(Path directory, String name, @Nullable String now, @Nullable String then, String advice) {
        if (!Objects.equals(now, then)) {
            SteeringException refused = new BadRequest(directory + " holds a run with other settings: " + name + " was "
                    + shown(then) + ", is now " + shown(now) + "." + advice);
            throw name.equals(JUDGE) && kind.equals(EVALUATION) ? refused.withRemedy(Remedy.REJUDGE) : refused;
        }
    }

    private static String shown(@Nullable String value) {
        return value == null ? "not set" : "'" + value + "'";
    }

    private static RunManifest read(Path file) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new BadFile(
                    file + " is not the manifest of a run: " + JsonMessages.of(e)
                            + ". Choose another output directory.",
                    e);
        }
        return new RunManifest(root.path("kind").asText(), texts(root.path("settings")), texts(root.path("methods")));
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        object.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }

    private void write(Path file) throws IOException {
        ObjectNode root = JSON.createObjectNode().put("kind", kind);
        ObjectNode values = root.putObject("settings");
        settings.forEach(values::put);
        ObjectNode plans = root.putObject("methods");
        methods.forEach(plans::put);
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
        byte[] bytes = (JSON.writer(printer).writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
        AtomicFiles.write(file, out -> out.write(bytes));
    }
}
