package dev.steering.cli.terminal;

/** A command that may take long, and can say at any moment what is kept of its work if the process is ended now. */
public interface LongWork {
    /** @return what is kept and how to go on, in a sentence or two; called on another thread while the command runs */
    String kept();
}
