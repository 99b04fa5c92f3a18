package dev.steering.core.foreign;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Files of other programs by their first bytes. Stateless and thread-safe. */
public final class ForeignFile {
    private static final int LOOKED_AT = 64;
    private static final String PICKLE = "a PyTorch file (Python pickle). Save the model as safetensors (in Python:"
            + " save_pretrained), or export it to ONNX";

    /** By the bytes that they begin with, read as ISO 8859-1. */
    private static final Map<String, String> MAGIC = magic();

    private ForeignFile() {}

    private static Map<String, String> magic() {
        Map<String, String> magic = new LinkedHashMap<>();
        magic.put(
                "GGUF", "a GGUF file of llama.cpp. A model in it has to be exported first, which makes a bundle of it");
        magic.put("ggml", "an old GGML file of llama.cpp. Fetch the model's original safetensors checkpoint instead");
        magic.put(
                "PK\u0003\u0004",
                "a zip archive, as PyTorch writes .pt and .bin files. Save the model as safetensors (in Python:"
                        + " save_pretrained), or unpack the archive");
        magic.put("\u0080\u0002", PICKLE);
        magic.put("\u0080\u0003", PICKLE);
        magic.put("\u0080\u0004", PICKLE);
        magic.put("\u0080\u0005", PICKLE);
        magic.put("\u0089HDF", "an HDF5 file, as Keras writes. Save the model as safetensors, or export it to ONNX");
        magic.put("\u0093NUMPY", "a NumPy array");
        magic.put("\u001f\u008b", "a gzip archive. Unpack it first");
        magic.put("\u00fd7zXZ", "an xz archive. Unpack it first");
        magic.put("(\u00b5/\u00fd", "a zstandard archive. Unpack it first");
        magic.put("version https://git-lfs", "a Git LFS pointer instead of the file itself. Run 'git lfs pull'");
        magic.put("<!DOCTYPE", "a web page instead of the file itself. Download it again");
        magic.put("<html", "a web page instead of the file itself. Download it again");
        return magic;
    }

    /**
     * @param start the first bytes of a file, a few dozen of them
     * @return what it is and what to do, without a full stop; null if it is nothing that is known here
     */
    public static @Nullable String describe(byte[] start) {
        if (beginsAsSafetensors(start)) {
            return null;
        }
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

    /** Eight bytes of length, which may look like anything (640 is how a pickle begins), and a JSON object. */
    private static boolean beginsAsSafetensors(byte[] start) {
        return start.length > 8 && start[8] == '{' && start[4] == 0 && start[5] == 0 && start[6] == 0 && start[7] == 0;
    }

    /**
     * @param file a file
     * @return what it is and what to do, without a full stop; null if it is nothing that is known here or cannot be read
     */
    public static @Nullable String describe(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (name.endsWith(".incomplete")) {
            return "a download that is not complete. Download it again";
        }
        try (InputStream in = Files.newInputStream(file)) {
            return describe(in.readNBytes(LOOKED_AT));
        } catch (IOException e) {
            return null;
        }
    }
}
