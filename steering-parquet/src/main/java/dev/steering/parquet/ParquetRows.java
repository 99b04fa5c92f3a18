package dev.steering.parquet;

import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.rows.RowSink;
import dev.steering.core.prompts.rows.RowSource;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.DummyRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** The rows of a Parquet file, of which only the flat columns are read. */
final class ParquetRows implements RowSource {
    /** Rows between two words about the progress. */
    private static final int TOLD_EVERY = 4096;

    private final Path file;
    private final Map<String, FlatColumn> flat;
    private final Map<String, String> nested;

    private ParquetRows(Path file, Map<String, FlatColumn> flat, Map<String, String> nested) {
        this.file = file;
        this.flat = flat;
        this.nested = nested;
    }

    static ParquetRows open(Path file) {
        Map<String, FlatColumn> flat = new LinkedHashMap<>();
        Map<String, String> nested = new LinkedHashMap<>();
        guarded(file, reader -> {
            for (Type type : reader.getFileMetaData().getSchema().getFields()) {
                FlatColumn column = FlatColumn.of(type);
                if (column == FlatColumn.OTHER) {
                    nested.put(type.getName(), FlatColumn.words(type));
                } else {
                    flat.put(type.getName(), column);
                }
            }
        });
        if (flat.isEmpty()) {
            throw new BadFile(file + " has no column of texts. Its columns: " + nested + ". Write one row per prompt.");
        }
        return new ParquetRows(file, flat, Collections.unmodifiableMap(nested));
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public String unit() {
        return "row";
    }

    @Override
    public Map<String, String> nested() {
        return nested;
    }

    @Override
    public void read(RowSink sink, ProgressListener progress) {
        guarded(file, reader -> {
            Pass pass = new Pass(reader, sink, progress);
            PageReadStore group = reader.readNextRowGroup();
            while (group != null && pass.gives(group)) {
                group = reader.readNextRowGroup();
            }
        });
    }

    /** What is done with an open file. */
    @FunctionalInterface
    private interface Reading {
        void with(ParquetFileReader reader) throws IOException;
    }

    /** Whatever the library throws at a damaged file becomes one message. */
    private static void guarded(Path file, Reading reading) {
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file), options())) {
            requireInside(reader, Files.size(file));
            reading.with(reader);
        } catch (SteeringException e) {
            throw e;
        } catch (UnreadableParquet e) {
            throw unreadable(file, String.valueOf(e.getMessage()), e);
        } catch (FileSystemException e) {
            throw new BadFile("cannot read " + file + ": " + IoReason.of(e) + ".", e);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // A damaged size makes the library ask for more memory than there is, in one piece.
            throw unreadable(file, "it is no Parquet file or a damaged one", e);
        }
    }

    private static ParquetReadOptions options() {
        return ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(new JavaCodecs())
                .build();
    }

    private static BadFile unreadable(Path file, String reason, Throwable cause) {
        return new BadFile(
                "cannot read " + file + " as Parquet: " + reason
                        + ". Fetch or write it again, or convert it to JSON lines.",
                cause);
    }

    /** Sizes that point out of the file would be allocated before they are read. */
    private static void requireInside(ParquetFileReader reader, long size) {
        for (BlockMetaData group : reader.getRowGroups()) {
            for (ColumnChunkMetaData chunk : group.getColumns()) {
                long begin = chunk.getStartingPos();
                long length = chunk.getTotalSize();
                if (begin < 0 || length < 0 || begin > size - length || chunk.getValueCount() < 0) {
                    throw new UnreadableParquet("a column reaches beyond the file's end");
                }
            }
        }
    }

    /** One reading. */
    private final class Pass {
        private final RowSink sink;
        private final ProgressListener progress;
        private final MessageType schema;
        private final String writer;
        private final long kibibytes;
        private final long rows;
        private long number;

        Pass(ParquetFileReader reader, RowSink sink, ProgressListener progress) throws IOException {
            this.sink = sink;
            this.progress = progress;
            List<Type> read = new ArrayList<>();
            MessageType all = reader.getFileMetaData().getSchema();
            for (String name : flat.keySet()) {
                read.add(all.getType(name));
            }
            schema = new MessageType(all.getName(), read);
            reader.setRequestedSchema(schema);
            writer = reader.getFileMetaData().getCreatedBy();
            kibibytes = Math.max(1, Files.size(file) >> 10);
            rows = Math.max(1, reader.getRecordCount());
        }

        boolean gives(PageReadStore group) {
            ColumnReadStoreImpl store =
                    new ColumnReadStoreImpl(group, new DummyRecordConverter(schema).getRootConverter(), schema, writer);
            Map<String, ColumnReader> readers = new LinkedHashMap<>();
            flat.keySet()
                    .forEach(name ->
                            readers.put(name, store.getColumnReader(schema.getColumnDescription(new String[] {name}))));
            for (long i = 0; i < group.getRowCount(); i++) {
                number++;
                if (!give(readers)) {
                    return false;
                }
                if (number % TOLD_EVERY == 0) {
                    tell();
                }
            }
            tell();
            return true;
        }

        private void tell() {
            progress.onProgress(
                    "reading " + file + " (KiB)",
                    Math.min(kibibytes, (long) (kibibytes * ((double) number / rows))),
                    kibibytes);
        }

        private boolean give(Map<String, ColumnReader> readers) {
            Map<String, String> cells = new LinkedHashMap<>();
            Set<String> others = new HashSet<>();
            readers.forEach((name, reader) -> {
                FlatColumn column = flat.getOrDefault(name, FlatColumn.OTHER);
                boolean filled = reader.getCurrentDefinitionLevel()
                        == reader.getDescriptor().getMaxDefinitionLevel();
                cells.put(name, filled ? column.read(reader, file + ", row " + number + ": " + name) : "null");
                if (!filled || column != FlatColumn.TEXT) {
                    others.add(name);
                }
                reader.consume();
            });
            return sink.row(number, cells, others);
        }
    }
}
