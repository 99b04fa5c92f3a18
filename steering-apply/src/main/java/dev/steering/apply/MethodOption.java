package dev.steering.apply;

import dev.steering.core.BadRequest;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be said about a method, declared once where the method is. Immutable; options are equal if they have the same name.
 *
 * @param <T> what its values are
 */
public final class MethodOption<T> {
    private final String name;
    private final Class<T> type;
    private final String words;
    private final @Nullable Function<String, T> reader;
    private final boolean file;

    private MethodOption(String name, Class<T> type, String words, @Nullable Function<String, T> reader, boolean file) {
        this.name = name;
        this.type = type;
        this.words = words;
        this.reader = reader;
        this.file = file;
    }

    /**
     * @param name as users write it, e.g. {@code self-cd-alpha}
     * @param type what its values are
     * @param words what it says, with its range and default
     * @param <T> what its values are
     * @return an option whose values are objects
     */
    public static <T> MethodOption<T> of(String name, Class<T> type, String words) {
        return new MethodOption<>(name, type, words, null, false);
    }

    /**
     * @param name as users write it
     * @param words what it says, with its range and default
     * @return an option whose values are numbers
     */
    public static MethodOption<Double> number(String name, String words) {
        return new MethodOption<>(name, Double.class, words, Double::valueOf, false);
    }

    /**
     * @param name as users write it
     * @param words what it says, with its range and default
     * @return an option whose values are whole numbers
     */
    public static MethodOption<Integer> wholeNumber(String name, String words) {
        return new MethodOption<>(name, Integer.class, words, Integer::valueOf, false);
    }

    /**
     * @param name as users write it
     * @param words what it says, with its default
     * @return an option whose values are texts
     */
    public static MethodOption<String> text(String name, String words) {
        return new MethodOption<>(name, String.class, words, text -> text, false);
    }

    /**
     * @param newReader makes a value of a text; may throw IllegalArgumentException
     * @return a copy that can be read from text
     */
    public MethodOption<T> readBy(Function<String, T> newReader) {
        return new MethodOption<>(name, type, words, newReader, false);
    }

    /**
     * @param newReader makes a value of a file's content
     * @return a copy whose text is the path of a file, which is read: not for the texts of strangers
     */
    public MethodOption<T> readFrom(Function<Path, T> newReader) {
        return new MethodOption<>(name, type, words, text -> newReader.apply(Path.of(text)), true);
    }

    /** @return as users write it */
    public String name() {
        return name;
    }

    /** @return what it says, with its range and default */
    public String words() {
        return words;
    }

    /** @return what its values are */
    public Class<T> type() {
        return type;
    }

    /** @return whether its values can be read from text */
    public boolean isText() {
        return reader != null;
    }

    /** @return whether a value as text is the path of a file that is read */
    public boolean isFile() {
        return file;
    }

    /**
     * @param text a value as users write it
     * @return the value
     * @throws BadRequest if it is none
     */
    public T read(String text) {
        Function<String, T> reading = reader;
        if (reading == null) {
            throw new BadRequest("The option " + name + " cannot be given as text.");
        }
        try {
            return reading.apply(text);
        } catch (IllegalArgumentException e) {
            throw new BadRequest("The option " + name + " cannot be '" + text + "'. Expected: " + words, e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MethodOption<?> option && name.equals(option.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
