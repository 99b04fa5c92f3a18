package dev.steering.extract;

/** This software's own version. */
final class Toolkit {
    private Toolkit() {}

    /** The jar's {@code Implementation-Version}, or {@code development} when run from classes. */
    static String version() {
        String version = Toolkit.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
