package dev.steering.core.vector.format;

import dev.steering.core.AtomicFiles;
import dev.steering.core.files.FileMark;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.vector.SteeringVector;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One NumPy array {@code [layers, hidden]}, or {@code [hidden]} for one layer that has to be named. Pickles are not read. */
final class NpyFormat implements VectorFormat {
    @Override
    public String name() {
        return "npy";
    }

    @Override
    public String words() {
        return "a NumPy array";
    }

    @Override
    public FileMark mark() {
        return FileMark.beginning(words(), NpyHeader.MAGIC);
    }

    @Override
    public ForeignVector read(Path file, ReadingOptions options) {
        RowGatherer gatherer = new RowGatherer(file, "NumPy array");
        NpyArray array;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            array = NpyArray.read(in, "array", Files.size(file), Long.MAX_VALUE, gatherer);
        } catch (IOException e) {
            throw FileBytes.unreadable(file, e);
        }
        return of(file, name(), array, "array", gatherer, options);
    }

    /** An array that holds all of a vector. */
    static ForeignVector of(
            Path file, String format, NpyArray array, String name, RowGatherer gatherer, ReadingOptions options) {
        int first = DenseRows.firstLayer(file, array.dimensions(), options.firstLayer());
        for (int i = 0; i < array.rows().size(); i++) {
            gatherer.put(
                    array.rows().size() == 1 ? name : name + "[" + i + "]",
                    first + i,
                    array.rows().get(i));
        }
        boolean open = DenseRows.isOpen(array.dimensions(), options.firstLayer());
        LayerRows rows = gatherer.rows();
        return new ForeignVector(
                rows,
                new VectorOrigin(format, ForeignVector.UNKNOWN, rows.layers(), open, null),
                0,
                ForeignVector.UNKNOWN,
                ForeignVector.UNKNOWN,
                gatherer.remarks(),
                null);
    }

    @Override
    public void write(Path file, LayerRows rows, SteeringVector vector) {
        List<float[]> all = new ArrayList<>();
        for (int layer = 0; layer < vector.layers(); layer++) {
            all.add(rows.layers().contains(layer) ? rows.row(layer) : new float[rows.hidden()]);
        }
        AtomicFiles.write(file, out -> NpyArray.write(out, all, false));
    }
}
