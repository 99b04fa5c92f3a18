package dev.steering.export.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.WireFormat;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.SteeringException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Walks through an ONNX file field by field, so that the data of tensors is skipped instead of loaded. */
final class OnnxReader {
    private final Path file;
    private final OnnxWeights weights = new OnnxWeights();
    private final Map<String, Long> opsets = new TreeMap<>();
    private final Map<String, Integer> operators = new TreeMap<>();
    private final List<OnnxFile.Value> inputs = new ArrayList<>();
    private final List<OnnxFile.Value> outputs = new ArrayList<>();
    private final Set<String> initializers = new HashSet<>();
    private String producer = "";
    private String producerVersion = "";
    private long irVersion;
    private int nodes;
    private boolean graphSeen;

    OnnxReader(Path file) {
        this.file = file;
    }

    OnnxFile read() {
        try (InputStream in = Files.newInputStream(file)) {
            long size = Files.size(file);
            if (size > Integer.MAX_VALUE) {
                throw damaged(
                        "it has " + size + " bytes, but a protocol buffer has less than 2 GiB; larger weights lie in"
                                + " external files.",
                        null);
            }
            CodedInputStream coded = CodedInputStream.newInstance(in);
            coded.setSizeLimit(Integer.MAX_VALUE);
            coded.pushLimit((int) size);
            model(coded);
            if (irVersion < 1 || !graphSeen || nodes == 0) {
                throw damaged("it has no graph.", null);
            }
            inputs.removeIf(input -> initializers.contains(input.name()));
            return new OnnxFile(
                    file,
                    size,
                    irVersion,
                    (producer + " " + producerVersion).strip(),
                    opsets,
                    inputs,
                    outputs,
                    nodes,
                    operators,
                    weights.result());
        } catch (InvalidProtocolBufferException e) {
            boolean truncated = String.valueOf(e.getMessage()).contains("truncated");
            throw damaged(truncated ? "it ends in the middle of a field." : String.valueOf(e.getMessage()), e);
        } catch (NoSuchFileException e) {
            throw new BadFile("Cannot read " + file + ": no such file.", e);
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e), e);
        }
    }

    private void model(CodedInputStream in) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case ModelProto.IR_VERSION_FIELD_NUMBER -> irVersion = in.readInt64();
                case ModelProto.PRODUCER_NAME_FIELD_NUMBER -> producer = in.readString();
                case ModelProto.PRODUCER_VERSION_FIELD_NUMBER -> producerVersion = in.readString();
                case ModelProto.OPSET_IMPORT_FIELD_NUMBER -> opset(message(in, OperatorSetIdProto.parser()));
                case ModelProto.GRAPH_FIELD_NUMBER -> {
                    graphSeen = true;
                    int before = in.pushLimit(in.readRawVarint32());
                    graph(in);
                    in.popLimit(before);
                }
                case ModelProto.FUNCTIONS_FIELD_NUMBER ->
                    message(in, FunctionProto.parser()).getNodeList().forEach(this::node);
                default -> in.skipField(tag);
            }
        }
    }

    private void graph(CodedInputStream in) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case GraphProto.NODE_FIELD_NUMBER -> node(message(in, NodeProto.parser()));
                case GraphProto.INPUT_FIELD_NUMBER -> inputs.add(value(message(in, ValueInfoProto.parser())));
                case GraphProto.OUTPUT_FIELD_NUMBER -> outputs.add(value(message(in, ValueInfoProto.parser())));
                case GraphProto.INITIALIZER_FIELD_NUMBER -> {
                    int before = in.pushLimit(in.readRawVarint32());
                    initializers.add(weights.read(in));
                    in.popLimit(before);
                }
                default -> in.skipField(tag);
            }
        }
    }

    private static <T extends MessageLite> T message(CodedInputStream in, Parser<T> parser) throws IOException {
        return in.readMessage(parser, ExtensionRegistryLite.getEmptyRegistry());
    }

    private void opset(OperatorSetIdProto opset) {
        opsets.put(opset.getDomain().isEmpty() ? "ai.onnx" : opset.getDomain(), opset.getVersion());
    }

    private void node(NodeProto node) {
        nodes++;
        String domain = node.getDomain();
        boolean standard = domain.isEmpty() || domain.equals("ai.onnx");
        operators.merge(standard ? node.getOpType() : domain + "." + node.getOpType(), 1, Integer::sum);
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasT()) {
                weights.add(attribute.getT());
            }
            if (attribute.hasG()) {
                subgraph(attribute.getG());
            }
            attribute.getGraphsList().forEach(this::subgraph);
        }
    }

    private void subgraph(GraphProto graph) {
        graph.getNodeList().forEach(this::node);
        graph.getInitializerList().forEach(weights::add);
    }

    private static OnnxFile.Value value(ValueInfoProto info) {
        TypeProto type = info.getType();
        if (!type.hasTensorType()) {
            return new OnnxFile.Value(
                    info.getName(),
                    type.getValueCase().name().replace("_TYPE", "").toLowerCase(java.util.Locale.ROOT),
                    List.of());
        }
        List<String> shape = type.getTensorType().getShape().getDimList().stream()
                .map(OnnxReader::axis)
                .toList();
        return new OnnxFile.Value(
                info.getName(), OnnxWeights.type(type.getTensorType().getElemType()), shape);
    }

    private static String axis(Dimension dimension) {
        return switch (dimension.getValueCase()) {
            case DIM_VALUE -> Long.toString(dimension.getDimValue());
            case DIM_PARAM -> dimension.getDimParam();
            case VALUE_NOT_SET -> "?";
        };
    }

    private SteeringException damaged(String problem, @Nullable Exception cause) {
        return new BadFile(
                file + " is not a valid ONNX file: " + problem
                        + " It may be damaged, incomplete or of another format: fetch or export it again.",
                cause);
    }
}
