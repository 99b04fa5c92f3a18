package dev.steering.export.family;

import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.decoder.TensorNames;
import java.nio.file.Path;
import java.util.List;

/**
 * What the names of a checkpoint's tensors begin with: it depends on the version of transformers that wrote them and on
 * whether the decoder is the text part of a larger model.
 */
final class TensorPrefix {
    private static final String EMBEDDING = "embed_tokens.weight";
    private static final String HEAD = "lm_head.weight";

    /** Of a bare decoder, of the text part as transformers writes it today, and as it did before 4.52. */
    private static final List<String> PREFIXES =
            List.of("model.", "model.language_model.", "language_model.model.", "language_model.", "");

    private final String prefix;
    private final String head;
    private final boolean headStored;
    private final int tensors;
    private final long longestSide;
    private final Path directory;

    private TensorPrefix(String prefix, String head, Checkpoint checkpoint) {
        this.prefix = prefix;
        this.head = head;
        this.headStored = checkpoint.has(head);
        this.tensors = checkpoint.tensorNames().size();
        this.longestSide = checkpoint.tensorNames().stream()
                .flatMap(name -> checkpoint.tensor(name).shape().stream())
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
        this.directory = checkpoint.directory();
    }

    static TensorPrefix of(Checkpoint checkpoint) {
        for (String prefix : PREFIXES) {
            if (checkpoint.has(prefix + EMBEDDING)) {
                String head = prefix.startsWith("language_model.") && checkpoint.has("language_model." + HEAD)
                        ? "language_model." + HEAD
                        : HEAD;
                return new TensorPrefix(prefix, head, checkpoint);
            }
        }
        return new TensorPrefix(PREFIXES.get(0), HEAD, checkpoint);
    }

    TensorNames names(boolean tied, List<String> otherParts) {
        return new TensorNames(prefix, tied ? prefix + EMBEDDING : head, otherParts);
    }

    /** How many tensors the checkpoint has: no model has more layers. */
    int tensors() {
        return tensors;
    }

    /** The longest side of any of its tensors: nothing in the model is wider. */
    long longestSide() {
        return longestSide;
    }

    /** Whether the checkpoint has a head of its own. */
    boolean headStored() {
        return headStored;
    }

    SteeringException noHead() {
        return new BadFile("The checkpoint " + directory + " has no " + head
                + ", and tie_word_embeddings in config.json does not say that the embedding is also the head.");
    }
}
