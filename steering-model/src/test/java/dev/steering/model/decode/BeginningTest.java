package dev.steering.model.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.steering.model.decode.Draft.Context;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.PassSteering.Projecting;
import dev.steering.model.pass.Schedule;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which contexts are read once. */
class BeginningTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final DirectionSet SET = DirectionSet.zero(3, 4);
    private static final int[] TOKENS = {5, 6, 7, 8};

    private static Beginning of(int[] tokens, @Nullable PassSteering steering) {
        return Beginning.of(new Context(tokens, steering), null);
    }

    private static PassSteering adding(DirectionSet set, Schedule schedule) {
        return PassSteering.adding(set, List.of(schedule));
    }

    private static void assertShared(boolean shared, Beginning a, Beginning b) {
        assertEquals(shared, a.equals(b));
        assertEquals(shared, b.equals(a));
        if (shared) {
            assertEquals(a.hashCode(), b.hashCode());
        }
    }

    @Test
    void theLastTokenDoesNotMatter() {
        assertShared(true, of(TOKENS, null), of(new int[] {5, 6, 7, 9}, null));
        assertShared(false, of(TOKENS, null), of(new int[] {5, 6, 9, 8}, null));
        assertShared(false, of(TOKENS, null), of(new int[] {5, 6, 7}, null));
        assertShared(true, of(new int[] {1}, null), of(new int[] {2}, null));
    }

    @Test
    void whatActsOnTheLastTokenOnlyLeavesTheBeginningAsItIs() {
        Beginning plain = of(TOKENS, null);
        Beginning late = of(TOKENS, adding(SET, Schedule.from(3, 2)));
        assertTrue(late.isUntouched());
        assertShared(true, plain, late);
        assertShared(true, late, of(TOKENS, adding(DirectionSet.zero(3, 4), Schedule.from(3, -1))));
        Beginning early = of(TOKENS, adding(SET, Schedule.from(2, 2)));
        assertFalse(early.isUntouched());
        assertShared(false, plain, early);
    }

    @Test
    void theSameStrengthsOfTheSameDirectionsAreShared() {
        Beginning early = of(TOKENS, adding(SET, Schedule.from(1, 2)));
        assertShared(true, early, of(TOKENS, adding(SET, (position, k) -> position < 1 ? 0f : position < 3 ? 2f : 9f)));
        assertShared(false, early, of(TOKENS, adding(SET, Schedule.from(2, 2))));
        assertShared(false, early, of(TOKENS, adding(SET, Schedule.from(1, 3))));
        assertShared(false, early, of(TOKENS, adding(DirectionSet.zero(3, 4), Schedule.from(1, 2))));
    }

    @Test
    void whatIsRemovedAndKeptCountsToo() {
        List<Schedule> everywhere = List.of(Schedule.everywhere(1));
        PassSteering nothing = adding(SET, Schedule.OFF);
        Beginning two = of(TOKENS, nothing.withProjection(new Projecting(SET, List.of(false), everywhere)));
        assertFalse(two.isUntouched());
        assertShared(true, two, of(TOKENS, nothing.withProjection(new Projecting(SET, List.of(false), everywhere))));
        assertShared(false, two, of(TOKENS, nothing.withProjection(new Projecting(SET, List.of(true), everywhere))));
        assertShared(false, two, of(TOKENS, adding(SET, Schedule.everywhere(1))));
        Beginning kept = of(TOKENS, nothing.withKeptNorms(everywhere));
        assertFalse(kept.isUntouched());
        assertShared(false, kept, of(TOKENS, nothing));
        assertShared(true, kept, of(TOKENS, nothing.withKeptNorms(everywhere)));
    }

    @Test
    void aProbeReadsTheWholePromptUnsteered() {
        PromptProbe probe = new PromptProbe() {
            @Override
            public int[] suffix() {
                return new int[0];
            }

            @Override
            public List<Capture> captures(int promptTokens) {
                return List.of();
            }

            @Override
            public Reading read(ForwardResult states, int row) {
                return new Reading() {};
            }
        };
        Beginning probed = Beginning.of(new Context(TOKENS, adding(SET, Schedule.everywhere(1))), probe);
        assertTrue(probed.isUntouched());
        assertEquals(probe, probed.probe());
        assertShared(true, probed, Beginning.of(new Context(TOKENS, null), probe));
        assertShared(false, probed, Beginning.of(new Context(new int[] {5, 6, 7, 9}, null), probe));
        assertNotEquals(probed, of(TOKENS, null));
    }

    /** A soft prompt's 40 directions on a prompt of 4096 tokens: once boxed, that took megabytes for each text. */
    @Test
    void longPromptsAndManyDirectionsAreNotCopied() {
        DirectionSet forty =
                DirectionSet.of(Collections.nCopies(40, new float[3][4]).toArray(float[][][]::new));
        Context context =
                new Context(new int[4096], adding(forty, (position, k) -> position == 4000 && k == 39 ? 1 : 0));
        Beginning first = Beginning.of(context, null);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Beginning second = Beginning.of(context, null);
        boolean same = first.equals(second);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(same);
        assertTrue(allocated < 2000, allocated + " bytes");
    }
}
