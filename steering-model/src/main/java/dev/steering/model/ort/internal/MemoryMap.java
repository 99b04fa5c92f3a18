package dev.steering.model.ort.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where this process has memory, as Linux tells it; nowhere on other systems. Immutable. */
final class MemoryMap {
    private static final Path FILE = Path.of("/proc/self/maps");

    /** {@code begin-end rights offset device inode name}. */
    private static final Pattern LINE =
            Pattern.compile("(\\p{XDigit}+)-(\\p{XDigit}+) (\\S{4}) \\S+ \\S+ (\\d+)\\s*(.*)");

    private static final String PRIVATE_AND_WRITABLE = "rw-p";

    private static final int HEXADECIMAL = 16;

    /**
     * Addresses.
     *
     * @param begin the first
     * @param end the one behind the last
     */
    record Range(long begin, long end) {}

    private record Mapping(Range range, boolean data) {}

    private final List<Mapping> mappings;

    private MemoryMap(List<Mapping> mappings) {
        this.mappings = mappings;
    }

    static MemoryMap now() {
        try {
            return of(Files.readAllLines(FILE, StandardCharsets.ISO_8859_1));
        } catch (IOException | SecurityException e) {
            return new MemoryMap(List.of());
        }
    }

    /** @param lines of {@code /proc/PID/maps}; others are ignored */
    static MemoryMap of(List<String> lines) {
        List<Mapping> mappings = new ArrayList<>();
        for (String line : lines) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                String name = matcher.group(5);
                boolean data = matcher.group(3).equals(PRIVATE_AND_WRITABLE)
                        && matcher.group(4).equals("0")
                        && (name.isEmpty() || name.equals("[heap]"));
                mappings.add(new Mapping(new Range(address(matcher.group(1)), address(matcher.group(2))), data));
            }
        }
        mappings.sort(Comparator.comparingLong(mapping -> mapping.range().begin()));
        return new MemoryMap(List.copyOf(mappings));
    }

    private static long address(String digits) {
        return Long.parseUnsignedLong(digits, HEXADECIMAL);
    }

    /** Whether the system told nothing. */
    boolean isEmpty() {
        return mappings.isEmpty();
    }

    /**
     * Memory that was asked for in between: private, writable, of no file, and where the earlier map has nothing, not even what was
     * only reserved, as a virtual machine does for its heap.
     *
     * @param before an earlier map of the same process
     */
    List<Range> newSince(MemoryMap before) {
        List<Range> found = new ArrayList<>();
        for (Mapping mapping : mappings) {
            if (!mapping.data()) {
                continue;
            }
            long next = mapping.range().begin();
            for (Mapping old : before.mappings) {
                if (old.range().end() > next
                        && old.range().begin() < mapping.range().end()) {
                    add(found, next, old.range().begin());
                    next = old.range().end();
                }
            }
            add(found, next, mapping.range().end());
        }
        return found;
    }

    private static void add(List<Range> ranges, long begin, long end) {
        if (end > begin) {
            ranges.add(new Range(begin, end));
        }
    }
}
