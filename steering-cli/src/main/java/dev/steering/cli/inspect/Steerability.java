package dev.steering.cli.inspect;

import dev.steering.cli.terminal.ShellWord;
import dev.steering.core.search.DirectionSearch;
import dev.steering.export.inspect.BundleInspection;
import dev.steering.export.inspect.CheckpointInspection;
import dev.steering.export.inspect.GraphInspection;
import dev.steering.export.inspect.GraphPoints;
import dev.steering.export.inspect.Inspection;
import dev.steering.export.inspect.SoftPromptInspection;
import dev.steering.export.inspect.VectorInspection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether something can be steered.
 *
 * @param answer in a word
 * @param detail in words: how, or why not
 * @param next the command to run next; null if there is none
 */
record Steerability(Answer answer, String detail, @Nullable String next) {
    /** Whether it can be steered. */
    enum Answer {
        /** As it is. */
        YES,
        /** Once it is exported. */
        AFTER_EXPORT,
        /** Not with this version. */
        NO,
        /** It is what steers. */
        IS_VECTOR,
        /** It is what contrastive decoding adds. */
        IS_SOFT_PROMPTS
    }

    static Steerability of(Inspection inspection) {
        if (inspection instanceof BundleInspection bundle) {
            return of(bundle);
        } else if (inspection instanceof CheckpointInspection checkpoint) {
            return of(checkpoint);
        } else if (inspection instanceof GraphInspection graph) {
            return of(graph);
        } else if (inspection instanceof VectorInspection vector) {
            return of(vector);
        }
        return of((SoftPromptInspection) inspection);
    }

    private static Steerability of(BundleInspection bundle) {
        List<String> missing = bundle.missing();
        if (!missing.isEmpty()) {
            return new Steerability(
                    Answer.NO, "it lacks " + String.join(", ", missing) + "; export the model again", null);
        }
        return new Steerability(
                Answer.YES,
                "at every layer: add (" + bundle.manifest().graph() + "), project out ("
                        + bundle.manifest().projectionGraph() + ")"
                        + (bundle.manifest().gatedGraph() == null
                                ? "; not by what is read: export again for that"
                                : ", gate (" + bundle.manifest().gatedGraph() + ")"),
                "steer extract --model " + ShellWord.quoted(bundle.path())
                        + " --harmful harmful.txt --harmless harmless.txt -o VECTOR");
    }

    private static Steerability of(CheckpointInspection checkpoint) {
        return checkpoint.exportRefusal() == null
                ? new Steerability(
                        Answer.AFTER_EXPORT,
                        "'steer export' takes this architecture",
                        "steer export " + ShellWord.quoted(checkpoint.path()) + " -o BUNDLE")
                : new Steerability(Answer.NO, "it cannot be exported: " + checkpoint.exportRefusal(), null);
    }

    private static Steerability of(GraphInspection graph) {
        if (graph.bundle() != null) {
            return new Steerability(
                    Answer.YES,
                    "it belongs to the bundle " + graph.bundle(),
                    "steer inspect " + ShellWord.quoted(graph.bundle()));
        }
        return graph.steered()
                ? new Steerability(Answer.NO, "it has a bundle's inputs, but there is no bundle around it", null)
                : ofPoints(graph);
    }

    /** What the points alone say, whatever lies around the graph. */
    static Steerability ofPoints(GraphInspection graph) {
        GraphPoints points = graph.points();
        String command = "steer instrument " + ShellWord.quoted(graph.path()) + " -o BUNDLE";
        return points.refusal() == null
                ? new Steerability(
                        Answer.YES,
                        "its residual stream was found in the data flow; 'steer instrument' shows by running whether that"
                                + " is right",
                        command)
                : new Steerability(
                        Answer.NO,
                        "its residual stream was not found: " + points.refusal(),
                        command + " --points FILE");
    }

    private static Steerability of(VectorInspection vector) {
        boolean anchored = vector.anchoring() != null;
        DirectionSearch search = vector.search();
        if (search != null) {
            return searched(vector, search);
        }
        if (!anchored && !vector.transitionReference()) {
            return new Steerability(
                    Answer.IS_VECTOR,
                    "steers the model above, with a strength and at layers that are said: it holds nothing to choose them by",
                    "steer generate --model BUNDLE --vector " + ShellWord.quoted(vector.path())
                            + " --method add --alpha 0.1 --layers " + (vector.layers() - 1) + " PROMPT");
        }
        return new Steerability(
                Answer.IS_VECTOR,
                "steers the model above" + (anchored ? "" : ", once layers are chosen"),
                anchored
                        ? "steer generate --model BUNDLE --vector " + ShellWord.quoted(vector.path()) + " PROMPT"
                        : "steer layers " + ShellWord.quoted(vector.path()) + " --model BUNDLE");
    }

    /** A searched direction was chosen by what taking it out does; added, it would do the opposite. */
    private static Steerability searched(VectorInspection vector, DirectionSearch search) {
        boolean surgical = search.sets().stream().anyMatch(set -> set.set().equals("over-refused"));
        return new Steerability(
                Answer.IS_VECTOR,
                "steers the model above: it was chosen to be taken out",
                "steer generate --model BUNDLE --vector " + ShellWord.quoted(vector.path())
                        + (surgical
                                ? " --method surgical PROMPT"
                                : " --method ablate --scope all --layers 0-" + (vector.layers() - 1) + " PROMPT"));
    }

    private static Steerability of(SoftPromptInspection prompts) {
        return new Steerability(
                Answer.IS_SOFT_PROMPTS,
                "contrasts two contexts of the model above (adversarial contrastive decoding)",
                "steer generate --model BUNDLE --method acd --acd " + ShellWord.quoted(prompts.path()) + " PROMPT");
    }
}
