package dev.steering.model.ort.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.model.ort.internal.MemoryMap.Range;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class MemoryMapTest {
    private static final List<String> BEFORE = List.of(
            "55d0c0000000-55d0c0200000 rw-p 00000000 00:00 0                          [heap]",
            "7f0000000000-7f0000100000 rw-p 00000000 00:00 0 ",
            "7f0000100000-7f0004000000 ---p 00000000 00:00 0 ",
            "7f0010000000-7f0010100000 r--p 00000000 fd:00 1234                       /usr/lib/libc.so.6");

    @Test
    void whatIsNewIsPrivateWritableOfNoFileAndWasNotReservedBefore() {
        MemoryMap now = MemoryMap.of(List.of(
                // Grown at its end: only that is new.
                "55d0c0000000-55d0c0a00000 rw-p 00000000 00:00 0                          [heap]",
                // Of what was reserved before.
                "7f0000000000-7f0000300000 rw-p 00000000 00:00 0 ",
                "7f0000300000-7f0004000000 ---p 00000000 00:00 0 ",
                // New on both sides of a library.
                "7f000f000000-7f0011000000 rw-p 00000000 00:00 0",
                "7f0020000000-7f0020400000 rw-p 00000000 fd:00 99                         /tmp/file",
                "7f0030000000-7f0030400000 rw-s 00000000 00:00 0 ",
                "7f0040000000-7f0040400000 r--p 00000000 00:00 0 ",
                "7ffd00000000-7ffd00400000 rw-p 00000000 00:00 0                          [stack]",
                "no line of a map"));
        assertEquals(
                List.of(
                        new Range(0x55d0c0200000L, 0x55d0c0a00000L),
                        new Range(0x7f000f000000L, 0x7f0010000000L),
                        new Range(0x7f0010100000L, 0x7f0011000000L)),
                now.newSince(MemoryMap.of(BEFORE)));
        assertTrue(now.newSince(now).isEmpty());
        assertFalse(now.isEmpty());
        assertTrue(MemoryMap.of(List.of()).isEmpty(), "as where the system tells nothing");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisProcessHasMemory() {
        List<Range> all = MemoryMap.now().newSince(MemoryMap.of(List.of()));
        assertTrue(all.stream().mapToLong(range -> range.end() - range.begin()).sum() > 1 << 20, all.toString());
    }
}
