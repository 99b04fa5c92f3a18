package dev.steering.export.inspect;

import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a file looks like from its first bytes; its name decides only between ONNX and the unknown. */
enum FileKind {
    SAFETENSORS,
    ONNX,
    OTHER;

    private static final int LOOKED_AT = 512;
    private static final int SAFETENSORS_LENGTH = 8;
    private static final long LARGEST_HEADER = 100_000_000;
    private static final String PICKLE =
            "a PyTorch file (Python pickle). Save the model as safetensors, or export it to ONNX";

    /** Kinds of files by the bytes that they begin with, read as ISO 8859-1. */
    private static final Map<String, String> MAGIC = magic();

    private static Map<String, String> magic() {
        Map<String, String> magic = new LinkedHashMap<>();
        magic.put("GGUF", "a GGUF file of llama.cpp. Fetch the model's original safetensors checkpoint instead");
        magic.put(
                "PK\u0003\u0004", "a zip archive, as PyTorch writes .pt and .bin files. Save the model as safetensors");
        magic.put("\u0080\u0002", PICKLE);
        magic.put("\u0080\u0003", PICKLE);
        magic.put("\u0080\u0004", PICKLE);
        magic.put("\u0080\u0005", PICKLE);
        magic.put("\u0089HDF", "an HDF5 file, as Keras writes. Save the model as safetensors, or export it to ONNX");
        magic.put("\u0093NUMPY", "a NumPy array. Expected a vector in a safetensors file");
        magic.put("\u001f\u008b", "a gzip archive. Unpack it first");
        magic.put("version https://git-lfs", "a Git LFS pointer instead of the file itself. Run 'git lfs pull'");
        return magic;
    }

    static FileKind of(Path file) {
        byte[] start = start(file);
        String description = foreign(start);
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

    private static @Nullable String foreign(byte[] start) {
        String text = new String(start, StandardCharsets.ISO_8859_1);
        if (text.startsWith("ORTM", 4)) {
            return "a model in ONNX Runtime's own format (.ort). Use the .onnx file that it was made from";
        }
        for (Map.Entry<String, String> magic : MAGIC.entrySet()) {
            if (text.startsWith(magic.getKey())) {
                return magic.getValue();
            }
        }
        return null;
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
            throw new BadFile("There is nothing at " + file + ".", e);
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e), e);
        }
    }
}
