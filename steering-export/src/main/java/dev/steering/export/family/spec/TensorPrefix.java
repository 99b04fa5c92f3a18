package dev.steering.export.family.spec;

import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.decoder.Part;
import dev.steering.export.decoder.TensorNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the names of a checkpoint's tensors begin with: it depends on the version of transformers that wrote them and on
 * whether the decoder is the text part of a larger model.
 */
public final class TensorPrefix {
    private static final List<String> EMBEDDINGS =
            List.of("embed_tokens.weight", "wte.weight", "embed_in.weight", "word_embeddings.weight");
    private static final List<String> HEADS = List.of("lm_head.weight", "embed_out.weight");

    /** Of a bare decoder, of the text part as transformers writes it today, and as it did before 4.52. */
    private static final List<String> PREFIXES = List.of(
            "model.",
            "model.language_model.",
            "language_model.model.",
            "language_model.",
            "model.text_model.",
            "model.decoder.",
            "transformer.",
            "gpt_neox.",
            "");

    private final String prefix;
    private final String embedding;
    private final String head;
    private final boolean headStored;
    private final int tensors;
    private final long longestSide;
    private final Path directory;

    private final List<String> otherParts;

    private TensorPrefix(TensorPrefix same, List<String> otherParts) {
        this.prefix = same.prefix;
        this.embedding = same.embedding;
        this.head = same.head;
        this.headStored = same.headStored;
        this.tensors = same.tensors;
        this.longestSide = same.longestSide;
        this.directory = same.directory;
        this.otherParts = otherParts;
    }

    private TensorPrefix(String prefix, String embedding, String head, Checkpoint checkpoint) {
        this.prefix = prefix;
        this.embedding = embedding;
        this.head = head;
        this.headStored = checkpoint.has(head);
        this.tensors = checkpoint.tensorNames().size();
        this.longestSide = checkpoint.tensorNames().stream()
                .flatMap(name -> checkpoint.tensor(name).shape().stream())
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
        this.directory = checkpoint.directory();
        this.otherParts = List.of();
    }

    public static TensorPrefix of(Checkpoint checkpoint) {
        for (String prefix : PREFIXES) {
            for (String embedding : EMBEDDINGS) {
                if (checkpoint.has(prefix + embedding)) {
                    return new TensorPrefix(prefix, embedding, head(checkpoint, prefix), checkpoint);
                }
            }
        }
        return new TensorPrefix(PREFIXES.get(0), EMBEDDINGS.get(0), HEADS.get(0), checkpoint);
    }

    private static String head(Checkpoint checkpoint, String prefix) {
        String outer = prefix.startsWith("language_model.") ? "language_model." : "";
        for (String head : HEADS) {
            if (checkpoint.has(outer + head)) {
                return outer + head;
            }
        }
        return HEADS.stream().filter(checkpoint::has).findFirst().orElse(HEADS.get(0));
    }

    /** The same where the checkpoint has other parts, too, whose tensors' names begin so. */
    public TensorPrefix besides(List<String> others) {
        return new TensorPrefix(this, others);
    }

    /** The names as they are here, with the rest as the family has it. */
    public TensorNames names(boolean tied, TensorNames family, List<Integer> otherLayers) {
        Map<Part, String> all = new EnumMap<>(Part.class);
        all.putAll(family.renamed());
        all.put(Part.EMBEDDING, embedding.substring(0, embedding.length() - ".weight".length()));
        List<String> others = new ArrayList<>(otherParts);
        others.addAll(family.otherParts());
        otherLayers.forEach(layer -> others.add(prefix + Part.LAYERS.usualName() + "." + layer + "."));
        return new TensorNames(
                prefix, all, tied ? prefix + embedding : head, others, family.derived(), family.inputRows());
    }

    /** How many tensors the checkpoint has: no model has more layers. */
    public int tensors() {
        return tensors;
    }

    /** The longest side of any of its tensors: nothing in the model is wider. */
    public long longestSide() {
        return longestSide;
    }

    /** Whether the checkpoint has a head of its own. */
    public boolean headStored() {
        return headStored;
    }

    public SteeringException noHead() {
        return new BadFile("The checkpoint " + directory + " has no " + head
                + ", and tie_word_embeddings in config.json does not say that the embedding is also the head.");
    }
}
