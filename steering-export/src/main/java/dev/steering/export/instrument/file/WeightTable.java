package dev.steering.export.instrument.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.steering.core.BadFile;
import dev.steering.core.FileNames;
import dev.steering.core.IoReason;
import dev.steering.core.SteeringException;
import dev.steering.core.safetensors.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where an ONNX file's weights are, every declared size checked against what is there: a hostile or cut-off file must not make
 * anybody allocate what it only claims to hold.
 *
 * @param externalFiles paths relative to the model's directory, sorted
 * @param embeddedBytes bytes inside the file
 * @param externalBytes bytes in the external files
 */
public record WeightTable(List<String> externalFiles, long embeddedBytes, long externalBytes) {
    public WeightTable {
        externalFiles = List.copyOf(externalFiles);
    }

    static WeightTable of(Path model, GraphProto graph) {
        Collector collector = new Collector(model);
        collector.graph(graph);
        return new WeightTable(List.copyOf(collector.files), collector.embedded, collector.external);
    }

    /** Walks over a graph and its subgraphs. */
    private static final class Collector {
        private final Path model;
        private final Path directory;
        private final Set<String> files = new TreeSet<>();
        private long embedded;
        private long external;

        Collector(Path model) {
            this.model = model;
            Path parent = model.toAbsolutePath().normalize().getParent();
            this.directory = parent == null ? Path.of("/") : parent;
        }

        void graph(GraphProto graph) {
            graph.getInitializerList().forEach(this::tensor);
            for (NodeProto node : graph.getNodeList()) {
                for (AttributeProto attribute : node.getAttributeList()) {
                    if (attribute.hasT()) {
                        tensor(attribute.getT());
                    }
                    if (attribute.hasG()) {
                        graph(attribute.getG());
                    }
                    attribute.getTensorsList().forEach(this::tensor);
                    attribute.getGraphsList().forEach(this::graph);
                }
            }
        }

        private void tensor(TensorProto tensor) {
            long elements = elements(tensor);
            long bytes = DType.ofOnnx(tensor.getDataType())
                    .map(type -> type.bytes(elements))
                    .orElse(-1L);
            if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
                external += bytes;
                external(tensor, bytes);
            } else {
                embedded += bytes;
                embedded(tensor, bytes);
            }
        }

        private long elements(TensorProto tensor) {
            long elements = 1;
            for (long size : tensor.getDimsList()) {
                if (size < 0) {
                    throw damaged(tensor, "has a negative size: " + tensor.getDimsList());
                }
                try {
                    elements = Math.multiplyExact(elements, size);
                } catch (ArithmeticException e) {
                    throw damaged(tensor, "claims to be " + tensor.getDimsList() + ", more than there can be");
                }
            }
            return elements;
        }

        private void embedded(TensorProto tensor, long bytes) {
            long typed = (long) tensor.getFloatDataCount()
                    + tensor.getInt32DataCount()
                    + tensor.getInt64DataCount()
                    + tensor.getDoubleDataCount()
                    + tensor.getUint64DataCount()
                    + tensor.getStringDataCount();
            boolean raw = tensor.hasRawData();
            if (bytes >= 0 && raw && tensor.getRawData().size() != bytes) {
                throw damaged(
                        tensor,
                        "claims to be " + tensor.getDimsList() + ", " + bytes + " bytes, but holds "
                                + tensor.getRawData().size());
            }
            if (!raw && bytes > 0 && typed == 0) {
                throw damaged(tensor, "claims to be " + tensor.getDimsList() + " but holds nothing");
            }
        }

        private void external(TensorProto tensor, long bytes) {
            String location = entry(tensor, "location", "");
            Path file = FileNames.beside(model, location).toAbsolutePath().normalize();
            if (location.isEmpty()
                    || Path.of(location).isAbsolute()
                    || !file.startsWith(directory)
                    || List.of(location.split("[/\\\\]")).contains("..")) {
                throw damaged(
                        tensor,
                        "lies in '" + location + "', outside the model's directory. Refused: a model file must not"
                                + " make its reader open other files");
            }
            if (!Files.isRegularFile(file)) {
                throw damaged(
                        tensor, "lies in " + location + ", which is not beside the model. Is the download complete?");
            }
            long offset = number(tensor, "offset", 0);
            long size = size(file);
            long length = number(tensor, "length", Math.max(0, bytes));
            if (offset < 0 || length < 0 || offset > size - length) {
                throw damaged(
                        tensor,
                        "lies at " + offset + " to " + (offset + length) + " of " + location + ", which has " + size
                                + " bytes. Is the download complete?");
            }
            if (bytes >= 0 && length != bytes) {
                throw damaged(
                        tensor,
                        "claims to be " + tensor.getDimsList() + ", " + bytes + " bytes, but " + length
                                + " are given for it");
            }
            files.add(location);
        }

        private long size(Path file) {
            try {
                return Files.size(file);
            } catch (IOException e) {
                throw new BadFile("Cannot read " + file + ": " + IoReason.of(e), e);
            }
        }

        private long number(TensorProto tensor, String key, long otherwise) {
            String text = entry(tensor, key, Long.toString(otherwise));
            try {
                return Long.parseLong(text.strip());
            } catch (NumberFormatException e) {
                throw damaged(tensor, "has the " + key + " '" + text + "', which is not a number");
            }
        }

        private static String entry(TensorProto tensor, String key, String otherwise) {
            return tensor.getExternalDataList().stream()
                    .filter(e -> e.getKey().equals(key))
                    .map(StringStringEntryProto::getValue)
                    .findFirst()
                    .orElse(otherwise);
        }

        private SteeringException damaged(TensorProto tensor, String what) {
            return new BadFile(model + " is damaged: its weight '" + tensor.getName() + "' " + what
                    + (what.endsWith("?") ? "" : "."));
        }
    }
}
