package dev.steering.extract.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.common.config.ND4JClassLoading;

/** Which backend is taken, with class paths that only say that there is one. */
class NdBackendTest {
    private static final String SERVICE = "META-INF/services/org.nd4j.linalg.factory.Nd4jBackend";

    @TempDir
    private Path directory;

    private final ClassLoader before = ND4JClassLoading.getNd4jClassloader();

    @AfterEach
    void restore() {
        ND4JClassLoading.setNd4jClassloader(before);
    }

    private URLClassLoader withBackends(String... names) throws IOException {
        URL[] urls = new URL[names.length];
        for (int i = 0; i < names.length; i++) {
            Path file = directory.resolve("jar" + i).resolve(SERVICE);
            Files.createDirectories(file.getParent());
            Files.writeString(file, names[i] + "\n");
            urls[i] = directory.resolve("jar" + i).toUri().toURL();
        }
        return new URLClassLoader(urls, null);
    }

    private static CudaProbe saying(@Nullable String unusable) {
        return new CudaProbe() {
            @Override
            @Nullable
            String unusable() {
                return unusable;
            }
        };
    }

    private static List<URL> offered() throws IOException {
        return Collections.list(ND4JClassLoading.getNd4jClassloader().getResources(SERVICE));
    }

    @Test
    void withoutACardOnlyTheProcessorsBackendIsOffered() throws IOException {
        try (URLClassLoader both =
                withBackends("org.nd4j.linalg.jcublas.JCublasBackend", "org.nd4j.linalg.cpu.nativecpu.CpuBackend")) {
            assertEquals("no card", NdBackend.chooseBackend(both, saying("no card")));
            assertEquals(1, offered().size());
            assertTrue(offered().get(0).toString().contains("jar1"), offered().toString());
        }
    }

    @Test
    void withACardNothingIsHidden() throws IOException {
        try (URLClassLoader both =
                withBackends("org.nd4j.linalg.jcublas.JCublasBackend", "org.nd4j.linalg.cpu.nativecpu.CpuBackend")) {
            assertNull(NdBackend.chooseBackend(both, saying(null)));
            assertEquals(before, ND4JClassLoading.getNd4jClassloader());
        }
    }

    @Test
    void withoutCudaOnTheClassPathNobodyIsAsked() throws IOException {
        try (URLClassLoader one = withBackends("org.nd4j.linalg.cpu.nativecpu.CpuBackend")) {
            assertNull(NdBackend.chooseBackend(one, saying("never asked")));
        }
    }

    @Test
    void cardsByArchitecture() {
        assertNull(CudaProbe.unusable(37));
        assertNull(CudaProbe.unusable(86));
        assertEquals(
                "the graphics card is of architecture sm_90, and nd4j-cuda-11.6 has kernels for sm_37 to sm_86",
                CudaProbe.unusable(90));
        assertTrue(String.valueOf(CudaProbe.unusable(35)).contains("sm_35"));
    }

    @Test
    void withoutAnyBackendItIsSaidInOneSentence() {
        Throwable deep =
                new ExceptionInInitializerError(new RuntimeException(new IllegalStateException("No backend\nmore")));
        assertEquals(
                "ND4J, which computes directions, has no backend that runs here: the GPU cannot be used (no card). It said:"
                        + " IllegalStateException, No backend. Put org.nd4j:nd4j-native for this platform on the class path.",
                NdBackend.problem("no card", deep));
    }
}
