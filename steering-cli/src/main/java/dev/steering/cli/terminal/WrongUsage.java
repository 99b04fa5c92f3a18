package dev.steering.cli.terminal;

import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/** The command line is wrong, found after it was read: options that do not go together, or a value that the library refuses. */
public final class WrongUsage extends BadRequest {
    private static final long serialVersionUID = 1L;

    /** What is mended on the command line. */
    private static final Set<Remedy> OPTIONS = EnumSet.of(
            Remedy.GIVE_VECTOR,
            Remedy.GIVE_STRENGTH,
            Remedy.GIVE_LAYERS,
            Remedy.SAY_STRENGTH,
            Remedy.SAY_LAYERS,
            Remedy.NAME_POINTS,
            Remedy.CHOOSE_TEMPLATE,
            Remedy.CHOOSE_CACHE);

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
     * @throws BadRequest if something else has to be done first than to give another option
     */
    public static <T> T in(Supplier<T> work) {
        try {
            return work.get();
        } catch (WrongUsage e) {
            throw e;
        } catch (BadRequest e) {
            if (e.remedy() != null && !OPTIONS.contains(e.remedy())) {
                throw e;
            }
            throw of(e);
        }
    }

    /**
     * @param e what the library found
     * @return the same as a mistake of the command line
     */
    public static WrongUsage of(BadRequest e) {
        return new WrongUsage(String.valueOf(e.getMessage()), e);
    }
}
