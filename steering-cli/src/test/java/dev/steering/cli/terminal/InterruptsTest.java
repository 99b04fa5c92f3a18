package dev.steering.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InterruptsTest {
    private static void raise() throws ReflectiveOperationException {
        Class<?> signals = Class.forName("sun.misc.Signal");
        signals.getMethod("raise", signals)
                .invoke(null, signals.getConstructor(String.class).newInstance("INT"));
    }

    /** A process that was started in the background with Ctrl-C ignored keeps ignoring it, and the virtual machine lets it be so. */
    private static boolean ctrlCIsIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return false;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 0b10) != 0);
    }

    /** The outer handler is there all the time: without any, the signal would end the tests. */
    @Test
    void theInnermostHandlerHearsCtrlCAndGivesItBack() throws Exception {
        assumeFalse(ctrlCIsIgnored(), "these tests run with Ctrl-C ignored, as with nohup and & in a script");
        CountDownLatch outer = new CountDownLatch(1);
        CountDownLatch inner = new CountDownLatch(1);
        Interrupts around = Interrupts.handledBy(outer::countDown);
        try {
            Interrupts within = Interrupts.handledBy(inner::countDown);
            try {
                raise();
                assertTrue(inner.await(2, TimeUnit.MINUTES));
                assertFalse(outer.await(50, TimeUnit.MILLISECONDS), "only the inner one");
            } finally {
                within.close();
            }
            raise();
            assertTrue(outer.await(2, TimeUnit.MINUTES));
        } finally {
            around.close();
        }
    }
}
