package dev.steering.core.prompts.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadFile;
import dev.steering.core.ProgressListener;
import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RowFilesTest {
    /** Without the module that reads it. */
    @Test
    void parquetIsRefusedWithAWayOut() {
        String message = String.valueOf(
                RowFiles.unsupported(Path.of("a.parquet"), "parquet", Set.of()).getMessage());
        assertEquals(
                "cannot read prompts from a.parquet: its extension is not supported. Supported: .txt, .csv, .tsv, .jsonl, .json."
                        + " Parquet is read by a module of its own, steering-parquet: put it on the class path, or convert the file.",
                message);
        assertTrue(String.valueOf(RowFiles.unsupported(Path.of("a.orc"), "orc", Set.of("parquet"))
                        .getMessage())
                .endsWith(".json, .parquet."));
    }

    /** Every character and every wrong byte on either side of the end of a chunk. */
    @Test
    void charactersAcrossChunksAreRead() throws Exception {
        for (int before = (1 << 15) - 4; before <= (1 << 15) + 1; before++) {
            String text = "x".repeat(before) + "\ud83d\ude00\u20ac\u00e9\r\nb\r\n";
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            StringWriter all = new StringWriter();
            long unused = new Utf8Reader("a", new ByteArrayInputStream(bytes)).transferTo(all);
            assertEquals(text, all.toString());
            Utf8Reader lines = new Utf8Reader("a", new ByteArrayInputStream(bytes));
            assertEquals(text.substring(0, text.indexOf('\r')), lines.readLine());
            assertEquals("b", lines.readLine());
            assertEquals(null, lines.readLine());

            bytes[before + 1] = 'y';
            Utf8Reader broken = new Utf8Reader("a", new ByteArrayInputStream(bytes), 9, ProgressListener.NONE);
            BadFile refused = assertThrows(BadFile.class, () -> broken.transferTo(new StringWriter()));
            assertEquals(
                    "a is not UTF-8: found byte 0xF0 at offset " + before + ", in line 1. Save the file as UTF-8.",
                    refused.getMessage());
        }
    }
}
