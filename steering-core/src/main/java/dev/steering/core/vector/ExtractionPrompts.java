package dev.steering.core.vector;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadRequest;
import dev.steering.core.PromptIdentity;
import dev.steering.core.Sha256;
import dev.steering.core.json.JsonFields;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a vector remembers of the prompts that it was extracted from: a hash of each, and the prompts themselves only where they
 * were kept, so that sharing a vector does not share data.
 *
 * <p>The hash of a prompt is SHA-256 over the UTF-8 bytes of what it has in common with all texts that are the same prompt ({@link
 * PromptIdentity}: NFC, white space), 64 lower-case hexadecimal digits. Older files hashed the prompt without blanks at its ends:
 * where the two differ, both are looked for. It tells whether a given prompt was among them, which is what checks for leaks need;
 * whoever guesses a prompt can find out that it was there, and no more.
 *
 * <p>Immutable and thread-safe.
 */
public final class ExtractionPrompts {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private final List<String> harmful;
    private final List<String> harmless;
    private final List<String> overRefused;
    private final List<String> development;
    private final @Nullable ContrastSet kept;
    private final Set<String> all;

    private ExtractionPrompts(List<String> harmful, List<String> harmless, @Nullable ContrastSet kept) {
        this(harmful, harmless, List.of(), List.of(), kept);
    }

    private ExtractionPrompts(
            List<String> harmful,
            List<String> harmless,
            List<String> overRefused,
            List<String> development,
            @Nullable ContrastSet kept) {
        this.harmful = List.copyOf(harmful);
        this.harmless = List.copyOf(harmless);
        this.overRefused = List.copyOf(overRefused);
        this.development = List.copyOf(development);
        this.kept = kept;
        Set<String> together = new HashSet<>();
        List.of(this.harmful, this.harmless, this.overRefused, this.development).forEach(together::addAll);
        this.all = together;
    }

    /**
     * @param prompts the prompts
     * @return their hashes alone
     */
    public static ExtractionPrompts hashed(ContrastSet prompts) {
        return new ExtractionPrompts(hashes(prompts.harmful()), hashes(prompts.harmless()), null);
    }

    /**
     * @param prompts the prompts
     * @return their hashes and the prompts themselves
     */
    public static ExtractionPrompts kept(ContrastSet prompts) {
        return new ExtractionPrompts(hashes(prompts.harmful()), hashes(prompts.harmless()), prompts);
    }

    /**
     * @param harmful hashes of the harmful prompts, in the order of extraction
     * @param harmless hashes of the harmless ones
     * @return prompts of which only that is known
     * @throws BadRequest if one is not 64 lower-case hexadecimal digits
     */
    public static ExtractionPrompts ofHashes(List<String> harmful, List<String> harmless) {
        requireHashes(harmful);
        requireHashes(harmless);
        return new ExtractionPrompts(harmful, harmless, null);
    }

    private static void requireHashes(List<String> hashes) {
        for (String hash : hashes) {
            if (!HASH.matcher(hash).matches()) {
                throw new BadRequest("a prompt's hash must be 64 lower-case hexadecimal digits, found something of "
                        + hash.length() + " characters.");
            }
        }
    }

    /**
     * @param hashes hashes of harmless prompts that the model refuses, where a third set was part of the extraction
     * @return a copy with them
     * @throws BadRequest if one is not 64 lower-case hexadecimal digits
     */
    public ExtractionPrompts withOverRefused(List<String> hashes) {
        requireHashes(hashes);
        return new ExtractionPrompts(harmful, harmless, hashes, development, kept);
    }

    /**
     * @param hashes hashes of prompts that a choice within the extraction was made on
     * @return a copy with them
     * @throws BadRequest if one is not 64 lower-case hexadecimal digits
     */
    public ExtractionPrompts withDevelopment(List<String> hashes) {
        requireHashes(hashes);
        return new ExtractionPrompts(harmful, harmless, overRefused, hashes, kept);
    }

    /**
     * @param prompts prompts
     * @return the hash of each
     */
    public static List<String> hashes(List<String> prompts) {
        return prompts.stream().map(ExtractionPrompts::hash).toList();
    }

    /**
     * @param prompt a prompt
     * @return its hash, the same for all texts that are the same prompt
     */
    public static String hash(String prompt) {
        return Sha256.hex(PromptIdentity.of(prompt));
    }

    private static String olderHash(String prompt) {
        return Sha256.hex(prompt.strip());
    }

    /** @return hashes of the harmful prompts, in the order of extraction */
    public List<String> harmful() {
        return harmful;
    }

    /** @return hashes of the harmless prompts, in the order of extraction */
    public List<String> harmless() {
        return harmless;
    }

    /** @return hashes of the harmless prompts that the model refuses; empty where there was no third set */
    public List<String> overRefused() {
        return overRefused;
    }

    /** @return hashes of the prompts that a choice within the extraction was made on; empty where there was none */
    public List<String> development() {
        return development;
    }

    /** @return the prompts themselves; null where only their hashes were stored */
    public @Nullable ContrastSet kept() {
        return kept;
    }

    /** @return the same without the prompts themselves */
    public ExtractionPrompts withoutPrompts() {
        return kept == null ? this : new ExtractionPrompts(harmful, harmless, overRefused, development, null);
    }

    /**
     * @param prompt any prompt
     * @return whether it is one of them
     */
    public boolean contains(String prompt) {
        return all.contains(hash(prompt)) || all.contains(olderHash(prompt));
    }

    /**
     * @param prompts both classes
     * @return whether they are the very prompts of the extraction, in whatever order
     */
    public boolean areThoseOf(ContrastSet prompts) {
        return areThose(harmful, prompts.harmful()) && areThose(harmless, prompts.harmless());
    }

    private static boolean areThose(List<String> hashes, List<String> prompts) {
        List<String> sorted = sorted(hashes);
        return sorted.equals(sorted(hashes(prompts)))
                || sorted.equals(sorted(
                        prompts.stream().map(ExtractionPrompts::olderHash).toList()));
    }

    private static List<String> sorted(List<String> hashes) {
        return hashes.stream().sorted().toList();
    }

    /**
     * As a part of a JSON document.
     *
     * @param node where its keys go, as in vector files
     */
    public void put(ObjectNode node) {
        VectorJsonWriter.putPrompts(node, this);
    }

    /**
     * @param json an object with the keys of {@link #put}
     * @return what it says
     * @throws dev.steering.core.BadFile if something is missing or is not what it should be
     */
    public static ExtractionPrompts read(JsonFields json) {
        return VectorJsonReader.prompts(json);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof ExtractionPrompts p
                && harmful.equals(p.harmful)
                && harmless.equals(p.harmless)
                && overRefused.equals(p.overRefused)
                && development.equals(p.development)
                && Objects.equals(kept, p.kept);
    }

    @Override
    public int hashCode() {
        return 31 * harmful.hashCode() + harmless.hashCode();
    }

    /** Numbers only: prompts do not belong in logs. */
    @Override
    public String toString() {
        return "ExtractionPrompts[" + harmful.size() + " harmful, " + harmless.size() + " harmless, "
                + (overRefused.isEmpty() ? "" : overRefused.size() + " over-refused, ")
                + (development.isEmpty() ? "" : development.size() + " to choose on, ")
                + (kept == null ? "hashes" : "prompts kept") + "]";
    }
}
