package dev.steering.dist;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * An operating system on a processor, and how libraries name the folders of its natives.
 *
 * @param name as in the name of the zip, such as linux-x86_64
 * @param folders every name that a library uses for it
 */
record Platform(String name, Set<String> folders) {
    private static final Pattern ANY = Pattern.compile(
            "(linux|osx|macosx|darwin|win|win32|windows|aix|freebsd|openbsd|dragonflybsd|sunos|android|ios)-[a-z0-9][a-z0-9_-]*");
    /** JavaCPP, under ND4J, finds libraries by links of other names, which it makes beside the copies that it takes out of jars. */
    private static final Pattern IN_JARS = Pattern.compile("org/(bytedeco|nd4j)/.*");

    /** What JavaCPP's own builds read. */
    private static final Pattern HEADER = Pattern.compile("org/bytedeco/.*/include/.*\\.h");

    private static final Pattern LIBRARY = Pattern.compile(".*\\.(dll|dylib|jnilib|so(\\.\\d+)*)");

    Platform {
        folders = Set.copyOf(folders);
    }

    /**
     * @param system as in the property os.name
     * @param processor as in the property os.arch
     * @throws IllegalArgumentException if there are no natives for it
     */
    static Platform of(String system, String processor) {
        String os = system.toLowerCase(Locale.ROOT);
        List<String> systems;
        if (os.startsWith("linux")) {
            systems = List.of("linux");
        } else if (os.startsWith("mac")) {
            systems = List.of("macosx", "osx", "darwin");
        } else {
            throw new IllegalArgumentException("an image can be made on Linux and macOS, not on " + system);
        }
        List<String> processors =
                switch (processor) {
                    case "amd64", "x86_64" -> List.of("x86_64", "x86-64", "x64");
                    case "aarch64", "arm64" -> List.of("aarch64", "arm64");
                    default ->
                        throw new IllegalArgumentException(
                                "an image can be made on x86-64 and 64-bit ARM, not on " + processor);
                };
        Set<String> folders = new TreeSet<>();
        systems.forEach(first -> processors.forEach(second -> folders.add(first + "-" + second)));
        return new Platform(systems.get(0) + "-" + processors.get(0), folders);
    }

    /** What a file in a jar is to an image for this platform. */
    enum Kind {
        /** Of no platform, or of this one and to stay where it is. */
        COMMON,
        /** Of another platform, or a debugger's or a compiler's. */
        FOREIGN,
        /** A native library of this platform that is looked for as a file. */
        NATIVE,
        /** One that has to stay in its jar. */
        NATIVE_IN_JAR
    }

    /** @param entry a path in a jar */
    Kind kind(String entry) {
        String[] parts = entry.split("/", -1);
        boolean own = false;
        for (String part : parts) {
            if (folders.contains(part)) {
                own = true;
            } else if (ANY.matcher(part).matches() || part.endsWith(".dSYM")) {
                return Kind.FOREIGN;
            }
        }
        if (own && HEADER.matcher(entry).matches()) {
            return Kind.FOREIGN;
        }
        if (!own || !LIBRARY.matcher(parts[parts.length - 1]).matches()) {
            return Kind.COMMON;
        }
        return IN_JARS.matcher(entry).matches() ? Kind.NATIVE_IN_JAR : Kind.NATIVE;
    }
}
