package dev.steering.template;

import dev.steering.template.Values.Callable;
import dev.steering.template.Values.Function;
import dev.steering.template.Values.HasAttributes;
import dev.steering.template.Values.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop}. Called, it renders the loop's body for other items, if the loop is recursive. */
final class LoopContext implements HasAttributes, Callable {
    private final List<Object> items;
    private final int depth;
    private final @Nullable Callable recursion;
    private final Budget budget;
    private int index = -1;
    private @Nullable Object lastChanged;

    /**
     * @param depth 0 for the outermost loop
     * @param recursion renders the body for the items it is called with; null if the loop is not recursive
     */
    LoopContext(List<Object> items, int depth, @Nullable Callable recursion, Budget budget) {
        this.items = items;
        this.depth = depth;
        this.recursion = recursion;
        this.budget = budget;
    }

    Object advance() {
        return items.get(++index);
    }

    int size() {
        return items.size();
    }

    @Override
    public Object attribute(String name) {
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) items.size() - index;
            case "revindex0" -> items.size() - index - 1L;
            case "first" -> index == 0;
            case "last" -> index == items.size() - 1;
            case "length" -> (long) items.size();
            case "depth" -> depth + 1L;
            case "depth0" -> (long) depth;
            case "previtem" -> index == 0 ? new Undefined("there is no previous item") : items.get(index - 1);
            case "nextitem" ->
                index == items.size() - 1 ? new Undefined("there is no next item") : items.get(index + 1);
            case "cycle" -> Function.method(name, this::cycle);
            case "changed" -> Function.method(name, this::changed);
            default -> new Undefined("'jinja2.runtime.LoopContext object' has no attribute " + Repr.quote(name));
        };
    }

    private Object cycle(Args args) {
        if (args.positional().isEmpty()) {
            throw new EvalError("no items for cycling given");
        }
        return args.positional().get(index % args.positional().size());
    }

    private Object changed(Args args) {
        Tuple value = new Tuple(args.positional());
        boolean same = lastChanged != null && Compare.equal(value, lastChanged, budget);
        lastChanged = value;
        return !same;
    }

    @Override
    public Object call(Args args) {
        if (recursion == null) {
            throw new EvalError("The loop must have the 'recursive' marker to be called recursively.");
        }
        return recursion.call(args);
    }

    @Override
    public String toString() {
        return "<LoopContext " + (index + 1) + "/" + items.size() + ">";
    }
}
