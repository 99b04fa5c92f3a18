package dev.steering.extract.project;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The tokens of one vocabulary that speak of refusal: every token that begins a word and is a refusal word, punctuation and case aside;
 * and the first token of a word that the tokenizer splits, when that beginning has at least three letters and half of the word's, and is
 * no ordinary word of its own ({@code apolog} of "apologize" is in, {@code can} of "can't" is not).
 *
 * <p>A token begins a word if it is written with a space in front, or with a capital letter, as at the beginning of an answer, or belongs
 * to a script without spaces. Others are the middle or the end of words: {@code not} without a space is what "cannot" or "knot" ends in.
 *
 * <p>Immutable and thread-safe.
 */
public final class RefusalTokens {
    private static final String RESOURCE = "refusal-words.txt";

    private final SortedSet<Integer> ids;

    private RefusalTokens(SortedSet<Integer> ids) {
        this.ids = ids;
    }

    /**
     * @param model whose vocabulary is searched
     * @return the tokens of the built-in word list
     */
    public static RefusalTokens of(ChatModel model) {
        List<String> lines = builtIn();
        List<String> words =
                lines.stream().filter(line -> !line.startsWith("!")).toList();
        return of(
                model,
                words,
                lines.stream()
                        .filter(line -> line.startsWith("!"))
                        .map(line -> line.substring(1))
                        .collect(Collectors.toSet()));
    }

    /**
     * @param model whose vocabulary is searched
     * @param words refusal words, in any case
     * @return their tokens
     * @throws SteeringException if there are no words, one is blank, or no token is or begins one of them
     */
    public static RefusalTokens of(ChatModel model, Collection<String> words) {
        if (words.isEmpty() || words.stream().anyMatch(String::isBlank)) {
            throw new BadRequest("A list of refusal words needs at least one, and no blank one; found " + words);
        }
        Map<String, Set<Integer>> found = new WordTokens(model).find(words, Set.of());
        List<String> unknown = words.stream()
                .filter(word ->
                        found.getOrDefault(WordTokens.core(word), Set.of()).isEmpty())
                .toList();
        if (!unknown.isEmpty()) {
            throw new BadRequest("No token of this vocabulary begins the word"
                    + (unknown.size() == 1 ? " '" : "s '") + String.join("', '", unknown)
                    + "' or is it, so that no direction can read as it. The nearest words that are tokens: "
                    + unknown.stream()
                            .map(word -> String.join(", ", new WordTokens(model).nearest(word)))
                            .collect(Collectors.joining("; "))
                    + ".");
        }
        return new RefusalTokens(
                found.values().stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new)));
    }

    /**
     * @param ids token ids
     * @return exactly these
     */
    public static RefusalTokens ofIds(Collection<Integer> ids) {
        return new RefusalTokens(new TreeSet<>(ids));
    }

    private static RefusalTokens of(ChatModel model, Collection<String> words, Set<String> ordinary) {
        return new RefusalTokens(new WordTokens(model)
                .find(words, ordinary).values().stream()
                        .flatMap(Set::stream)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static List<String> builtIn() {
        try (InputStream in = RefusalTokens.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("resource " + RESOURCE + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException("resource " + RESOURCE + " cannot be read", e);
        }
    }

    /** @return the token ids, ascending; a copy */
    public SortedSet<Integer> ids() {
        return new TreeSet<>(ids);
    }

    /**
     * @param id a token id
     * @return whether it is one of these
     */
    public boolean contains(int id) {
        return ids.contains(id);
    }

    /**
     * @param tokenizer the vocabulary
     * @return their texts, in order of the id
     */
    public List<String> texts(Tokenizer tokenizer) {
        return ids.stream().map(id -> tokenizer.decode(new int[] {id}, false)).toList();
    }
}
