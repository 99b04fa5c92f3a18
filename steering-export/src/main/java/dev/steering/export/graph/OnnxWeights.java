package dev.steering.export.graph;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.WireFormat;
import dev.steering.core.safetensors.DType;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Adds up tensors without keeping their data. */
final class OnnxWeights {
    private final Map<String, Long> external = new TreeMap<>();
    private final Map<String, Long> byType = new TreeMap<>();
    private int tensors;
    private long elements;
    private long embedded;

    /** Reads one TensorProto up to the current limit, skipping its data, and returns its name. */
    String read(CodedInputStream in) throws IOException {
        TensorProto.Builder header = TensorProto.newBuilder();
        long data = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int start = in.getTotalBytesRead();
            switch (WireFormat.getTagFieldNumber(tag)) {
                case TensorProto.DIMS_FIELD_NUMBER -> dims(in, tag, header);
                case TensorProto.DATA_TYPE_FIELD_NUMBER -> header.setDataType(in.readInt32());
                case TensorProto.NAME_FIELD_NUMBER -> header.setName(in.readString());
                case TensorProto.EXTERNAL_DATA_FIELD_NUMBER ->
                    header.addExternalData(
                            in.readMessage(StringStringEntryProto.parser(), ExtensionRegistryLite.getEmptyRegistry()));
                default -> {
                    in.skipField(tag);
                    data += in.getTotalBytesRead() - start;
                }
            }
        }
        add(header.build(), data);
        return header.getName();
    }

    private static void dims(CodedInputStream in, int tag, TensorProto.Builder header) throws IOException {
        if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            header.addDims(in.readInt64());
            return;
        }
        int before = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
            header.addDims(in.readInt64());
        }
        in.popLimit(before);
    }

    /** A tensor that was read whole, such as a constant's. */
    void add(TensorProto tensor) {
        add(tensor, tensor.hasRawData() ? tensor.getRawData().size() : 0);
    }

    private void add(TensorProto header, long dataBytes) {
        long count = header.getDimsList().stream().reduce(1L, (a, b) -> a * b);
        tensors++;
        elements += count;
        byType.merge(type(header.getDataType()), count, Long::sum);
        if (header.getExternalDataCount() == 0) {
            embedded += dataBytes;
            return;
        }
        String location = "";
        long length = -1;
        for (StringStringEntryProto entry : header.getExternalDataList()) {
            if (entry.getKey().equals("location")) {
                location = entry.getValue();
            } else if (entry.getKey().equals("length") && entry.getValue().matches("[0-9]{1,18}")) {
                length = Long.parseLong(entry.getValue());
            }
        }
        external.merge(location, length >= 0 ? length : bytes(header.getDataType(), count), Long::sum);
    }

    OnnxFile.Weights result() {
        return new OnnxFile.Weights(tensors, elements, embedded, external, byType);
    }

    /** As ONNX calls it: float, float16, int64. */
    static String type(int number) {
        String other = number == TensorProto.DataType.STRING_VALUE ? "string" : "?";
        return DType.ofOnnx(number)
                .map(type -> type.onnxName().toLowerCase(Locale.ROOT))
                .orElse(other);
    }

    private static long bytes(int number, long count) {
        return DType.ofOnnx(number).map(type -> type.bytes(count)).orElse(count);
    }
}
