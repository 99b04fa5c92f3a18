package dev.steering.core.foreign;

import dev.steering.core.BadFile;
import dev.steering.core.Remedy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Recognises what people give where a model is expected: adapters, caches of the Hugging Face hub and names on it, files of other
 * programs, quantised weights, encoders, and downloads that are not complete. Looks at names and first bytes only. Stateless and
 * thread-safe.
 */
public final class ForeignModel {
    private static final Pattern HUB_ADDRESS =
            Pattern.compile("(?:https?:/+)?(?:huggingface\\.co|hf\\.co)/([^/]+/[^/]+).*|hf:/+(.+)");
    private static final Pattern HUB_NAME = Pattern.compile("[A-Za-z0-9][\\w.-]*/[A-Za-z0-9][\\w.-]*");

    private ForeignModel() {}

    /**
     * To be asked when a path is not what was expected there.
     *
     * @param path where a bundle, a checkpoint or a graph was expected
     * @return what to tell the user instead; null if it is nothing that is known here
     */
    public static @Nullable BadFile at(Path path) {
        if (Files.isDirectory(path)) {
            return ForeignDirectory.recognise(path);
        }
        if (Files.isRegularFile(path)) {
            return file(path);
        }
        return Files.isSymbolicLink(path) ? brokenLink(path) : hubName(path);
    }

    private static @Nullable BadFile file(Path path) {
        String what = ForeignFile.describe(path);
        if (what != null) {
            BadFile error = new BadFile(path + " looks like " + what + ".");
            if (what.startsWith("a GGUF")) {
                error.withRemedy(Remedy.MAKE_BUNDLE);
            }
            return error;
        }
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        if (name.endsWith(".onnx")) {
            BadFile onnx = new BadFile(
                    path + " is an ONNX file: it has to be instrumented first, which makes a bundle of it.");
            onnx.withRemedy(Remedy.INSTRUMENT_ONNX);
            return onnx;
        }
        boolean part = name.endsWith(".safetensors") || name.endsWith(".json");
        return part ? new BadFile(path + " is a file of a model: expected the folder that it lies in.") : null;
    }

    /** A cache of the hub links its files: a link without its file is a download that is not complete. */
    private static BadFile brokenLink(Path path) {
        return new BadFile(
                path + " is a link to a file that is not there. Is the download complete? Download it again.");
    }

    private static @Nullable BadFile hubName(Path path) {
        String text = path.toString().replace('\\', '/');
        Matcher address = HUB_ADDRESS.matcher(text);
        String name = text;
        if (address.matches()) {
            name = address.group(1) != null ? address.group(1) : address.group(2);
        } else if (!HUB_NAME.matcher(text).matches() || isInExistingFolder(path)) {
            return null;
        }
        return new BadFile(
                "There is nothing at " + path + ", which looks like a model's name on the Hugging Face hub. Nothing is"
                        + " downloaded here: fetch the model first ('hf download " + name
                        + "' prints the folder that it lies in) and give that folder.");
    }

    /** {@code models/llama} where there is a folder {@code models} is a slip of the pen and no name on the hub. */
    private static boolean isInExistingFolder(Path path) {
        Path parent = path.getParent();
        return parent != null && Files.exists(parent);
    }
}
