package dev.steering.cli.inspect;

import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.Cache;
import dev.steering.core.bundle.GraphSignature.CacheMode;
import dev.steering.export.inspect.BundleInspection;
import dev.steering.export.inspect.CheckpointInspection;
import dev.steering.export.inspect.GraphInspection;
import dev.steering.export.inspect.Inspection;
import dev.steering.export.inspect.PromptFacts;
import dev.steering.export.inspect.SoftPromptInspection;
import dev.steering.export.inspect.VectorInspection;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An inspection as aligned lines for people. */
public final class InspectText {
    private final FactLines lines;

    private InspectText(FactLines lines) {
        this.lines = lines;
    }

    /**
     * @param out where to print
     * @param inspection what to print
     */
    public static void print(PrintWriter out, Inspection inspection) {
        InspectText text = new InspectText(new FactLines(out));
        if (inspection instanceof BundleInspection bundle) {
            text.bundle(bundle);
        } else if (inspection instanceof CheckpointInspection checkpoint) {
            text.checkpoint(checkpoint);
        } else if (inspection instanceof GraphInspection graph) {
            new GraphText(text.lines).print(graph);
        } else if (inspection instanceof VectorInspection vector) {
            new VectorText(text.lines).print(vector);
        } else if (inspection instanceof SoftPromptInspection prompts) {
            new SoftPromptText(text.lines).print(prompts);
        }
        Steerability steering = Steerability.of(inspection);
        String answer =
                switch (steering.answer()) {
                    case IS_VECTOR, IS_SOFT_PROMPTS -> "";
                    case YES, AFTER_EXPORT, NO -> FactLines.words(steering.answer()) + ": ";
                };
        text.lines.line("steering", answer + steering.detail());
        if (steering.next() != null) {
            text.lines.command("next", steering.next());
        }
    }

    private void bundle(BundleInspection bundle) {
        BundleManifest manifest = bundle.manifest();
        lines.line("bundle", bundle.path().toString());
        lines.line("model", manifest.name() + ": " + manifest.architecture() + ", arithmetic " + manifest.dtype());
        lines.line(
                "sizes",
                manifest.layers() + " layers (" + manifest.points() + " points), hidden " + manifest.hidden()
                        + ", vocabulary " + manifest.vocabulary() + ", context "
                        + (manifest.context() == Integer.MAX_VALUE ? "not stated" : manifest.context()));
        if (!manifest.otherTokens().isEmpty()) {
            lines.line(
                    "part",
                    "the text part of a model that takes pictures or sounds, too; their tokens are refused: "
                            + manifest.otherTokens());
        }
        if (manifest.layerEvidence() != null) {
            lines.line("layers", manifest.layerEvidence().describe());
        }
        signature(manifest.signature());
        lines.line(
                "head",
                manifest.head() != null
                        ? manifest.head().tensor() + " in " + manifest.head().file()
                        : String.valueOf(manifest.headGraph()));
        lines.line(
                "token ids",
                "begin "
                        + (manifest.beginToken() == null
                                ? "none"
                                : manifest.beginToken().toString()) + ", end "
                        + (manifest.endTokens().isEmpty() ? "none" : FactLines.joined(manifest.endTokens())));
        prompts(bundle.prompts());
        lines.line("files", FactLines.files(bundle.files()));
        lines.line("fingerprint", manifest.fingerprint());
    }

    private void signature(GraphSignature signature) {
        lines.line(
                "inputs",
                signature.inputs().stream()
                        .map(input -> input.name() + " " + input.type() + " of rank " + input.rank() + " ("
                                + FactLines.words(input.role()) + ")")
                        .collect(Collectors.joining(", ")));
        lines.line("outputs", signature.logits() + " (logits)");
        Cache cache = signature.cache();
        lines.line(
                "cache",
                cache.mode() == CacheMode.NONE
                        ? "none"
                        : FactLines.words(cache.mode()) + ", " + cache.entries().size() + " tensors such as "
                                + cache.entries().get(0).past() + " "
                                + cache.entries().get(0).type() + " "
                                + cache.entries().get(0).shape());
        lines.line("padding", FactLines.words(signature.padding()));
    }

    private void checkpoint(CheckpointInspection checkpoint) {
        CheckpointInspection.Config config = checkpoint.config();
        lines.line("checkpoint", checkpoint.path().toString());
        lines.line("model", or(config.modelType(), "of an unknown type") + " (" + or(config.architecture(), "?") + ")");
        List<String> sizes = new ArrayList<>();
        size(sizes, config.layers(), "%d layers");
        size(sizes, config.hidden(), "hidden %d");
        size(sizes, config.heads(), "%d heads");
        size(sizes, config.kvHeads(), "%d key/value heads");
        size(sizes, config.headDim(), "head size %d");
        size(sizes, config.intermediate(), "MLP %d");
        size(sizes, config.vocabulary(), "vocabulary %d");
        size(sizes, config.context(), "context %d");
        lines.line("sizes", sizes.isEmpty() ? "config.json does not say" : String.join(", ", sizes));
        lines.line(
                "weights",
                String.format(
                                Locale.ROOT,
                                "%,d parameters, %s, ",
                                checkpoint.parameters(),
                                FactLines.size(checkpoint.bytes()))
                        + FactLines.types(checkpoint.parametersByType()));
        lines.line(
                "files",
                checkpoint.shards().stream()
                        .map(shard -> shard.name() + " (" + shard.tensors() + " tensors, "
                                + FactLines.size(shard.bytes()) + ")")
                        .collect(Collectors.joining(", ")));
        prompts(checkpoint.prompts());
    }

    private void prompts(PromptFacts prompts) {
        new PromptText(lines).print(prompts);
    }

    private static void size(List<String> sizes, @Nullable Integer value, String format) {
        if (value != null) {
            sizes.add(String.format(Locale.ROOT, format, value));
        }
    }

    private static String or(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }
}
