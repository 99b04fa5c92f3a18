package dev.steering.apply.named;

import dev.steering.core.Require;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Values that were made for keys, as long as not too many others were asked for since. Thread-safe; two threads that ask for the same key
 * at once may both make it, and the one that is later is kept.
 *
 * @param <K> keys, immutable, with {@code equals} and {@code hashCode}
 * @param <V> values
 */
public final class RecentlyUsed<K, V> {
    private final int most;
    private final Map<K, V> kept = new LinkedHashMap<>(16, 0.75f, true);

    /** @param most how many are kept, at least 1 */
    public RecentlyUsed(int most) {
        this.most = Require.atLeast("The number of values that are kept", most, 1);
    }

    /**
     * @param key a key
     * @param maker makes the value if it is not kept; may throw, and is not held up by others
     * @return the value
     */
    public V get(K key, Supplier<V> maker) {
        synchronized (kept) {
            V known = kept.get(key);
            if (known != null) {
                return known;
            }
        }
        V made = maker.get();
        synchronized (kept) {
            if (kept.size() >= most) {
                kept.remove(kept.keySet().iterator().next());
            }
            kept.put(key, made);
        }
        return made;
    }
}
