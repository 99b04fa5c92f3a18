package dev.steering.core.json;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * How JSON is read that people write: a key given twice, or something behind the end, would be left out without a word, and is refused
 * instead. Stateless and thread-safe.
 */
public final class StrictJson {
    /** Reads such JSON; not to be configured any further. */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictJson() {}
}
