package dev.steering.export.check;

import dev.steering.core.bundle.BundleManifest;

/** How far a bundle may be from its reference: the tolerances that the documentation states, with their reasons. */
public final class StatedTolerance {
    private static final double EXACT = 1e-4;
    private static final double OWN_ACTIVATIONS = 5e-2;

    private StatedTolerance() {}

    /**
     * @param manifest of a bundle
     * @return 1e-4 for f32. Exported checkpoints of other precisions are compared with the float model's values: 5e-3 for f16,
     *     0.15 for int8, 1 for int4, which random weights need. Instrumented graphs are compared with their own: 5e-2
     */
    public static double of(BundleManifest manifest) {
        if (!isRounded(manifest)) {
            return EXACT;
        }
        boolean instrumented = manifest.headGraph() != null;
        return switch (instrumented ? "" : manifest.dtype()) {
            case "f16" -> 5e-3;
            case "int8" -> 0.15;
            case "int4" -> 1;
            default -> OWN_ACTIVATIONS;
        };
    }

    static boolean isRounded(BundleManifest manifest) {
        return !manifest.dtype().equals("f32");
    }
}
