package dev.steering.core.vector.format;

import dev.steering.core.AtomicFiles;
import dev.steering.core.files.FileMark;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.vector.SteeringVector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * A NumPy archive: one array {@code [layers, hidden]} under any name, or one {@code [hidden]} a layer, named {@code layer_3},
 * {@code layers.3}, {@code direction.3} or {@code 3}. Written is {@code layer_3}: a layer without a direction then stays without.
 */
final class NpzFormat implements VectorFormat {
    private static final String ENDING = ".npy";

    /** What an archive may hold unpacked beside a multiple of its own size: floats hardly get smaller. */
    private static final long SMALL = 1 << 20;

    private static final int MOST_PACKED = 4;

    private static final LocalDateTime SOME_DAY = LocalDateTime.of(1980, 1, 1, 0, 0);

    @Override
    public String name() {
        return "npz";
    }

    @Override
    public String words() {
        return "a NumPy archive";
    }

    @Override
    public FileMark mark() {
        return FileMark.beginning(words(), "PK\u0003\u0004");
    }

    @Override
    public ForeignVector read(Path file, ReadingOptions options) {
        RowGatherer gatherer = new RowGatherer(file, "NumPy archive");
        try (ZipFile zip = new ZipFile(file.toFile())) {
            Map<String, NpyArray> arrays = arrays(zip, Math.max(SMALL, MOST_PACKED * Files.size(file)), gatherer);
            Map.Entry<String, NpyArray> only = arrays.entrySet().iterator().next();
            if (arrays.size() == 1 && (only.getValue().dimensions() == 2 || options.firstLayer() != null)) {
                return NpyFormat.of(file, name(), only.getValue(), only.getKey(), gatherer, options);
            }
            options.requireNoLayer(file);
            return byLayer(arrays, gatherer);
        } catch (IOException | IllegalArgumentException e) {
            // What is wrong with a name or an extra field is an IllegalArgumentException of some versions of Java.
            String problem = e.getMessage();
            throw gatherer.damaged(problem == null ? "its members cannot be found in it" : problem, e);
        }
    }

    private static Map<String, NpyArray> arrays(ZipFile zip, long most, RowGatherer gatherer) throws IOException {
        Map<String, ZipEntry> entries = new LinkedHashMap<>();
        for (ZipEntry entry : Collections.list(zip.entries())) {
            if (!entry.getName().endsWith(ENDING)) {
                throw strange(entry.getName(), gatherer);
            }
            String name = entry.getName().substring(0, entry.getName().length() - ENDING.length());
            if (entries.put(name, entry) != null) {
                throw gatherer.damaged("it has two members '" + entry.getName() + "'");
            }
        }
        if (entries.isEmpty()) {
            throw gatherer.unusable("it has no arrays", "Expected one a layer, or one [layers, hidden].");
        }
        if (entries.size() > LayerRows.MOST_LAYERS) {
            throw gatherer.unusable(
                    "it has " + entries.size() + " members, beyond the " + LayerRows.MOST_LAYERS
                            + " layers that a model may have here",
                    "Expected one array a layer, or one [layers, hidden].");
        }
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        long left = most;
        for (Map.Entry<String, ZipEntry> entry : entries.entrySet()) {
            NpyArray array = array(zip, entry.getKey(), entry.getValue(), left, gatherer);
            left -= (long) array.rows().size() * array.rows().get(0).length;
            arrays.put(entry.getKey(), array);
        }
        return arrays;
    }

    private static NpyArray array(ZipFile zip, String name, ZipEntry entry, long most, RowGatherer gatherer)
            throws IOException {
        try (InputStream packed = zip.getInputStream(entry)) {
            if (packed == null) {
                throw gatherer.damaged("its member '" + entry.getName() + "' cannot be found in it");
            }
            CheckedInputStream in = new CheckedInputStream(packed, new CRC32());
            NpyArray array = NpyArray.read(in, name, entry.getSize(), most, gatherer);
            if (in.getChecksum().getValue() != entry.getCrc()) {
                throw gatherer.damaged("the checksum of its member '" + entry.getName() + "' is wrong");
            }
            return array;
        }
    }

    private static RuntimeException strange(String member, RowGatherer gatherer) {
        boolean pickle = member.endsWith(".pkl") || member.endsWith("/version");
        return gatherer.unusable(
                "it is a zip archive with a member '" + member + "'",
                pickle
                        ? "That is a PyTorch file, a Python pickle, which runs code when it is read. In Python, load it where you trust"
                                + " it and save its tensors as safetensors or .npz."
                        : "Expected arrays of NumPy, whose names end in .npy.");
    }

    private ForeignVector byLayer(Map<String, NpyArray> arrays, RowGatherer gatherer) {
        String prefix = RowNames.prefix(arrays.keySet(), gatherer);
        arrays.forEach((name, array) -> {
            if (array.dimensions() != 1) {
                throw gatherer.unusable(
                        "'" + name + "' has two dimensions, expected [hidden] for one layer",
                        "Write one array a layer, or one [layers, hidden].");
            }
            gatherer.put(
                    name,
                    gatherer.layer(name, name.substring(prefix.length())),
                    array.rows().get(0));
        });
        LayerRows rows = gatherer.rows();
        return new ForeignVector(
                rows,
                new VectorOrigin(name(), ForeignVector.UNKNOWN, rows.layers(), true, null),
                0,
                ForeignVector.UNKNOWN,
                ForeignVector.UNKNOWN,
                gatherer.remarks(),
                null);
    }

    @Override
    public void write(Path file, LayerRows rows, SteeringVector vector) {
        AtomicFiles.write(file, out -> {
            ZipOutputStream zip = new ZipOutputStream(out);
            zip.setMethod(ZipOutputStream.STORED);
            for (int layer : rows.layers()) {
                ByteArrayOutputStream array = new ByteArrayOutputStream();
                NpyArray.write(array, List.of(rows.row(layer)), true);
                CRC32 crc = new CRC32();
                crc.update(array.toByteArray());
                ZipEntry entry = new ZipEntry("layer_" + layer + ENDING);
                entry.setTimeLocal(SOME_DAY);
                entry.setSize(array.size());
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                array.writeTo(zip);
                zip.closeEntry();
            }
            zip.finish();
        });
    }
}
