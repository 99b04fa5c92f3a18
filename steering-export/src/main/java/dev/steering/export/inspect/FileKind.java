package dev.steering.export.inspect;

import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.foreign.ForeignFile;
import dev.steering.core.foreign.ForeignModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** What a file looks like from its first bytes; its name decides only between ONNX and the unknown. */
enum FileKind {
    SAFETENSORS,
    ONNX,
    OTHER;

    private static final int LOOKED_AT = 512;
    private static final int SAFETENSORS_LENGTH = 8;
    private static final long LARGEST_HEADER = 100_000_000;

    static FileKind of(Path file) {
        byte[] start = start(file);
        String description = ForeignFile.describe(start);
        if (description != null) {
            throw new BadFile(file + " looks like " + description + ".");
        }
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (name.endsWith(".safetensors") || looksLikeSafetensors(start)) {
            return SAFETENSORS;
        }
        // A protocol buffer has no magic; every ONNX file begins with its version, field 1.
        return name.endsWith(".onnx") || (start.length > 1 && start[0] == 0x08 && start[1] < 0x20) ? ONNX : OTHER;
    }

    /** What a file of no kind of ours looks like, for the message. */
    static String describe(Path file) {
        byte[] start = start(file);
        if (start.length == 0) {
            return "an empty file";
        }
        for (byte b : start) {
            if (b >= 0 && b < 0x20 && b != '\n' && b != '\r' && b != '\t') {
                return "binary data of an unknown kind";
            }
        }
        return start[0] == '{' || start[0] == '[' ? "JSON" : "text";
    }

    private static boolean looksLikeSafetensors(byte[] start) {
        if (start.length <= SAFETENSORS_LENGTH || start[SAFETENSORS_LENGTH] != '{') {
            return false;
        }
        long header = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
        return header > 0 && header <= LARGEST_HEADER;
    }

    private static byte[] start(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(LOOKED_AT);
        } catch (NoSuchFileException e) {
            BadFile foreign = ForeignModel.at(file);
            if (foreign != null) {
                throw foreign;
            }
            throw new BadFile("There is nothing at " + file + ".", e);
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e), e);
        }
    }
}
