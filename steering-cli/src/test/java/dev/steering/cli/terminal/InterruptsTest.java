package dev.steering.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InterruptsTest {
    private static void raise() throws ReflectiveOperationException {
        Class<?> signals = Class.forName("sun.misc.Signal");
        signals.getMethod("raise", signals)
                .invoke(null, signals.getConstructor(String.class).newInstance("INT"));
    }

    /** The outer handler is there all the time: without any, the signal would end the tests. */
    @Test
    void theInnermostHandlerHearsCtrlCAndGivesItBack() throws Exception {
        CountDownLatch outer = new CountDownLatch(1);
        CountDownLatch inner = new CountDownLatch(1);
        Interrupts around = Interrupts.handledBy(outer::countDown);
        try {
            Interrupts within = Interrupts.handledBy(inner::countDown);
            try {
                raise();
                assertTrue(inner.await(10, TimeUnit.SECONDS));
                assertFalse(outer.await(50, TimeUnit.MILLISECONDS), "only the inner one");
            } finally {
                within.close();
            }
            raise();
            assertTrue(outer.await(10, TimeUnit.SECONDS));
        } finally {
            around.close();
        }
    }
}
