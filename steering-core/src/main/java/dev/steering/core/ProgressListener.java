package dev.steering.core;

/** Told how far a long piece of work has come. Called from the working thread; must be quick and must not throw. */
@FunctionalInterface
public interface ProgressListener {
    /** Ignores everything. */
    ProgressListener NONE = (stage, done, total) -> {};

    /**
     * @param stage what is being done, a few words in the user's language
     * @param done units finished, from 0 to total
     * @param total units in all, at least 1
     */
    void onProgress(String stage, long done, long total);
}
