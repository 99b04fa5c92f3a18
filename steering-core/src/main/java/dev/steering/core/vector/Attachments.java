package dev.steering.core.vector;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a vector may have beside its directions, each under a key that knows its type. Immutable if its values are. */
final class Attachments {
    static final Attachments NONE = new Attachments(Map.of());

    /** What is attached under it is a {@code T}. */
    @SuppressWarnings("UnusedTypeParameter") // it is what get gives
    static final class Slot<T> {}

    private final Map<Slot<?>, Object> values;

    private Attachments(Map<Slot<?>, Object> values) {
        this.values = values;
    }

    /** The value; null if there is none. */
    @SuppressWarnings("unchecked") // with puts nothing else there
    <T> @Nullable T get(Slot<T> key) {
        return (T) values.get(key);
    }

    /** The same with a value, or without one if it is null. */
    <T> Attachments with(Slot<T> key, @Nullable T value) {
        Map<Slot<?>, Object> changed = new LinkedHashMap<>(values);
        if (value == null) {
            changed.remove(key);
        } else {
            changed.put(key, value);
        }
        return new Attachments(changed);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Attachments other && values.equals(other.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }
}
