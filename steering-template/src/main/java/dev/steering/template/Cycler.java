package dev.steering.template;

import dev.steering.template.Values.Function;
import dev.steering.template.Values.HasAttributes;
import java.util.List;

/** {@code cycler(a, b, ...)}. */
final class Cycler implements HasAttributes {
    private final List<Object> items;
    private int position;

    Cycler(List<Object> items) {
        if (items.isEmpty()) {
            throw new EvalError("at least one item has to be provided");
        }
        this.items = items;
    }

    @Override
    public Object attribute(String name) {
        return switch (name) {
            case "current" -> items.get(position);
            case "next" -> Function.method(name, args -> next());
            case "reset" ->
                Function.method(name, args -> {
                    position = 0;
                    return Values.None.NONE;
                });
            default -> new Undefined("'jinja2.utils.Cycler object' has no attribute " + Repr.quote(name));
        };
    }

    private Object next() {
        Object item = items.get(position);
        position = (position + 1) % items.size();
        return item;
    }

    @Override
    public String toString() {
        return "<Cycler>";
    }
}
