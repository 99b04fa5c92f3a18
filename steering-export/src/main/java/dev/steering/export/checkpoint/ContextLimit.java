package dev.steering.export.checkpoint;

import dev.steering.core.SteeringException;

/** How long a context may be that a configuration asks for: tables of positions are as long as it says. */
public final class ContextLimit {
    /** The longest context that is accepted, in tokens: some more than the 10,485,760 of the longest published ones. */
    public static final int LONGEST = 1 << 24;

    private ContextLimit() {}

    /**
     * @param config a configuration
     * @param key the key of its longest context
     * @return its value
     * @throws SteeringException if it is no positive integer, or longer than anything that is accepted
     */
    public static int require(ConfigReader config, String key) {
        int context = config.positive(key);
        if (context > LONGEST) {
            throw config.error(key + " is " + context + ", more than " + LONGEST
                    + ", the longest context that is accepted. Set it to what the model was trained for.");
        }
        return context;
    }
}
