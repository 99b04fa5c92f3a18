package dev.steering.eval.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.RunLock;
import dev.steering.core.SteeringException;
import dev.steering.core.json.JsonDocument;
import dev.steering.core.json.JsonFields;
import dev.steering.core.json.UnknownKeys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A file of JSON lines that only grows, and survives being killed at any point.
 *
 * <p>Every append is forced to the disk before it returns. A process that is killed in between leaves at most an incomplete last line,
 * which the next {@link #open} cuts off; damage anywhere else is an error. A second run that opens it, in this process or another one,
 * is refused ({@link RunLock}). A log that somebody deletes or replaces while it is open is an error at the next append. Thread-safe.
 */
public final class JsonLog implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final RunLock lock;
    private final FileChannel channel;
    private final @Nullable Object key;
    private final List<ObjectNode> found;

    private JsonLog(Path file, RunLock lock, FileChannel channel, @Nullable Object key, List<ObjectNode> found) {
        this.file = file;
        this.lock = lock;
        this.channel = channel;
        this.key = key;
        this.found = List.copyOf(found);
    }

    /**
     * Opens a log to go on with it, creating it if it is not there.
     *
     * @param file the file; its directory must exist
     * @return the log, with what it held
     * @throws SteeringException if it cannot be opened, another process has it open, or a line before the last is damaged
     */
    public static JsonLog open(Path file) {
        RunLock lock = RunLock.beside(file);
        FileChannel channel = null;
        JsonLog log = null;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            byte[] bytes = Files.readAllBytes(file);
            List<ObjectNode> lines = new ArrayList<>();
            int end = parse(file, bytes, lines);
            channel.truncate(end);
            channel.position(end);
            log = new JsonLog(file, lock, channel, key(file), lines);
            return log;
        } catch (IOException e) {
            throw failed(file, e);
        } finally {
            if (log == null) {
                closeQuietly(channel);
                lock.close();
            }
        }
    }

    private static @Nullable Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /** Takes the whole lines; returns where the last of them ends. */
    private static int parse(Path file, byte[] bytes, List<ObjectNode> lines) {
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                ObjectNode object = object(bytes, start, i - start);
                if (object == null) {
                    throw new BadFile(file + ", line " + (lines.size() + 1)
                            + " is damaged: expected a JSON object. Delete the line, or the file to start again.");
                }
                lines.add(object);
                start = i + 1;
            }
        }
        return start;
    }

    private static @Nullable ObjectNode object(byte[] bytes, int start, int length) {
        try {
            JsonNode node = JSON.readTree(bytes, start, length);
            return node instanceof ObjectNode object ? object : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** @return an empty object to fill and append */
    public static ObjectNode newLine() {
        return JSON.createObjectNode();
    }

    /** @return what the log held when it was opened, in order */
    public List<ObjectNode> found() {
        return found;
    }

    /**
     * Reads what the log held when it was opened.
     *
     * @param <T> what a line is
     * @param read reads a line
     * @return what was read, in order
     * @throws SteeringException naming file, line and key if something is missing or of another kind: nothing is made up for it
     */
    public <T> List<T> read(Function<JsonFields, T> read) {
        List<T> values = new ArrayList<>();
        for (ObjectNode line : found) {
            String place = file + ", line " + (values.size() + 1);
            values.add(JsonDocument.whole(place, "line of a run's state", UnknownKeys.IGNORE)
                    .read(line, read));
        }
        return values;
    }

    /**
     * Appends lines; when it returns they are on the disk.
     *
     * @param lines one object each
     * @throws SteeringException if they cannot be written
     */
    public synchronized void append(List<ObjectNode> lines) {
        StringBuilder text = new StringBuilder();
        for (ObjectNode line : lines) {
            text.append(text(line)).append('\n');
        }
        ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
            requireInPlace();
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /**
     * @param line an object
     * @return its JSON on one line
     */
    public static String text(ObjectNode line) {
        try {
            return JSON.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers could not be written", e);
        }
    }

    private static SteeringException failed(Path file, IOException e) {
        return new BadFile(
                "Cannot keep the run's state in " + file + ": " + IoReason.of(e)
                        + ". Choose a directory that may be written to and has room.",
                e);
    }

    private void requireInPlace() throws IOException {
        if (!Files.exists(file) || !Objects.equals(key, key(file))) {
            throw new BadFile(file + " was deleted, moved or replaced while the run was writing to it: what it held is"
                    + " lost. Leave the directory alone and run again.");
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // The failure that brought us here matters more.
            }
        }
    }

    @Override
    public synchronized void close() {
        closeQuietly(channel);
        lock.close();
    }
}
