package dev.steering.extract.linalg;

import org.jspecify.annotations.Nullable;

/**
 * Asks CUDA's runtime, where it is on the class path, for a graphics card that nd4j-cuda-11.6 has kernels for. Through reflection: without
 * the profile {@code cuda} none of it is there.
 */
class CudaProbe {
    /** {@code cudaDevAttrComputeCapabilityMajor} and {@code ...Minor}. */
    private static final int MAJOR = 75;

    private static final int MINOR = 76;

    /** What nd4j-cuda-11.6 was compiled for: sm_37 to sm_86. */
    private static final int OLDEST = 37;

    private static final int NEWEST = 86;

    /** @return why no card can be used, without a full stop; null if one can */
    @Nullable
    String unusable() {
        try {
            Class<?> runtime = Class.forName("org.bytedeco.cuda.global.cudart", true, CudaProbe.class.getClassLoader());
            int[] found = {0};
            Object code = runtime.getMethod("cudaGetDeviceCount", int[].class).invoke(null, (Object) found);
            if (!Integer.valueOf(0).equals(code) || found[0] < 1) {
                return "CUDA finds no graphics card (code " + code + ")";
            }
            return unusable(10 * attribute(runtime, MAJOR) + attribute(runtime, MINOR));
        } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
            return "CUDA 11.6 does not start: " + reason(e);
        }
    }

    private static int attribute(Class<?> runtime, int attribute) throws ReflectiveOperationException {
        int[] value = {0};
        runtime.getMethod("cudaDeviceGetAttribute", int[].class, int.class, int.class)
                .invoke(null, value, attribute, 0);
        return value[0];
    }

    /** @param architecture a card's, such as 86 for sm_86 */
    static @Nullable String unusable(int architecture) {
        return architecture >= OLDEST && architecture <= NEWEST
                ? null
                : "the graphics card is of architecture sm_" + architecture + ", and nd4j-cuda-11.6 has kernels for sm_"
                        + OLDEST + " to sm_" + NEWEST;
    }

    /** The innermost cause's first line: what is around it says only where it was met. */
    static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return cause.getClass().getSimpleName() + (message.isEmpty() ? "" : ", " + message);
    }
}
