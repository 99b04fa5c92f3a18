package dev.steering.cli.terminal;

import dev.steering.core.SteeringException;
import java.io.PrintWriter;

/** Whether what is printed arrives: a {@link PrintWriter} is silent about a closed pipe or a full disk. */
public final class StandardOutput {
    private StandardOutput() {}

    /**
     * @param out where a command prints; is flushed
     * @throws SteeringException if something that was printed was lost
     */
    public static void requireArrived(PrintWriter out) {
        if (out.checkError()) {
            throw new SteeringException(
                    "Cannot write to standard output: it is closed, its reader has gone as in '| head', or its disk"
                            + " is full. What was printed is not complete.");
        }
    }
}
