package dev.steering.cli.terminal;

import dev.steering.core.BadRequest;
import java.util.function.Supplier;

/** The command line is wrong, found after it was read: options that do not go together, or a value that the library refuses. */
public final class WrongUsage extends BadRequest {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong and what to give instead */
    public WrongUsage(String message) {
        super(message);
    }

    private WrongUsage(String message, BadRequest cause) {
        super(message, cause);
    }

    /**
     * @param work what takes its values from the command line only
     * @return its result
     * @param <T> type of that
     * @throws WrongUsage if it refuses them, with what it says
     */
    public static <T> T in(Supplier<T> work) {
        try {
            return work.get();
        } catch (WrongUsage e) {
            throw e;
        } catch (BadRequest e) {
            throw new WrongUsage(String.valueOf(e.getMessage()), e);
        }
    }
}
