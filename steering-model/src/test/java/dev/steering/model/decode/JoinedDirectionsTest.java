package dev.steering.model.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.model.decode.JoinedDirections.Part;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.Schedule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Direction sets side by side, and for how long. */
class JoinedDirectionsTest {
    private final Part a = part(1);
    private final Part b = part(2, 3);
    private final Part c = part(4);
    private final JoinedDirections joined = new JoinedDirections();

    /** One direction for each value, which it has everywhere. */
    private static Part part(float... values) {
        float[][][] directions = new float[values.length][][];
        for (int k = 0; k < values.length; k++) {
            directions[k] = new float[][] {{values[k], values[k]}, {-values[k], -values[k]}};
        }
        return new Part(DirectionSet.of(directions), List.of());
    }

    private static float value(DirectionSet set, int point, int direction) {
        return set.buffer().get((point * set.count() + direction) * set.hidden());
    }

    @Test
    void everyPartHasItsPlace() {
        joined.hold(List.of(a, b));
        assertEquals(3, joined.whole().count());
        for (int k = 0; k < 3; k++) {
            assertEquals(k + 1, value(joined.whole(), 0, k));
            assertEquals(-k - 1, value(joined.whole(), 1, k));
        }
        Schedule schedule = joined.schedule(b, List.of((position, k) -> 10 * position + k));
        assertEquals(0, schedule.strength(7, 0));
        assertEquals(70, schedule.strength(7, 1));
        assertEquals(71, schedule.strength(7, 2));
        assertEquals(0, joined.schedule(b, List.of()).strength(7, 1));
    }

    @Test
    void aSingleSetIsNotCopied() {
        joined.hold(List.of(b));
        assertSame(b.directions(), joined.whole());
    }

    @Test
    void whatIsHeldStaysWhileItIsNotMuchMoreThanWhatIsWanted() {
        joined.hold(List.of(a, b, c));
        DirectionSet all = joined.whole();
        joined.hold(List.of(c, b));
        assertSame(all, joined.whole(), "4 directions where 3 are wanted");
        assertEquals(1, joined.schedule(c, List.of(Schedule.everywhere(1))).strength(0, 3));
        joined.hold(List.of(c, a));
        assertSame(all, joined.whole(), "4 where 2 are wanted");
        joined.hold(List.of(c));
        assertEquals(2, joined.whole().count(), "4 where 1 is wanted: c, and a beside it");
    }

    @Test
    void whatWasWantedBeforeIsTakenAlongWhereThereIsRoom() {
        joined.hold(List.of(a, c));
        joined.hold(List.of(b, c));
        DirectionSet all = joined.whole();
        assertEquals(4, all.count());
        assertEquals(1, value(all, 0, 3), "a, behind b and c");
        joined.hold(List.of(a, b));
        assertSame(all, joined.whole());
        Part d = part(5, 6, 7, 8);
        joined.hold(List.of(d));
        assertNotSame(all, joined.whole());
        assertEquals(8, joined.whole().count(), "all the others beside it");
    }

    @Test
    void sidesDistinguishWhatIsRemoved() {
        Part oneSided = new Part(a.directions(), List.of(true));
        Part twoSided = new Part(a.directions(), List.of(false));
        joined.hold(List.of(oneSided, twoSided));
        assertEquals(List.of(true, false), joined.oneSided());
        assertEquals(
                1, joined.schedule(twoSided, List.of(Schedule.everywhere(1))).strength(0, 1));
        assertEquals(
                0, joined.schedule(twoSided, List.of(Schedule.everywhere(1))).strength(0, 0));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> joined.schedule(c, List.of(Schedule.OFF)));
        assertEquals("a direction set that was not joined", e.getMessage());
    }
}
