package dev.steering.extract;

/** This software's own version, for provenance. Stateless and thread-safe. */
public final class Toolkit {
    private Toolkit() {}

    /** @return the jar's {@code Implementation-Version}, or {@code development} when run from classes */
    public static String version() {
        String version = Toolkit.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
