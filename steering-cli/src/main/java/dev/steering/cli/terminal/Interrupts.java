package dev.steering.cli.terminal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Ctrl-C (the signal INT) as something that happens to a program, not its end, until this is closed. The JDK has signals in its module
 * {@code jdk.unsupported} only, against which nothing can be compiled without a warning: they are found by name. Where there are none, or
 * the virtual machine was told to leave them alone ({@code -Xrs}), Ctrl-C ends the program as it always does.
 */
public final class Interrupts implements AutoCloseable {
    private static final String SIGNAL = "sun.misc.Signal";

    private final AutoCloseable restore;

    private Interrupts(AutoCloseable restore) {
        this.restore = restore;
    }

    /**
     * @param action what to do at every Ctrl-C, on a thread of the virtual machine
     * @return does it until it is closed
     */
    public static Interrupts handledBy(Runnable action) {
        try {
            Class<?> signals = Class.forName(SIGNAL);
            Class<?> handlers = Class.forName("sun.misc.SignalHandler");
            Object interrupt = signals.getConstructor(String.class).newInstance("INT");
            Method handle = signals.getMethod("handle", signals, handlers);
            InvocationHandler handler = (proxy, method, arguments) -> answer(action, proxy, method, arguments);
            Object before = handle.invoke(
                    null,
                    interrupt,
                    Proxy.newProxyInstance(Interrupts.class.getClassLoader(), new Class<?>[] {handlers}, handler));
            return new Interrupts(() -> handle.invoke(null, interrupt, before));
        } catch (ReflectiveOperationException e) {
            return new Interrupts(() -> {});
        }
    }

    private static Object answer(Runnable action, Object proxy, Method method, Object[] arguments) {
        switch (method.getName()) {
            case "handle" -> action.run();
            case "equals" -> {
                return proxy == arguments[0];
            }
            case "hashCode" -> {
                return System.identityHashCode(proxy);
            }
            default -> {
                return "Ctrl-C";
            }
        }
        return "";
    }

    /** Lets Ctrl-C be again what it was before. */
    @Override
    public void close() {
        try {
            restore.close();
        } catch (Exception e) {
            throw new IllegalStateException("the handler of Ctrl-C could not be put back", e);
        }
    }
}
