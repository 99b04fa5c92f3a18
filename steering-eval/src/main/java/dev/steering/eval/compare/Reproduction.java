package dev.steering.eval.compare;

import org.jspecify.annotations.Nullable;

/** How whoever reads the results makes the same numbers: the commands of the program that asked for the comparison. */
public interface Reproduction {
    /** @return makes all of it */
    String whole();

    /**
     * @param method a method
     * @param strength a point of its curve
     * @return makes that point's figures on the development prompts
     */
    String development(String method, @Nullable Double strength);

    /**
     * @param method a method
     * @param strength the strength that was chosen
     * @return makes the method's figures on the test prompts
     */
    String test(String method, @Nullable Double strength);
}
