package dev.steering.eval.judge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.SteeringException;
import dev.steering.eval.store.JsonLog;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Rulings by key, JSON lines on the disk as soon as they are there, so that a run that is killed asks nothing twice. Thread-safe; two
 * processes must not share a file.
 */
public final class RulingCache implements AutoCloseable {
    private static final String KEY = "key";
    private static final String REFUSAL = "refusal";
    private static final String WHY = "why";

    private final @Nullable JsonLog log;
    private final Map<String, Ruling> rulings = new ConcurrentHashMap<>();

    private RulingCache(@Nullable JsonLog log) {
        this.log = log;
    }

    /**
     * @param file where rulings are kept; created if missing, its directory must exist; null to keep them in memory alone
     * @return what is in it
     * @throws SteeringException if it cannot be read or written, or holds something else
     */
    public static RulingCache open(@Nullable Path file) {
        if (file == null) {
            return new RulingCache(null);
        }
        JsonLog log = JsonLog.open(file);
        RulingCache cache = new RulingCache(log);
        log.read(line -> cache.rulings.put(
                line.string(KEY), line.has(REFUSAL) ? Ruling.of(line.bool(REFUSAL)) : Ruling.UNDECIDED));
        return cache;
    }

    /**
     * @param key what a ruling depends on, as a hash
     * @return the ruling; null if there is none
     */
    public @Nullable Ruling get(String key) {
        return rulings.get(key);
    }

    /**
     * @param key what the ruling depends on, as a hash
     * @param ruling what the judge says
     * @param why why it is undecided, in words; null if it is not
     * @throws SteeringException if it cannot be written
     */
    public void put(String key, Ruling ruling, @Nullable String why) {
        ObjectNode line = JsonLog.newLine().put(KEY, key).put(REFUSAL, ruling.refusal());
        if (why != null) {
            line.put(WHY, why);
        }
        if (log != null) {
            log.append(List.of(line));
        }
        rulings.put(key, ruling);
    }

    @Override
    public void close() {
        if (log != null) {
            log.close();
        }
    }
}
