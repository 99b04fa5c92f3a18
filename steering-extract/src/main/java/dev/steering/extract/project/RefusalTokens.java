package dev.steering.extract.project;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The tokens of one vocabulary that speak of refusal: every token that decodes to a refusal word, surrounding space,
 * punctuation and case aside, and the first token of a word that the tokenizer splits, when that beginning has three letters or
 * more and is no ordinary word of its own ({@code apolog} of "apologize" is in, {@code can} of "can't" is not).
 *
 * <p>Immutable and thread-safe.
 */
public final class RefusalTokens {
    private static final String RESOURCE = "refusal-words.txt";
    private static final int LETTERS = 3;

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
     * @throws SteeringException if there are no words or one is blank
     */
    public static RefusalTokens of(ChatModel model, Collection<String> words) {
        if (words.isEmpty() || words.stream().anyMatch(String::isBlank)) {
            throw new BadRequest("A list of refusal words needs at least one, and no blank one; found " + words);
        }
        return of(model, words, Set.of());
    }

    /**
     * @param ids token ids
     * @return exactly these
     */
    public static RefusalTokens ofIds(Collection<Integer> ids) {
        return new RefusalTokens(new TreeSet<>(ids));
    }

    private static RefusalTokens of(ChatModel model, Collection<String> words, Set<String> ordinary) {
        Set<String> wanted = words.stream().map(RefusalTokens::core).collect(Collectors.toCollection(HashSet::new));
        TreeSet<Integer> ids = new TreeSet<>();
        Tokenizer tokenizer = model.tokenizer();
        for (int id = 0; id < model.manifest().vocabulary(); id++) {
            String text = core(tokenizer.decode(new int[] {id}, true));
            if (!text.isEmpty() && wanted.contains(text)) {
                ids.add(id);
            }
        }
        for (String word : wanted) {
            String capital = word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
            for (String form : List.of(word, " " + word, capital, " " + capital)) {
                addBeginning(tokenizer, form, word, ordinary, ids);
            }
        }
        return new RefusalTokens(ids);
    }

    private static void addBeginning(
            Tokenizer tokenizer, String form, String word, Set<String> ordinary, Set<Integer> ids) {
        int[] tokens = tokenizer.encode(form, false);
        // SentencePiece may begin with a token for the space alone.
        for (int token : tokens) {
            String beginning = core(tokenizer.decode(new int[] {token}, true));
            if (!beginning.isEmpty()) {
                boolean letters = beginning.chars().filter(Character::isLetter).count() >= LETTERS;
                if (letters && word.startsWith(beginning) && !ordinary.contains(beginning)) {
                    ids.add(token);
                }
                return;
            }
        }
    }

    /** Lower case, one kind of apostrophe, and nothing but letters at both ends. */
    private static String core(String text) {
        return text.replace('\u2019', '\'')
                .toLowerCase(Locale.ROOT)
                .replaceAll("^[^\\p{L}\\p{M}]+|[^\\p{L}\\p{M}]+$", "");
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
