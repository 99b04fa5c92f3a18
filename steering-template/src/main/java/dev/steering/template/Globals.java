package dev.steering.template;

import dev.steering.template.Values.Callable;
import dev.steering.template.Values.Function;
import dev.steering.template.Values.Namespace;
import dev.steering.template.Values.Range;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The functions every template can call. */
final class Globals {
    /** The sandbox's own limit. */
    private static final int MAX_RANGE = 100_000;

    private Globals() {}

    static Map<String, Object> create(Clock clock, Budget budget) {
        Map<String, Object> globals = new LinkedHashMap<>();
        define(globals, "range", args -> range(args.positional()));
        define(globals, "dict", args -> dict(args, budget));
        define(globals, "namespace", args -> new Namespace(dict(args, budget)));
        define(globals, "cycler", args -> new Cycler(args.positional()));
        define(globals, "joiner", args -> joiner(args.bind("joiner", "sep").get(0, ", ")));
        define(globals, "raise_exception", args -> {
            Object message = args.bind("raise_exception", "message").required(0);
            throw EvalError.raised(Repr.str(message, budget));
        });
        define(globals, "strftime_now", args -> {
            String format = args.bind("strftime_now", "format").string(0);
            return Strftime.format(format, ZonedDateTime.now(clock), budget);
        });
        return globals;
    }

    private static void define(Map<String, Object> globals, String name, Callable body) {
        globals.put(name, Function.global(name, body));
    }

    private static Object range(List<Object> args) {
        if (args.isEmpty() || args.size() > 3) {
            throw new EvalError("range expected 1 to 3 arguments, got " + args.size());
        }
        long start = args.size() == 1 ? 0 : Numbers.index(args.get(0));
        long stop = Numbers.index(args.get(args.size() == 1 ? 0 : 1));
        long step = args.size() == 3 ? Numbers.index(args.get(2)) : 1;
        if (step == 0) {
            throw new EvalError("range() arg 3 must not be zero");
        }
        long span = step > 0 ? stop - start : start - stop;
        long size = span <= 0 ? 0 : (span - 1) / Math.abs(step) + 1;
        if (size > MAX_RANGE) {
            throw new EvalError("Range too big. The sandbox blocks ranges larger than MAX_RANGE (" + MAX_RANGE + ").");
        }
        return new Range(start, stop, step, (int) size);
    }

    private static Map<Object, Object> dict(Args args, Budget budget) {
        if (args.positional().size() > 1) {
            throw new EvalError(
                    "dict expected at most 1 argument, got " + args.positional().size());
        }
        Map<Object, Object> dict = new LinkedHashMap<>();
        if (!args.positional().isEmpty()) {
            Object source = args.positional().get(0);
            if (source instanceof Map) {
                budget.elements(Types.length(source, budget));
                dict.putAll(Types.dict(source));
            } else {
                pairs(dict, source, budget);
            }
        }
        args.keywords().forEach(dict::put);
        return dict;
    }

    private static void pairs(Map<Object, Object> dict, Object source, Budget budget) {
        for (Object pair : Types.elements(source, budget)) {
            List<Object> entry = Types.elements(pair, budget);
            if (entry.size() != 2) {
                throw new EvalError(
                        "dictionary update sequence element has length " + entry.size() + "; 2 is required");
            }
            budget.elements(1);
            Dicts.put(dict, entry.get(0), entry.get(1), budget);
        }
    }

    /** Nothing the first time, the separator from then on. */
    private static Function joiner(Object separator) {
        boolean[] used = {false};
        return new Function("Joiner", "joiner", args -> {
            args.bind("joiner");
            boolean first = !used[0];
            used[0] = true;
            return first ? "" : separator;
        });
    }
}
