package dev.steering.langchain4j;

import org.junit.jupiter.api.Tag;

/** With the test of cancelling, which waits for half a minute. */
@Tag("slow")
class StreamingContractSlowTest extends StreamingContractTest {
    @Override
    protected boolean supportsStreamingCancellation() {
        return true;
    }
}
