package dev.steering.apply;

import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.model.decode.Draft;
import java.util.List;
import java.util.function.Consumer;

/**
 * A way to answer, with its settings, on one model. What it does is said by the {@link Draft} that it makes of a question: behind which
 * contexts the answer is written, what is done to the residual stream, and what is looked at before. One decoding loop writes the
 * drafts of all methods. Implementations are immutable and thread-safe.
 */
public interface Method {
    /** @return what users call it, e.g. {@code scans} */
    String name();

    /** @return one sentence for people: what it does, with its settings */
    String words();

    /** @return the same for programs: one JSON object on one line; equal settings give equal text */
    String json();

    /** @return contexts that an answer is written behind, each a row of the batch: 1 or 2 */
    default int contexts() {
        return 1;
    }

    /**
     * @return whether it means something on a text that is no prompt ({@link Query#plainText}): false for methods that decide about
     *     prompts or put them into contexts of their own
     */
    default boolean readsPlainText() {
        return false;
    }

    /**
     * @return what its vectors remember of the prompts that they were extracted from: figures that are measured on those look better than
     *     they are
     */
    default List<ExtractionPrompts> extractedFrom() {
        return List.of();
    }

    /**
     * @param index number of the answer: listeners hear it, and random numbers depend on it
     * @param query what to answer
     * @param decided told what is decided about the question before anything is written, in the order of the gates; not told by
     *     methods that decide nothing
     * @return the answer that is to be written
     * @throws dev.steering.core.SteeringException if the method cannot answer it
     */
    Draft draft(int index, Query query, Consumer<List<Decision>> decided);

    /**
     * @param newName another name
     * @return the same under that name
     */
    default Method named(String newName) {
        Method same = this;
        return new Method() {
            @Override
            public String name() {
                return newName;
            }

            @Override
            public String words() {
                return same.words();
            }

            @Override
            public String json() {
                return same.json();
            }

            @Override
            public int contexts() {
                return same.contexts();
            }

            @Override
            public boolean readsPlainText() {
                return same.readsPlainText();
            }

            @Override
            public List<ExtractionPrompts> extractedFrom() {
                return same.extractedFrom();
            }

            @Override
            public Draft draft(int index, Query query, Consumer<List<Decision>> decided) {
                return same.draft(index, query, decided);
            }
        };
    }
}
