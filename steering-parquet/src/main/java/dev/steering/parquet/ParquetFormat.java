package dev.steering.parquet;

import dev.steering.core.prompts.rows.RowFormat;
import dev.steering.core.prompts.rows.RowSource;
import java.nio.file.Path;
import java.util.Set;

/** The service that reads {@code .parquet}. Stateless and thread-safe. */
public final class ParquetFormat implements RowFormat {
    /** For the service loader. */
    public ParquetFormat() {}

    @Override
    public Set<String> endings() {
        return Set.of("parquet");
    }

    @Override
    public RowSource open(Path file) {
        return ParquetRows.open(file);
    }
}
