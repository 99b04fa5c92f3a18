package dev.steering.fuzz;

import com.sun.management.ThreadMXBean;
import dev.steering.core.SteeringException;
import dev.steering.core.files.OutputRule;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.core.vector.format.ReadingOptions;
import dev.steering.core.vector.format.ReadingOptions.Keep;
import dev.steering.core.vector.format.ReadingOptions.Source;
import dev.steering.core.vector.format.VectorExport;
import dev.steering.core.vector.format.VectorFiles;
import dev.steering.core.vector.format.VectorFormat;
import dev.steering.export.inspect.Inspector;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Vectors of other tools: whole files to damage, and what is read of damaged ones. */
final class OtherVectors {
    /** What reading may take beside a multiple of the file: windows, what the parsers need once, what the fuzzer counts. */
    private static final long BESIDE = 48L << 20;

    private static final long MULTIPLE = 64;

    private OtherVectors() {}

    /** Of a vector with all layers, and of one without some. */
    static List<byte[]> seeds(VectorFormat format) throws IOException {
        float[] values = new float[12];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i + 1) * (i % 2 == 0 ? 1 : 1e-20f);
        }
        SteeringVector whole = SteeringVector.of(LayerMatrix.of(3, 4, values), Provenance.elsewhere("llama", "repeng"))
                .withScale(VectorScale.RAW);
        SteeringVector some = whole.withOrigin(new VectorOrigin("gguf", "repeng", List.of(1, 2), true, null));
        Path file = StrangersFile.newDirectory().resolve("seed." + format.name());
        List<byte[]> seeds = new ArrayList<>();
        for (SteeringVector vector : List.of(whole, some)) {
            VectorExport.to(format).write(file, vector, OutputRule.STANDARD);
            seeds.add(Files.readAllBytes(file));
        }
        if (format == VectorFormat.NPY) {
            String text = new String(seeds.get(0), StandardCharsets.ISO_8859_1);
            seeds.add(text.replace("'<f4', 'fortran_order': False", "'>f4', 'fortran_order': True ")
                    .getBytes(StandardCharsets.ISO_8859_1));
            seeds.add(text.replace("'<f4'", "'<f2'").replace("(3, 4)", "(6, 4)").getBytes(StandardCharsets.ISO_8859_1));
        }
        return seeds;
    }

    /** Reads it with everything that may be known of it, and says what it is. */
    static void read(Path file) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            open(file, ReadingOptions.NONE);
            open(file, new ReadingOptions(null, null, 1));
            open(file, new ReadingOptions(null, Keep.EFFECT, null));
            open(file, new ReadingOptions(Source.LLAMA_CPP_GENERATOR, Keep.MEANING, null));
        } finally {
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            if (allocated > BESIDE + MULTIPLE * file.toFile().length()) {
                throw new AssertionError(allocated + " bytes for a file of " + file.toFile().length());
            }
        }
        Inspector.inspect(file);
    }

    /** Options that do not fit a file are refused; what is wrong with the file itself the first reading has thrown. */
    private static void open(Path file, ReadingOptions options) {
        try {
            VectorFiles.open(file, 6, options);
        } catch (SteeringException e) {
            if (options.equals(ReadingOptions.NONE)) {
                throw e;
            }
        }
    }
}
