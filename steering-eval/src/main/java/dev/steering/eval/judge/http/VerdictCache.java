package dev.steering.eval.judge.http;

import dev.steering.eval.store.JsonLog;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Verdicts by key, on the disk as soon as they are there. Thread-safe. */
final class VerdictCache implements AutoCloseable {
    private static final String KEY = "key";
    private static final String REFUSAL = "refusal";

    private final JsonLog log;
    private final Map<String, Boolean> verdicts = new ConcurrentHashMap<>();

    private VerdictCache(JsonLog log) {
        this.log = log;
    }

    static VerdictCache open(Path file) {
        VerdictCache cache = new VerdictCache(JsonLog.open(file));
        cache.log.read(line -> cache.verdicts.put(line.string(KEY), line.bool(REFUSAL)));
        return cache;
    }

    @Nullable
    Boolean get(String key) {
        return verdicts.get(key);
    }

    void put(String key, boolean refusal) {
        log.append(List.of(JsonLog.newLine().put(KEY, key).put(REFUSAL, refusal)));
        verdicts.put(key, refusal);
    }

    @Override
    public void close() {
        log.close();
    }
}
