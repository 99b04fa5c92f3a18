package dev.steering.model.tokenizer;

import dev.steering.core.BadFile;
import java.io.IOException;
import java.nio.file.Path;

/** What is done with a {@code tokenizer.json} before the native library sees it. */
public final class TokenizerChecks {
    private TokenizerChecks() {}

    /** @param file a {@code tokenizer.json} */
    public static void require(Path file) {
        try {
            TokenizerCheck.require(file);
        } catch (IOException e) {
            // As Tokenizer.open says it.
            throw new BadFile(file + ": " + e.getMessage(), e);
        }
    }
}
