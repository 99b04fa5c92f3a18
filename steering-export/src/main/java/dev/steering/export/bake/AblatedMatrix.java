package dev.steering.export.bake;

import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.HalfPrecision;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * A tensor that writes into the residual stream, without what it writes along one direction: {@code W - u (u' W)} for a matrix whose columns
 * are written, {@code w - u (u' w)} for rows and biases. With norms kept every column, row or bias is as long as before. Computed in double
 * precision, a few rows at a time, and rounded to the type that is written. Not thread-safe.
 */
final class AblatedMatrix {
    private static final int VALUES_AT_ONCE = 1 << 20;

    private final SafetensorsFile file;
    private final TensorInfo tensor;
    private final double[] direction;
    private final boolean keepNorms;
    private final DType type;
    private double leftOver;

    /**
     * @param file where the tensor is
     * @param tensor the tensor
     * @param direction u, of norm 1
     * @param keepNorms whether what is left is made as long as the whole was
     * @param type what is written: F32, F16 or BF16
     */
    AblatedMatrix(SafetensorsFile file, TensorInfo tensor, double[] direction, boolean keepNorms, DType type) {
        this.type = type;
        this.file = file;
        this.tensor = tensor;
        this.direction = direction;
        this.keepNorms = keepNorms;
    }

    /** Largest share of a written vector's length that still lies along the direction after rounding. */
    double leftOver() {
        return leftOver;
    }

    /** A matrix {@code [hidden, in]} whose columns are added to the stream. */
    void columns(FileChannel out) throws IOException {
        int hidden = direction.length;
        int width = Math.toIntExact(tensor.size(1));
        double[] along = new double[width];
        double[] squares = new double[width];
        forRows(hidden, width, (row, values, at) -> {
            for (int j = 0; j < width; j++) {
                double value = values[at + j];
                along[j] += direction[row] * value;
                squares[j] += value * value;
            }
        });
        double[] factors = new double[width];
        for (int j = 0; j < width; j++) {
            factors[j] = factor(squares[j], along[j]);
        }
        double[] left = new double[width];
        ByteBuffer bytes = buffer(width);
        forRows(hidden, width, (row, values, at) -> {
            bytes.clear();
            for (int j = 0; j < width; j++) {
                double rest = (values[at + j] - direction[row] * along[j]) * factors[j];
                left[j] += direction[row] * put(bytes, rest);
            }
            write(out, bytes.flip());
        });
        for (int j = 0; j < width; j++) {
            note(left[j], squares[j]);
        }
    }

    /** Rows {@code [rows, hidden]} that are added to the stream; a bias is one row. */
    void rows(FileChannel out) throws IOException {
        int hidden = direction.length;
        int rows = tensor.rank() == 1 ? 1 : Math.toIntExact(tensor.size(0));
        ByteBuffer bytes = buffer(hidden);
        forRows(rows, hidden, (row, values, at) -> {
            double along = 0;
            double squares = 0;
            for (int i = 0; i < hidden; i++) {
                along += direction[i] * values[at + i];
                squares += (double) values[at + i] * values[at + i];
            }
            double factor = factor(squares, along);
            double left = 0;
            bytes.clear();
            for (int i = 0; i < hidden; i++) {
                left += direction[i] * put(bytes, (values[at + i] - direction[i] * along) * factor);
            }
            note(left, squares);
            write(out, bytes.flip());
        });
    }

    private double factor(double squares, double along) {
        double rest = squares - along * along;
        // Of what lies along the direction alone nothing is left that could be made longer.
        return keepNorms && rest > squares * 1e-12 ? Math.sqrt(squares / rest) : 1;
    }

    private void note(double left, double squares) {
        if (squares > 0) {
            leftOver = Math.max(leftOver, Math.abs(left) / Math.sqrt(squares));
        }
    }

    /** Writes a value in its type, and gives back what it was rounded to. */
    private double put(ByteBuffer bytes, double value) {
        if (type == DType.F32) {
            bytes.putFloat((float) value);
            return (float) value;
        }
        short bits = HalfPrecision.write(type, (float) value);
        bytes.putShort(bits);
        return HalfPrecision.read(type, bits);
    }

    private ByteBuffer buffer(int values) {
        return ByteBuffer.allocate(values * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    /** Does something with a row. */
    private interface RowAction {
        void accept(int row, float[] values, int at) throws IOException;
    }

    private void forRows(int rows, int width, RowAction action) throws IOException {
        if (tensor.rank() == 1) {
            action.accept(0, file.floats(tensor.name()), 0);
            return;
        }
        int chunk = Math.max(1, VALUES_AT_ONCE / width);
        for (int from = 0; from < rows; from += chunk) {
            int count = Math.min(chunk, rows - from);
            float[] values = file.readRows(tensor.name(), from, count);
            for (int r = 0; r < count; r++) {
                action.accept(from + r, values, r * width);
            }
        }
    }
}
