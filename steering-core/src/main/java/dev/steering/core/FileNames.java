package dev.steering.core;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Names of files that stand in a file or in a request, as paths. Not every text is one: none may hold the character NUL, and where the
 * system's encoding is not UTF-8 most letters beyond ASCII cannot be in a name at all. Stateless and thread-safe.
 */
public final class FileNames {
    private FileNames() {}

    /**
     * @param name what somebody gave as a path
     * @return the path
     * @throws BadRequest if it cannot be one
     */
    public static Path given(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new BadRequest(wrong(name, e), e);
        }
    }

    /**
     * @param file a file that names another
     * @param name that name; a relative one begins at the file's directory
     * @return the path of the other, which may lie anywhere
     * @throws BadFile if it cannot be a path
     */
    public static Path beside(Path file, String name) {
        try {
            return file.resolveSibling(name);
        } catch (InvalidPathException e) {
            throw new BadFile(file + " names a file: " + wrong(name, e), e);
        }
    }

    /**
     * @param directory what a file is to lie in
     * @param name its name
     * @param source who names it, which begins the message: {@code The manifest of models/a}
     * @return its path, below the directory; whether it is there is not looked at
     * @throws BadFile if it cannot be a path, is absolute or leads out of the directory
     */
    public static Path inside(Path directory, String name, String source) {
        Path file;
        boolean absolute;
        try {
            file = directory.resolve(name).normalize();
            absolute = Path.of(name).isAbsolute();
        } catch (InvalidPathException e) {
            throw new BadFile(source + " names a file: " + wrong(name, e), e);
        }
        Path home = directory.normalize();
        if (absolute || file.equals(home) || !file.startsWith(home)) {
            throw new BadFile(source + " names a file outside: '" + name + "'. Expected one in " + directory + ".");
        }
        return file;
    }

    private static String wrong(String name, InvalidPathException e) {
        int nul = name.indexOf('\0');
        return nul >= 0
                ? "the path '" + name + "' holds the character NUL at index " + nul + ". Write it without."
                : "the path '" + name + "' cannot be a name on this system (" + e.getReason()
                        + "). With letters beyond ASCII the system's encoding has to be UTF-8, for example LC_ALL=C.UTF-8.";
    }
}
