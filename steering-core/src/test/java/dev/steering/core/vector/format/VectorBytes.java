package dev.steering.core.vector.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Bytes of files for tests. */
final class VectorBytes {
    private VectorBytes() {}

    /** An archive with one member that is not packed. */
    static byte[] storedZip(String name, byte[] member) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            CRC32 crc = new CRC32();
            crc.update(member);
            ZipEntry entry = new ZipEntry(name);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(member.length);
            entry.setCrc(crc.getValue());
            zip.putNextEntry(entry);
            zip.write(member);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
