package dev.steering.parquet;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.prompts.Dataset;
import dev.steering.core.prompts.DatasetReader;
import dev.steering.core.prompts.DatasetSpec;
import dev.steering.core.prompts.Sample;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 100,000 rows of 60 MB, written by Apache Parquet itself, in a virtual machine that has less memory than that. */
class LargeParquetTest {
    private static final int ROWS = 100_000;

    @TempDir
    private Path directory;

    /** What the small machine does. */
    static final class Reading {
        private Reading() {}

        public static void main(String[] args) {
            long[] most = {0};
            Dataset dataset = DatasetReader.withDefaults()
                    .withSample(new Sample(100, true, 7))
                    .withProgress((stage, done, total) -> most[0] = Math.max(most[0], 100 * done / total))
                    .read(DatasetSpec.parse(args[0]));
            System.out.print(dataset.found() + " " + dataset.prompts().size() + " " + most[0]);
        }
    }

    private Path file() throws Exception {
        Path file = directory.resolve("large.parquet");
        MessageType type = MessageTypeParser.parseMessageType(
                "message m { required binary prompt (STRING); required boolean is_harmful; required binary ballast (STRING); }");
        SimpleGroupFactory rows = new SimpleGroupFactory(type);
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withConf(new PlainParquetConfiguration())
                .withType(type)
                .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
                .withRowGroupSize(2L << 20)
                .build()) {
            for (int i = 0; i < ROWS; i++) {
                writer.write(rows.newGroup()
                        .append("prompt", "What is number " + i + "?")
                        .append("is_harmful", i % 4 == 0)
                        .append("ballast", i + "x".repeat(500)));
            }
        }
        return file;
    }

    @Tag("slow")
    @Test
    void isReadInLittleMemory() throws Exception {
        Path file = file();
        assertTrue(Files.size(file) > 50_000_000, "larger than the memory of the process below");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Reading.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        try (InputStream in = process.getInputStream()) {
            String said = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(120, TimeUnit.SECONDS), "still running");
            assertTrue(said.endsWith("{COMPLY=75000, REFUSE=25000} 200 100"), said);
        }
    }
}
