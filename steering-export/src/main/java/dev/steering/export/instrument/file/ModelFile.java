package dev.steering.export.instrument.file;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.foreign.ForeignFile;
import dev.steering.core.foreign.ForeignModel;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX file as it lies on disk, checked to be whole. Embedded weights stay mapped: they are not copied to the heap.
 *
 * @param path the file
 * @param model its content, without attributes that it computes the same without, see {@code SpareAttributes}
 * @param asIs whether that is the file's whole content
 * @param weights where its weights are
 */
public record ModelFile(Path path, ModelProto model, boolean asIs, WeightTable weights) {
    /**
     * @param path an {@code .onnx} file
     * @return the model
     * @throws SteeringException if it cannot be read, is not an ONNX model, or its weights are not where it says
     */
    public static ModelFile open(Path path) {
        BadFile foreign = Files.isDirectory(path) ? folder(path) : foreign(path);
        if (foreign != null) {
            throw foreign;
        }
        if (!Files.isRegularFile(path)) {
            throw new BadFile("No ONNX file at " + path + ": expected a file such as model.onnx.");
        }
        ModelProto model = parse(path);
        if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
            throw new BadFile(path + " is not an ONNX model: it has no graph. Is the download complete?");
        }
        return new ModelFile(
                path,
                SpareAttributes.without(model),
                !SpareAttributes.in(model),
                WeightTable.of(path, model.getGraph()));
    }

    private static @Nullable BadFile foreign(Path path) {
        if (!Files.isRegularFile(path)) {
            return ForeignModel.at(path);
        }
        String what = ForeignFile.describe(path);
        return what == null ? null : new BadFile(path + " looks like " + what + ".");
    }

    private static BadFile folder(Path path) {
        for (Path where : List.of(path, path.resolve("onnx"))) {
            String[] graphs = where.toFile().list((folder, name) -> name.endsWith(".onnx"));
            if (graphs != null && graphs.length > 0) {
                Arrays.sort(graphs);
                return new BadFile(path + " is a folder: expected one of its ONNX files, such as "
                        + where.resolve(graphs[0]) + ".");
            }
        }
        BadFile foreign = ForeignModel.at(path);
        if (foreign == null) {
            foreign = new BadFile(path + " is a folder without an ONNX file: expected a file such as model.onnx."
                    + " A checkpoint in safetensors is exported instead.");
            foreign.withRemedy(Remedy.MAKE_BUNDLE);
        }
        return foreign;
    }

    /** @return the graph */
    public GraphProto graph() {
        return model.getGraph();
    }

    /** @return version of the standard operator set */
    public int opset() {
        return model.getOpsetImportList().stream()
                .filter(o -> o.getDomain().isEmpty() || o.getDomain().equals("ai.onnx"))
                .mapToInt(o -> (int) o.getVersion())
                .max()
                .orElse(0);
    }

    private static ModelProto parse(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new BadFile(path + " has " + channel.size() + " bytes; an ONNX file cannot be larger than"
                        + " 2 GiB. Weights of larger models are in files beside it.");
            }
            CodedInputStream in = UnsafeByteOperations.unsafeWrap(
                            channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()))
                    .newCodedInput();
            in.enableAliasing(true);
            return ModelProto.parseFrom(in);
        } catch (InvalidProtocolBufferException e) {
            throw new BadFile(
                    path + " is not an ONNX model, or is cut off: " + reason(e) + " Is the download complete?", e);
        } catch (IOException e) {
            throw new BadFile("Cannot read " + path + ": " + IoReason.of(e), e);
        }
    }

    private static String reason(InvalidProtocolBufferException e) {
        List<String> lines = String.valueOf(e.getMessage()).lines().toList();
        return lines.isEmpty() ? "" : lines.get(0);
    }
}
