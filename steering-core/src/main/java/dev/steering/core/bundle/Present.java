package dev.steering.core.bundle;

import org.jspecify.annotations.Nullable;

/** For values that files hold, where a key may be missing whatever the compiler believes. */
final class Present {
    private Present() {}

    /** @throws IllegalArgumentException if the value is null */
    static void require(String name, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
    }
}
