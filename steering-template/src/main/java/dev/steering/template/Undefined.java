package dev.steering.template;

/**
 * What a missing variable, attribute or item is: empty when printed, tested or looped over, an error in any other use.
 *
 * @param message what that error says
 */
record Undefined(String message) {
    static Undefined variable(String name) {
        return new Undefined(Repr.quote(name) + " is undefined");
    }

    /** {@code value.key} or {@code value[key]} does not exist. */
    static Undefined member(Object value, Object key, Budget budget) {
        String owner = Types.describe(value);
        return key instanceof String
                ? new Undefined(Repr.quote(owner) + " has no attribute " + Repr.of(key, budget))
                : new Undefined(owner + " has no element " + Repr.of(key, budget));
    }

    /** The sandbox does not show this attribute. */
    static Undefined unsafe(Object value, String attribute) {
        return new Undefined("access to attribute " + Repr.quote(attribute) + " of " + Repr.quote(Types.name(value))
                + " object is unsafe.");
    }

    EvalError fail() {
        return new EvalError(message);
    }
}
