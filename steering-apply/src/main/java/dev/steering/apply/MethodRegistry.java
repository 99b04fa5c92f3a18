package dev.steering.apply;

import dev.steering.core.BadRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;

/**
 * All methods by name: those of this module in the order in which {@value #LIST} names them, then those that other modules and jars bring
 * as services of {@link MethodDefinition}. Thread-safe.
 */
public final class MethodRegistry {
    private static final String LIST = "methods.list";
    private static final Map<String, MethodDefinition> METHODS = load();

    private MethodRegistry() {}

    private static Map<String, MethodDefinition> load() {
        Map<String, MethodDefinition> methods = new LinkedHashMap<>();
        for (String name : listed()) {
            add(methods, made(name));
        }
        ClassLoader loader = MethodRegistry.class.getClassLoader();
        for (MethodDefinition definition : ServiceLoader.load(MethodDefinition.class, loader)) {
            add(methods, definition);
        }
        return methods;
    }

    private static void add(Map<String, MethodDefinition> methods, MethodDefinition definition) {
        MethodDefinition other = methods.put(definition.name(), definition);
        if (other != null) {
            throw new IllegalStateException("two methods are called " + definition.name() + ": " + other.getClass()
                    + " and " + definition.getClass());
        }
    }

    private static List<String> listed() {
        try (InputStream in = Objects.requireNonNull(MethodRegistry.class.getResourceAsStream(LIST), LIST)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MethodDefinition made(String className) {
        try {
            return Class.forName(className)
                    .asSubclass(MethodDefinition.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(LIST + " names " + className + ", which cannot be made", e);
        }
    }

    /** @return all names, as users write them */
    public static List<String> names() {
        return all().stream().map(MethodDefinition::name).toList();
    }

    /** @return all methods that users choose by name */
    public static List<MethodDefinition> all() {
        return METHODS.values().stream().filter(MethodDefinition::isListed).toList();
    }

    /**
     * @param name as users write it
     * @return the method of that name
     * @throws BadRequest if there is none; lists the names
     */
    public static MethodDefinition get(String name) {
        MethodDefinition found = METHODS.get(name);
        if (found == null || !found.isListed()) {
            throw new BadRequest("There is no method '" + name + "'. There are " + String.join(", ", names()) + ", and "
                    + Methods.PLAN_PREFIX + "FILE.json.");
        }
        return found;
    }

    /** One that may have no name for users. */
    static MethodDefinition any(String name) {
        MethodDefinition found = METHODS.get(name);
        return found == null ? get(name) : found;
    }

    /**
     * @param option an option
     * @return the names of the methods that look at it
     */
    public static List<String> methodsWith(MethodOption<?> option) {
        List<String> names = new ArrayList<>();
        for (MethodDefinition definition : all()) {
            if (definition.options().contains(option)) {
                names.add(definition.name());
            }
        }
        return names;
    }

    /**
     * @param name as users write it
     * @return the option of that name, of whatever method
     * @throws BadRequest if no method has it; lists those that there are
     */
    public static MethodOption<?> option(String name) {
        Map<String, MethodOption<?>> options = new LinkedHashMap<>();
        all().forEach(method -> method.options().forEach(option -> options.put(option.name(), option)));
        MethodOption<?> found = options.get(name);
        if (found == null) {
            throw new BadRequest(
                    "No method has an option '" + name + "'. There are " + String.join(", ", options.keySet()) + ".");
        }
        return found;
    }
}
