package dev.steering.extract.project;

import dev.steering.core.NearNames;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.tokenizer.Tokenizer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The tokens of a vocabulary that are words, or with which words begin. */
final class WordTokens {
    private static final int LETTERS = 3;

    /** Something in front: decoders drop a space at the beginning of a text, and other tools' do not. */
    private static final String FRONT = "a";

    private final Tokenizer tokenizer;
    private final int vocabulary;
    private final int[] front;
    private final String frontText;

    WordTokens(ChatModel model) {
        this.tokenizer = model.tokenizer();
        this.vocabulary = model.manifest().vocabulary();
        this.front = tokenizer.encode(FRONT, false);
        this.frontText = tokenizer.decode(front, true);
    }

    /**
     * @param words words, in any case
     * @param ordinary beginnings that do not count
     * @return the tokens of every word, by its core, in the order of the words; empty for words that there are none of
     */
    Map<String, Set<Integer>> find(Collection<String> words, Set<String> ordinary) {
        Map<String, Set<Integer>> found = new LinkedHashMap<>();
        words.forEach(word -> found.put(core(word), new TreeSet<>()));
        for (int id = 0; id < vocabulary; id++) {
            Set<Integer> ids = found.get(core(tokenizer.decode(new int[] {id}, true)));
            if (ids != null && beginsWord(id)) {
                ids.add(id);
            }
        }
        found.remove("");
        found.forEach((word, ids) -> {
            String capital = word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
            for (String form : List.of(" " + word, capital, " " + capital)) {
                addBeginning(form, word, ordinary, ids);
            }
        });
        return found;
    }

    /** The words that are tokens and most like one that is not. */
    List<String> nearest(String word) {
        Set<String> known = new TreeSet<>();
        for (int id = 0; id < vocabulary; id++) {
            String core = core(tokenizer.decode(new int[] {id}, true));
            if (core.length() >= LETTERS && beginsWord(id)) {
                known.add(core);
            }
        }
        return NearNames.of(core(word), known);
    }

    private boolean beginsWord(int id) {
        String text = inside(id);
        if (text.isEmpty()) {
            return false;
        }
        int first = text.codePointAt(0);
        int letter = text.codePoints().filter(Character::isLetter).findFirst().orElse(first);
        return Character.isWhitespace(first)
                || Character.isUpperCase(letter)
                || (!Character.isLowerCase(letter) && Character.isLetter(letter));
    }

    /** A token's text where there is something in front of it. */
    private String inside(int id) {
        int[] both = new int[front.length + 1];
        System.arraycopy(front, 0, both, 0, front.length);
        both[front.length] = id;
        String text = tokenizer.decode(both, true);
        return text.startsWith(frontText) ? text.substring(frontText.length()) : text;
    }

    private void addBeginning(String form, String word, Set<String> ordinary, Set<Integer> ids) {
        // SentencePiece may begin with a token for the space alone.
        for (int token : tokenizer.encode(form, false)) {
            String beginning = core(tokenizer.decode(new int[] {token}, true));
            if (!beginning.isEmpty()) {
                boolean letters = beginning.chars().filter(Character::isLetter).count() >= LETTERS
                        && 2 * beginning.length() >= word.length();
                if (letters && word.startsWith(beginning) && !ordinary.contains(beginning)) {
                    ids.add(token);
                }
                return;
            }
        }
    }

    /** Lower case, one kind of apostrophe, and nothing but letters at both ends. */
    static String core(String text) {
        return text.replace('\u2019', '\'')
                .toLowerCase(Locale.ROOT)
                .replaceAll("^[^\\p{L}\\p{M}]+|[^\\p{L}\\p{M}]+$", "");
    }
}
