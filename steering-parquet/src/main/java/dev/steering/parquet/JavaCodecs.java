package dev.steering.parquet;

import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * What Parquet's pages are compressed with, in Java alone: Parquet's own factory takes native libraries for Snappy and Zstandard, and
 * Hadoop's class for gzip. Stateless and thread-safe.
 */
final class JavaCodecs implements CompressionCodecFactory {
    /** Reads a page. */
    @FunctionalInterface
    private interface Codec {
        void decompress(byte[] from, byte[] to) throws IOException;
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
        return switch (name) {
            case UNCOMPRESSED -> new Pages((from, to) -> System.arraycopy(from, 0, to, 0, to.length));
            case SNAPPY -> new Pages(codec(new SnappyDecompressor()));
            case ZSTD -> new Pages(codec(new ZstdDecompressor()));
            case LZ4_RAW -> new Pages(codec(new Lz4Decompressor()));
            case GZIP -> new Pages(JavaCodecs::gunzip);
            default ->
                throw new UnreadableParquet("it is compressed with "
                        + name.name().toLowerCase(Locale.ROOT)
                        + ", which is not read (read are snappy, zstd, gzip, lz4_raw and none)");
        };
    }

    private static Codec codec(Decompressor codec) {
        return (from, to) -> {
            int length = codec.decompress(from, 0, from.length, to, 0, to.length);
            requireLength(length, to.length);
        };
    }

    private static void gunzip(byte[] from, byte[] to) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(from))) {
            requireLength(in.readNBytes(to, 0, to.length), to.length);
        }
    }

    private static void requireLength(int found, int expected) {
        if (found != expected) {
            throw new UnreadableParquet("a page has " + found + " bytes where " + expected + " were promised");
        }
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName name) {
        throw new UnsupportedOperationException("files are read only");
    }

    @Override
    public void release() {}

    /** A codec in Parquet's form. */
    private record Pages(Codec codec) implements BytesInputDecompressor {
        @Override
        public BytesInput decompress(BytesInput bytes, int size) throws IOException {
            byte[] to = new byte[size];
            ByteArrayOutputStream from = new ByteArrayOutputStream();
            bytes.writeAllTo(from);
            codec.decompress(from.toByteArray(), to);
            return BytesInput.from(to);
        }

        @Override
        public void decompress(ByteBuffer input, int compressed, ByteBuffer output, int size) throws IOException {
            byte[] from = new byte[compressed];
            input.get(from);
            byte[] to = new byte[size];
            codec.decompress(from, to);
            output.put(to);
        }

        @Override
        public void release() {}
    }
}
