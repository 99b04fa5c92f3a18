package dev.steering.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

class ResponseArrayFuzzTest {
    static List<byte[]> seeds() throws IOException {
        return Reader.RESPONSE_ARRAY.seeds();
    }

    @MethodSource("seeds")
    @FuzzTest
    void isReadOrRefusedInWords(byte[] content) {
        Reader.RESPONSE_ARRAY.check(content);
    }
}
