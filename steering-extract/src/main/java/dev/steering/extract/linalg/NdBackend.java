package dev.steering.extract.linalg;

import dev.steering.core.SteeringException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Which of ND4J's backends on the class path is used: CUDA's where it is there and the graphics card can run it, otherwise the
 * CPU's. ND4J itself takes CUDA's whenever it starts, also on cards that its kernels were not made for, and dies of it later.
 */
final class NdBackend {
    private static final System.Logger LOG = System.getLogger("dev.steering.extract");
    private static final String SERVICE = "META-INF/services/org.nd4j.linalg.factory.Nd4jBackend";
    private static final String CUDA = "JCublasBackend";

    private NdBackend() {}

    /** Starts the backend once; what fails fails again, in the same words. */
    static void start() {
        if (Started.PROBLEM != null) {
            throw new SteeringException(Started.PROBLEM);
        }
    }

    /** Natives take seconds to start: done when first needed. */
    private static final class Started {
        static final @Nullable String PROBLEM = run(Nd4j.class.getClassLoader(), new CudaProbe());
    }

    private static @Nullable String run(ClassLoader loader, CudaProbe probe) {
        String gpu = null;
        try {
            gpu = chooseBackend(loader, probe);
            Nd4j.getBackend(); // must be there before its native operations can be asked for
            // With several OpenMP threads, operations on small arrays become a hundred times slower.
            NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
            return null;
        } catch (LinkageError | RuntimeException e) {
            return problem(gpu, e);
        }
    }

    static String problem(@Nullable String gpu, Throwable e) {
        return "ND4J, which computes directions, has no backend that runs here"
                + (gpu == null ? "" : ": the GPU cannot be used (" + gpu + ")") + ". It said: " + CudaProbe.reason(e)
                + ". Put org.nd4j:nd4j-native for this platform on the class path.";
    }

    /** @return why CUDA's backend is there and is not used; null where it is used or not there */
    static @Nullable String chooseBackend(ClassLoader loader, CudaProbe probe) {
        WithoutCuda others = new WithoutCuda(loader);
        if (!others.hides()) {
            return null;
        }
        String unusable = probe.unusable();
        if (unusable != null) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "linear algebra runs on the CPU, the GPU cannot be used for it: " + unusable);
            ND4JClassLoading.setNd4jClassloader(others);
        }
        return unusable;
    }

    /** Sees all classes, but not the entry that offers CUDA's backend. */
    static final class WithoutCuda extends ClassLoader {
        WithoutCuda(ClassLoader parent) {
            super(parent);
        }

        /** Whether there is a CUDA backend to hide. */
        boolean hides() {
            try {
                return Collections.list(getParent().getResources(SERVICE)).stream()
                        .anyMatch(WithoutCuda::offersCuda);
            } catch (IOException e) {
                return false;
            }
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            Enumeration<URL> all = super.getResources(name);
            if (!name.equals(SERVICE)) {
                return all;
            }
            List<URL> kept = new ArrayList<>();
            for (URL url : Collections.list(all)) {
                if (!offersCuda(url)) {
                    kept.add(url);
                }
            }
            return Collections.enumeration(kept);
        }

        private static boolean offersCuda(URL url) {
            try (InputStream in = url.openStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8).contains(CUDA);
            } catch (IOException e) {
                return false;
            }
        }
    }
}
