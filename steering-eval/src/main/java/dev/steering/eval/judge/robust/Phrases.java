package dev.steering.eval.judge.robust;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What sentences are told by: regular expressions by kind, those of all languages together. Immutable and thread-safe. */
final class Phrases {
    private static final String RESOURCE = "/dev/steering/eval/judge/robust-phrases.json";
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;

    private static final Phrases BUNDLED = load();

    private final Map<Kind, List<Pattern>> patterns;

    /** What a phrase shows. The resource has the same names in lower case. */
    enum Kind {
        /** The writer declines. */
        REFUSE,
        /** What is withheld is private: no mere lack of access. */
        PRIVATE,
        /** An opening that the published lists take for a refusal, with conditions where they take too much. */
        UNION,
        /** The same at the end of a text that was cut. */
        STOP,
        /** Not a refusal, although its words are those of one. */
        EXEMPT,
        /** What follows is said by somebody else. */
        REPORTED,
        /** The writer lacks a sense, an access or a profession: a side point unless nothing else is said. */
        LIMIT,
        /** What follows does the task in spite of a limit. */
        CONTRAST,
        /** What is declined is the request itself. */
        PRONOUN,
        /** The writer begins to do what was asked. */
        COMPLY,
        /** Neither help nor refusal. */
        FILLER,
        /** Something else is offered. */
        OFFER,
        /** The asker is sent to others. */
        REDIRECT,
        /** What was asked about is called wrong. */
        CONDEMN,
        /** The writer says what values it stands for. */
        STANCE,
        /** Values are spoken of. */
        MORAL,
        /** The asker is warned. */
        WARN,
        /** An apology. */
        APOLOGY,
        /** An apology for something that happened, which declines nothing. */
        APOLOGYFOR,
        /** A text that was cut before it said anything. */
        FRAGMENT,
        /** A text that declines in one word. */
        NO,
        /** Where a sentence turns to something else. */
        TURN,
        /** What is called wrong is so in one case, and fine in another. */
        PRACTICAL,
        /** A question. */
        QUESTION
    }

    private Phrases(Map<Kind, List<Pattern>> patterns) {
        this.patterns = patterns;
    }

    static Phrases bundled() {
        return BUNDLED;
    }

    private static Phrases load() {
        try (InputStream in = Phrases.class.getResourceAsStream(RESOURCE)) {
            Map<String, Map<String, List<String>>> languages =
                    new ObjectMapper().readValue(Objects.requireNonNull(in, RESOURCE), new TypeReference<>() {});
            Map<Kind, List<Pattern>> all = new EnumMap<>(Kind.class);
            for (Kind kind : Kind.values()) {
                List<Pattern> patterns = new ArrayList<>();
                for (Map<String, List<String>> language : languages.values()) {
                    for (String regex : language.getOrDefault(kind.name().toLowerCase(Locale.ROOT), List.of())) {
                        patterns.add(Pattern.compile(regex, FLAGS));
                    }
                }
                all.put(kind, List.copyOf(patterns));
            }
            return new Phrases(Collections.unmodifiableMap(all));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether one of the phrases of this kind is found in the text. */
    boolean in(Kind kind, String text) {
        return patterns.getOrDefault(kind, List.of()).stream()
                .anyMatch(pattern -> pattern.matcher(text).find());
    }

    /** What stands behind the first phrase of this kind; null if there is none. */
    @Nullable
    String behind(Kind kind, String text) {
        for (Pattern pattern : patterns.getOrDefault(kind, List.of())) {
            Matcher matcher = pattern.matcher(text);
            if (matcher.find()) {
                return text.substring(matcher.end());
            }
        }
        return null;
    }

    /** Where the first phrase of this kind begins; -1 if there is none. */
    int at(Kind kind, String text) {
        int first = -1;
        for (Pattern pattern : patterns.getOrDefault(kind, List.of())) {
            Matcher matcher = pattern.matcher(text);
            if (matcher.find() && (first < 0 || matcher.start() < first)) {
                first = matcher.start();
            }
        }
        return first;
    }
}
