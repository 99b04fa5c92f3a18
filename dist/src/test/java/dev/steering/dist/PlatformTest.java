package dev.steering.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.dist.Platform.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
    /** Paths as they are in the jars, with their kind on Linux on x86-64, Linux on ARM and macOS on ARM. */
    @ParameterizedTest
    @CsvSource({
        "ai/onnxruntime/native/linux-x64/libonnxruntime.so, NATIVE, FOREIGN, FOREIGN",
        "ai/onnxruntime/native/linux-aarch64/libonnxruntime4j_jni.so, FOREIGN, NATIVE, FOREIGN",
        "ai/onnxruntime/native/osx-aarch64/libonnxruntime.dylib, FOREIGN, FOREIGN, NATIVE",
        "ai/onnxruntime/native/osx-aarch64/libonnxruntime.dylib.dSYM/Contents/Info.plist, FOREIGN, FOREIGN, FOREIGN",
        "ai/onnxruntime/native/win-x64/onnxruntime.dll, FOREIGN, FOREIGN, FOREIGN",
        "native/lib/linux-x86_64/cpu/libtokenizers.so, NATIVE, FOREIGN, FOREIGN",
        "native/lib/tokenizers.properties, COMMON, COMMON, COMMON",
        "com/sun/jna/linux-x86-64/libjnidispatch.so, NATIVE, FOREIGN, FOREIGN",
        "com/sun/jna/darwin-aarch64/libjnidispatch.jnilib, FOREIGN, FOREIGN, NATIVE",
        "com/sun/jna/aix-ppc64/libjnidispatch.a, FOREIGN, FOREIGN, FOREIGN",
        "org/bytedeco/openblas/linux-x86_64/libgfortran.so.5, NATIVE_IN_JAR, FOREIGN, FOREIGN",
        "org/bytedeco/openblas/linux-x86_64/include/cblas.h, FOREIGN, FOREIGN, FOREIGN",
        "org/bytedeco/openblas/global/openblas.class, COMMON, COMMON, COMMON",
        "META-INF/LICENSE, COMMON, COMMON, COMMON",
    })
    void whatIsOfWhichPlatform(String entry, Kind linux, Kind arm, Kind mac) {
        assertEquals(linux, Platform.of("Linux", "amd64").kind(entry));
        assertEquals(arm, Platform.of("Linux", "aarch64").kind(entry));
        assertEquals(mac, Platform.of("Mac OS X", "aarch64").kind(entry));
    }

    @Test
    void platformsWithoutALauncherOrNativesAreRefused() {
        assertEquals("linux-x86_64", Platform.of("Linux", "amd64").name());
        assertEquals("macosx-aarch64", Platform.of("Mac OS X", "aarch64").name());
        Exception windows = assertThrows(IllegalArgumentException.class, () -> Platform.of("Windows 11", "amd64"));
        assertTrue(windows.getMessage().contains("not on Windows 11"), windows.getMessage());
        Exception other = assertThrows(IllegalArgumentException.class, () -> Platform.of("Linux", "ppc64le"));
        assertTrue(other.getMessage().contains("not on ppc64le"), other.getMessage());
    }
}
