package dev.steering.cli.answers;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * Hands on what comes in any order in the order of its numbers, which count from 0, each as soon as all before it are there. For one
 * thread.
 *
 * @param <T> what comes
 */
public final class InOrder<T> implements ObjIntConsumer<T> {
    private final Map<Integer, T> waiting = new HashMap<>();
    private final Consumer<? super T> next;
    private int handedOn;

    /** @param next told everything in order */
    public InOrder(Consumer<? super T> next) {
        this.next = next;
    }

    @Override
    public void accept(T value, int number) {
        waiting.put(number, value);
        for (T ready = waiting.remove(handedOn); ready != null; ready = waiting.remove(handedOn)) {
            handedOn++;
            next.accept(ready);
        }
    }
}
