package dev.steering.core.vector.format;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The formats of other tools. Stateless and thread-safe. */
public final class VectorFormats {
    /** GGUF control vectors of repeng, llama.cpp and EasySteer. */
    public static final VectorFormat GGUF = new GgufFormat();

    /** A NumPy array. */
    public static final VectorFormat NPY = new NpyFormat();

    /** A NumPy archive. */
    public static final VectorFormat NPZ = new NpzFormat();

    /** IBM's activation-steering. */
    public static final VectorFormat SVEC = new SvecFormat();

    /** Tensors by layer in a safetensors file without a description. */
    public static final VectorFormat SAFETENSORS = new PlainSafetensors();

    /** JSON, as docs/formats.md describes it. */
    public static final VectorFormat JSON = new JsonVectorFormat();

    private VectorFormats() {}

    /** @return all of them */
    public static List<VectorFormat> all() {
        return List.of(GGUF, SAFETENSORS, NPZ, NPY, SVEC, JSON);
    }

    /**
     * @param file a file's name
     * @return the format that its ending stands for; null if for none
     */
    public static @Nullable VectorFormat ofEnding(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return all().stream()
                .filter(format -> name.endsWith("." + format.name()))
                .findFirst()
                .orElse(null);
    }
}
