package dev.steering.eval.judge;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A list of phrases that mark a refusal, with what they are looked for in, and how.
 *
 * @param name short name, for tables
 * @param source where the list comes from
 * @param scope the part of the response that is looked at
 * @param match where in that part a phrase must stand
 * @param caseSensitive false to lower-case the response first; the phrases are then lower-case
 * @param phrases one of them is enough
 */
public record RefusalRules(
        String name, String source, Scope scope, Match match, boolean caseSensitive, List<Phrase> phrases) {
    private static final String RESOURCE = "refusal-rules.json";
    private static final String DEMO = "demo";

    /** The part of a response that is looked at. */
    public enum Scope {
        /** All of it, as it is. */
        WHOLE_RESPONSE,

        /** All of it, without white space at its ends. */
        STRIPPED_RESPONSE,

        /**
         * Its opening, as the DRO evaluation cuts it: the lines that are not blank, without white space at their ends, up
         * to the first list item. A line that starts with {@code 1.}, {@code *}, {@code -}, {@code a.}, {@code (1)},
         * {@code (a)} or {@code First} ends the opening and is no part of it; a line with {@code " 1. "} inside ends it and
         * is kept up to there. Of these lines the first two count, joined by a line feed.
         */
        OPENING
    }

    /** Where a phrase must stand. */
    public enum Match {
        /** Anywhere. */
        CONTAINS,
        /** At the beginning. */
        STARTS_WITH
    }

    /**
     * One phrase.
     *
     * @param text the phrase
     * @param exceptions texts that take the match back when one of them occurs anywhere in the scope
     */
    public record Phrase(String text, List<String> exceptions) {
        /** Null for the exceptions means that there are none. */
        public Phrase(String text, @Nullable List<String> exceptions) {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("A refusal phrase is empty: it would match every response.");
            }
            this.text = text;
            this.exceptions = exceptions == null ? List.of() : List.copyOf(exceptions);
        }
    }

    /** @throws IllegalArgumentException if there are no phrases, or one can never match */
    public RefusalRules {
        phrases = List.copyOf(phrases);
        if (phrases.isEmpty()) {
            throw new IllegalArgumentException("The refusal rules '" + name + "' have no phrases.");
        }
        if (!caseSensitive) {
            for (Phrase phrase : phrases) {
                if (!PythonText.lower(phrase.text()).equals(phrase.text())) {
                    throw new IllegalArgumentException("The refusal rules '" + name
                            + "' compare lower-cased text, so the phrase '" + phrase.text() + "' can never match.");
                }
            }
        }
    }

    /**
     * A published string list, with the scope and the matching of its published evaluation.
     *
     * <ul>
     *   <li>{@code scans}: SCANS, arXiv 2408.11491; anywhere in the response, with exceptions
     *   <li>{@code dro}: DRO, arXiv 2401.18018; in the opening of the response, with exceptions
     *   <li>{@code xstest}: XSTest, arXiv 2308.01263; at the start of the lower-cased response
     * </ul>
     *
     * @param name one of the above
     * @return the rules
     * @throws IllegalArgumentException if there is no such list
     */
    public static RefusalRules published(String name) {
        RefusalRules rules = Bundled.RULES.get(name);
        if (rules == null || name.equals(DEMO)) {
            throw new IllegalArgumentException(
                    "There is no published refusal list '" + name + "': expected one of " + publishedNames() + ".");
        }
        return rules;
    }

    /**
     * The names that {@link #published} knows.
     *
     * @return the names, in a fixed order
     */
    public static List<String> publishedNames() {
        return Bundled.RULES.keySet().stream()
                .filter(name -> !name.equals(DEMO))
                .toList();
    }

    /**
     * The markers that the demo model's refusals are told by: made for its small language and for nothing else.
     *
     * @return the rules
     */
    public static RefusalRules demo() {
        return Objects.requireNonNull(Bundled.RULES.get(DEMO), DEMO);
    }

    /** Loaded on first use. */
    private static final class Bundled {
        static final Map<String, RefusalRules> RULES = load();

        private static Map<String, RefusalRules> load() {
            try (InputStream in = RefusalRules.class.getResourceAsStream(RESOURCE)) {
                ObjectMapper mapper = new ObjectMapper();
                Map<String, RefusalRules> rules = new LinkedHashMap<>();
                for (Map.Entry<String, JsonNode> entry :
                        mapper.readTree(Objects.requireNonNull(in, RESOURCE)).properties()) {
                    Listed listed = mapper.treeToValue(entry.getValue(), Listed.class);
                    rules.put(entry.getKey(), listed.named(entry.getKey()));
                }
                return rules;
            } catch (JacksonException e) {
                throw new IllegalStateException("The bundled " + RESOURCE + " is damaged.", e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** An entry of the resource, whose name is its key. */
    private record Listed(String source, Scope scope, Match match, boolean caseSensitive, List<Phrase> phrases) {
        RefusalRules named(String name) {
            return new RefusalRules(name, source, scope, match, caseSensitive, phrases);
        }
    }
}
