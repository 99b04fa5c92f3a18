package dev.steering.parquet;

/** What is wrong with a file, in words of ours: those of the library are about its classes. */
final class UnreadableParquet extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableParquet(String reason) {
        super(reason);
    }
}
