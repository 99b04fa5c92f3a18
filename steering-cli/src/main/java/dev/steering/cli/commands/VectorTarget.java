package dev.steering.cli.commands;

import dev.steering.cli.terminal.ShellWord;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.vector.format.VectorFormat;
import dev.steering.core.vector.format.VectorFormats;
import java.nio.file.Path;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A format to write.
 *
 * @param format another tool's; null for this program's own vector file
 */
record VectorTarget(@Nullable VectorFormat format) {
    static final String OWN = "steer";
    static final String OWN_WORDS = "a vector file of this program";

    /**
     * @param file where a vector file of this program is to be written with -o
     * @throws WrongUsage if its name says that it is another tool's
     */
    static void requireOwn(Path file) {
        VectorFormat named = VectorFormats.ofEnding(file);
        if (named != null && named != VectorFormats.SAFETENSORS) {
            throw new WrongUsage("-o " + ShellWord.quoted(file) + ": what is written is " + OWN_WORDS
                    + ", and that name is " + named.words()
                    + "'s. Give it a name that ends in .safetensors; 'steer convert' makes the other of it.");
        }
    }

    /** All names of formats. */
    static final class Names extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Names() {
            VectorFormats.all().forEach(format -> add(format.name()));
            add(OWN);
        }
    }

    /** Formats by their names. */
    static final class Converter implements ITypeConverter<VectorTarget> {
        @Override
        public VectorTarget convert(String text) {
            if (text.equals(OWN)) {
                return new VectorTarget(null);
            }
            return VectorFormats.all().stream()
                    .filter(format -> format.name().equals(text))
                    .findFirst()
                    .map(VectorTarget::new)
                    .orElseThrow(() -> new TypeConversionException(
                            "expected one of " + String.join(", ", new Names()) + ", found '" + text + "'"));
        }
    }
}
