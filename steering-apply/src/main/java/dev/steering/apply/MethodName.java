package dev.steering.apply;

import dev.steering.core.SteeringException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The methods that {@link Methods} makes; there are plans in files beside them. */
public enum MethodName {
    /** The model as it is. */
    DEFAULT(false),
    /** A system prompt that asks for helpfulness. */
    PROMPT(false),
    /** The vector added. */
    ADD(true),
    /** The vector subtracted. */
    SUBTRACT(true),
    /** The component along the vector projected out. */
    ABLATE(true),
    /** The sign chosen for every prompt. */
    SCANS(true),
    /** Two contexts' logits contrasted. */
    SELF_CD(false),
    /** The contexts of two tuned soft prompts contrasted. */
    ACD(false),
    /** The contexts of the system prompts that those began as contrasted. */
    ACD_UNTUNED(false),
    /** Instructive decoding with a prompt without the user's words. */
    ID_NULL(false),
    /** Instructive decoding with an opposite system prompt. */
    ID_OPPOSITE(false),
    /** A random direction of the vector's norm subtracted: what any perturbation of that size does. */
    RANDOM(true);

    private final boolean needsVector;

    MethodName(boolean needsVector) {
        this.needsVector = needsVector;
    }

    /** @return whether it needs a steering vector */
    public boolean needsVector() {
        return needsVector;
    }

    /** @return whether it needs tuned soft prompts */
    public boolean needsSoftPrompts() {
        return this == ACD || this == ACD_UNTUNED;
    }

    /**
     * @param text as {@link #toString} writes it
     * @return the method
     * @throws SteeringException if there is none of that name
     */
    public static MethodName of(String text) {
        return Arrays.stream(values())
                .filter(name -> name.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new SteeringException("There is no method '" + text + "'. There are "
                        + String.join(", ", all()) + ", and " + Methods.PLAN_PREFIX + "FILE.json."));
    }

    /** @return all names, as users write them */
    public static List<String> all() {
        return Arrays.stream(values()).map(MethodName::toString).toList();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
