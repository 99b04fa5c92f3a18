package dev.steering.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizerConfigFuzzTest {
    static List<byte[]> seeds() throws IOException {
        return Reader.TOKENIZER_CONFIG.seeds();
    }

    @MethodSource("seeds")
    @FuzzTest
    void isReadOrRefusedInWords(byte[] content) {
        Reader.TOKENIZER_CONFIG.check(content);
    }
}
