package dev.steering.extract.tune;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.steering.core.BadRequest;
import dev.steering.core.Sha256;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.ContrastSets;
import dev.steering.core.vector.ContrastSet;
import dev.steering.extract.tune.AnchorPair.Kind;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * The pairs that soft prompts are tuned on, of all three kinds. Immutable and thread-safe.
 *
 * @param pairs in file order
 */
public record AnchorPairs(List<AnchorPair> pairs) {
    /**
     * Copies the list.
     *
     * @throws SteeringException if there are no pairs of a kind, or a text is blank
     */
    public AnchorPairs {
        pairs = List.copyOf(pairs);
        for (AnchorPair pair : pairs) {
            if (pair.prompt().isBlank() || pair.response().isBlank()) {
                throw new BadRequest("An anchor pair has a blank prompt or response: '" + pair.prompt() + "', '"
                        + pair.response() + "'. Remove it or fill it in.");
            }
        }
        for (Kind kind : Kind.values()) {
            if (pairs.stream().noneMatch(pair -> pair.kind() == kind)) {
                throw new BadRequest("Tuning needs anchor pairs of three kinds; there are no " + kind.words()
                        + ". Add lines with \"label\": \"" + kind.label() + "\", \"kind\": \"" + kind.response()
                        + "\".");
            }
        }
    }

    /**
     * Pairs for training and pairs that only judge.
     *
     * @param train trained on
     * @param heldOut never trained on
     */
    public record Split(AnchorPairs train, AnchorPairs heldOut) {
        /** @return number of pairs by kind, both parts */
        public Map<String, Integer> counts() {
            Map<String, Integer> counts = new TreeMap<>();
            for (Kind kind : Kind.values()) {
                String name = kind.label() + "_" + kind.response();
                counts.put(name, train.of(kind).size());
                counts.put(name + "_held_out", heldOut.of(kind).size());
            }
            return counts;
        }
    }

    /**
     * @param kind a kind
     * @return its pairs, in order
     */
    public List<AnchorPair> of(Kind kind) {
        return pairs.stream().filter(pair -> pair.kind() == kind).toList();
    }

    /** @return the prompts of both classes, each once, in order, for a mean difference of the same anchors */
    public ContrastSet prompts() {
        return ContrastSets.of(prompts("harmful"), prompts("harmless"));
    }

    private List<String> prompts(String label) {
        return pairs.stream()
                .filter(pair -> pair.kind().label().equals(label))
                .map(AnchorPair::prompt)
                .distinct()
                .toList();
    }

    /**
     * Holds out a share of the prompts, not of the pairs: what is trained on a prompt says nothing about others.
     *
     * @param share of the harmful prompts and of the harmless prompts that is held out, above 0 and below 1; at least one each
     * @param seed which ones
     * @return both parts
     * @throws SteeringException if a part lacks a kind
     */
    public Split split(double share, long seed) {
        Set<String> heldOut = new HashSet<>();
        Random random = new Random(seed);
        for (String label : List.of("harmful", "harmless")) {
            List<String> shuffled = new ArrayList<>(prompts(label));
            Collections.shuffle(shuffled, random);
            int count = (int) Math.max(1, Math.round(share * shuffled.size()));
            heldOut.addAll(shuffled.subList(0, Math.min(count, shuffled.size())));
        }
        try {
            return new Split(
                    new AnchorPairs(pairs.stream()
                            .filter(pair -> !heldOut.contains(pair.prompt()))
                            .toList()),
                    new AnchorPairs(pairs.stream()
                            .filter(pair -> heldOut.contains(pair.prompt()))
                            .toList()));
        } catch (SteeringException e) {
            throw new BadRequest(
                    "The anchors cannot be split into training and held-out ones: a part would lack a kind. Give at least"
                            + " two prompts of each kind, every harmful prompt with a refusal and an answer.",
                    e);
        }
    }

    /**
     * A stable identity: SHA-256 over label, kind, prompt, response and system prompt (empty if there is none) of every pair,
     * each as the number of its UTF-8 bytes (8 bytes, big-endian) and those bytes. The order matters.
     *
     * @return 64 lower-case hexadecimal digits
     */
    public String hash() {
        MessageDigest digest = Sha256.digest();
        for (AnchorPair pair : pairs) {
            String system = pair.system() == null ? "" : pair.system();
            for (String text :
                    List.of(pair.kind().label(), pair.kind().response(), pair.prompt(), pair.response(), system)) {
                byte[] bytes = text.getBytes(UTF_8);
                digest.update(
                        ByteBuffer.allocate(Long.BYTES).putLong(bytes.length).flip());
                digest.update(bytes);
            }
        }
        return Sha256.hex(digest);
    }
}
