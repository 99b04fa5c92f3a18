package dev.steering.cli.commands;

import dev.steering.core.vector.format.ReadingOptions;
import dev.steering.eval.judge.RefusalRules;
import dev.steering.eval.judge.http.RequestBody;
import dev.steering.eval.judge.model.GuardFormat;
import dev.steering.extract.Estimator;
import dev.steering.extract.adasteer.PositionExtractor;
import dev.steering.extract.alphasteer.AlphaSteerExtractor;
import dev.steering.extract.learn.DirectionLearner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a shell offers for options whose values are words, but no constants of an enum. */
final class CompletionWords {
    private CompletionWords() {}

    /** How directions are extracted. */
    static final class Methods extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Methods() {
            super(Arrays.stream(Estimator.values()).map(Estimator::label).toList());
            addAll(SearchMixin.METHODS);
            add(AlphaSteerExtractor.METHOD);
            add(PositionExtractor.METHOD);
            add(DirectionLearner.METHOD);
        }
    }

    /** Whose activations are taken; {@code last-1} stands for any number. */
    static final class Tokens extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Tokens() {
            super(List.of("last", "last-1", "mean"));
        }
    }

    /** Who tells refusals. */
    static final class Judges extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Judges() {
            super(RefusalRules.publishedNames());
            addAll(List.of("robust", "http"));
        }
    }

    /** How guard models are asked. */
    static final class GuardFormats extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        GuardFormats() {
            super(Arrays.stream(GuardFormat.values()).map(GuardFormat::word).toList());
        }
    }

    /** What limits a reply. */
    static final class TokensFields extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        TokensFields() {
            super(Arrays.stream(RequestBody.Limit.values())
                    .map(RequestBody.Limit::word)
                    .toList());
        }
    }

    /** Types of the vocabulary head. */
    static final class Heads extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Heads() {
            super(List.of("fp32", "int8", "int4"));
        }
    }

    /** Tools that write vectors. */
    static final class Sources extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Sources() {
            for (ReadingOptions.Source source : ReadingOptions.Source.values()) {
                add(source.toString().toLowerCase(Locale.ROOT));
            }
        }
    }
}
