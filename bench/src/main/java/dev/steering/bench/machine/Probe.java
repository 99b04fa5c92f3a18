package dev.steering.bench.machine;

/** Something whose speed is a limit of the machine. Not thread-safe. */
public interface Probe extends AutoCloseable {
    /** @return what is run, for people */
    String method();

    /** Runs it once. */
    void run();

    /** @return floating-point operations, or bytes read, of one run */
    double work();

    @Override
    void close();
}
