package dev.steering.export;

import dev.steering.core.ProgressListener;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.Part;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of a bundle with copies of matrices that the graph reads as one and that lie apart in the checkpoint's files, one behind the
 * other here: queries, keys and values. Only graphs read it, and only these matrices; whoever wants a tensor by its name finds it in the
 * checkpoint's files. Gates and ups that lie apart stay so: they would be half of the weights, and one product of floats instead of two
 * gains next to nothing there, where no attention takes it as it comes.
 */
final class JoinedWeights extends OneFileWeights {
    /** Name of the file, unless a weight file of the checkpoint has it. */
    static final String FILE = "joined.safetensors";

    /** Key of the file's metadata by which it is told from the weight files of a checkpoint. */
    private static final String MARK = "steering.joined";

    private JoinedWeights(String name, SafetensorsFile file) {
        super(name, file);
    }

    /**
     * @param spec a decoder
     * @param used what its graph reads
     * @return the matrices that are copied, those of one product each
     */
    static List<List<TensorInfo>> stacks(DecoderSpec spec, UsedTensors used) {
        Set<String> queries = IntStream.range(0, spec.layers().size())
                .mapToObj(layer -> spec.names().of(Part.QUERY, layer) + ".weight")
                .collect(Collectors.toSet());
        Set<String> taken = new HashSet<>();
        List<List<TensorInfo>> stacks = new ArrayList<>();
        for (List<TensorInfo> stack : used.apart()) {
            boolean alike = stack.stream().map(TensorInfo::dtype).distinct().count() == 1;
            // Of layers that share matrices, one copy does for all.
            boolean isNew = stack.stream().map(TensorInfo::name).noneMatch(taken::contains);
            if (alike && isNew && queries.contains(stack.get(0).name())) {
                stack.forEach(tensor -> taken.add(tensor.name()));
                stacks.add(stack);
            }
        }
        return stacks;
    }

    /** How many bytes of weights are copied. */
    static long bytes(List<List<TensorInfo>> stacks) {
        return stacks.stream()
                .flatMap(List::stream)
                .mapToLong(TensorInfo::bytes)
                .sum();
    }

    /**
     * @param stacks of {@link #stacks}
     * @param directory the bundle
     * @return the file; null, and no file, if there is nothing to copy
     */
    static @Nullable JoinedWeights write(
            Checkpoint checkpoint, List<List<TensorInfo>> stacks, Path directory, ProgressListener progress)
            throws IOException {
        if (stacks.isEmpty()) {
            return null;
        }
        TensorLayout layout = new TensorLayout();
        layout.metadata(MARK, "copies of matrices that one product reads");
        for (List<TensorInfo> stack : stacks) {
            stack.forEach(layout::add);
            layout.together(stack.stream().map(TensorInfo::name).toList());
        }
        String name = freeName(checkpoint.fileNames());
        Path path = directory.resolve(name);
        try (FileChannel out = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            layout.writeHeader(out);
            // From the file's beginning to its end, as it grows.
            List<TensorInfo> tensors = stacks.stream()
                    .flatMap(List::stream)
                    .sorted(Comparator.comparingLong(tensor -> layout.offset(tensor.name())))
                    .toList();
            int done = 0;
            for (TensorInfo tensor : tensors) {
                progress.onProgress("joining weights", done++, tensors.size());
                QuantizedWeights.copy(checkpoint.fileOf(tensor.name()), tensor, layout.offset(tensor.name()), out);
            }
            progress.onProgress("joining weights", tensors.size(), tensors.size());
        }
        return new JoinedWeights(name, SafetensorsFile.open(path));
    }

    private static String freeName(List<String> taken) {
        // Some file systems do not tell cases apart.
        Set<String> names =
                taken.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        String name = FILE;
        for (int i = 2; names.contains(name); i++) {
            name = "joined-" + i + ".safetensors";
        }
        return name;
    }

    /**
     * @param file a safetensors file of a bundle
     * @return whether it is such a file, and none of the checkpoint's
     */
    static boolean is(Path file) {
        return SafetensorsFile.open(file).metadata().containsKey(MARK);
    }

    @Override
    public Optional<Matrix> stacked(List<String> names, List<Long> out, long in) {
        return names.stream().allMatch(this::has) ? super.stacked(names, out, in) : Optional.empty();
    }
}
