package dev.steering.cli.answers;

import dev.steering.apply.MethodRegistry;
import java.util.Iterator;

/** The methods of the registry for help texts: each name with what the method does. */
public final class MethodNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return MethodRegistry.all().stream()
                .map(method -> method.name() + " (" + method.words() + ")")
                .iterator();
    }
}
