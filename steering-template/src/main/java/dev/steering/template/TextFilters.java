package dev.steering.template;

import dev.steering.template.Filters.Filter;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filters that make text. Other values are printed first, so that {@code none|trim} is the text {@code None}. */
final class TextFilters {
    private static final Pattern WORD_BEGINNING = Pattern.compile("[-\\s({\\[<]++", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern WORD = Pattern.compile("\\w++", Pattern.UNICODE_CHARACTER_CLASS);

    /** What a character costs a regular expression with Unicode classes. */
    private static final long MATCHING_COST = 16;

    private TextFilters() {}

    static Map<String, Filter> all() {
        return Map.ofEntries(
                Map.entry("trim", (value, args, budget) -> {
                    Args.Bound bound = args.bind("trim", "chars");
                    String chars = bound.hasValue(0) ? bound.string(0) : null;
                    return StringMethods.strip(Repr.str(value, budget), chars, "strip", budget);
                }),
                Map.entry("upper", (value, args, budget) -> method("upper", value, args, budget)),
                Map.entry("lower", (value, args, budget) -> method("lower", value, args, budget)),
                Map.entry("capitalize", (value, args, budget) -> method("capitalize", value, args, budget)),
                Map.entry("title", TextFilters::title),
                Map.entry("string", (value, args, budget) -> Repr.str(value, budget)),
                Map.entry("replace", TextFilters::replace),
                Map.entry("join", TextFilters::join),
                Map.entry("format", TextFilters::format),
                Map.entry("indent", TextFilters::indent),
                Map.entry("center", (value, args, budget) -> {
                    int width = args.bind("center", "width").integer(0, 80);
                    return method("center", value, Args.of((long) width), budget);
                }),
                Map.entry("truncate", TextFilters::truncate),
                Map.entry("wordcount", TextFilters::wordCount),
                Map.entry("tojson", Json::write));
    }

    private static Object method(String name, Object value, Args args, Budget budget) {
        Values.Callable method = StringMethods.find(Repr.str(value, budget), name, budget);
        if (method == null) {
            throw new IllegalArgumentException(name);
        }
        return method.call(args);
    }

    /** Unlike {@code str.title}: words begin after spaces, hyphens and opening brackets. */
    private static Object title(Object value, Args args, Budget budget) {
        args.bind("title");
        String text = Repr.str(value, budget);
        budget.allocate(text.length());
        budget.scan(text.length() * MATCHING_COST);
        StringBuilder out = new StringBuilder(text.length());
        Matcher separator = WORD_BEGINNING.matcher(text);
        int position = 0;
        while (separator.find()) {
            appendWord(out, text.substring(position, separator.start()));
            out.append(separator.group());
            position = separator.end();
        }
        appendWord(out, text.substring(position));
        return out.toString();
    }

    private static void appendWord(StringBuilder out, String word) {
        if (!word.isEmpty()) {
            int first = word.offsetByCodePoints(0, 1);
            out.append(LetterCase.upper(word.substring(0, first))).append(LetterCase.lower(word.substring(first)));
        }
    }

    private static Object replace(Object value, Args args, Budget budget) {
        Args.Bound bound = args.bind("replace", "old", "new", "count");
        return StringMethods.replace(
                Repr.str(value, budget),
                Repr.str(bound.required(0), budget),
                Repr.str(bound.required(1), budget),
                bound.integer(2, -1),
                budget);
    }

    private static Object join(Object value, Args args, Budget budget) {
        Args.Bound bound = args.bind("join", "d", "attribute");
        List<Object> items = Types.elements(value, budget);
        if (bound.hasValue(1)) {
            Attributes getter = new Attributes(bound.required(1), budget);
            items = items.stream().map(getter::get).toList();
        }
        return StringMethods.join(Repr.str(bound.get(0, ""), budget), items, true, budget);
    }

    private static Object format(Object value, Args args, Budget budget) {
        boolean named = !args.keywords().isEmpty();
        if (named && !args.positional().isEmpty()) {
            throw new EvalError("can't handle positional and keyword arguments at the same time");
        }
        Object values = named ? Map.copyOf(args.keywords()) : new Values.Tuple(args.positional());
        return Printf.format(Repr.str(value, budget), values, Markup.is(value, budget), budget);
    }

    private static Object indent(Object value, Args args, Budget budget) {
        Args.Bound bound = args.bind("indent", "width", "first", "blank");
        if (!(value instanceof String text)) {
            throw value instanceof Undefined undefined
                    ? undefined.fail()
                    : new EvalError("unsupported operand type(s) for +=: '" + Types.name(value) + "' and 'str'");
        }
        Object width = bound.get(0, 4L);
        String indention = width instanceof String s ? s : (String) Operators.binary("*", " ", width, budget);
        boolean blank = bound.truth(2, false);
        StringBuilder out = new StringBuilder(bound.truth(1, false) ? indention : "");
        boolean first = true;
        for (Object line : StringSplits.lines(text + "\n", false, budget)) {
            String content = (String) line;
            budget.allocate((long) indention.length() + content.length() + 1);
            if (!first) {
                out.append('\n').append(blank || !content.isEmpty() ? indention : "");
            }
            out.append(content);
            first = false;
        }
        return out.toString();
    }

    private static Object truncate(Object value, Args args, Budget budget) {
        Args.Bound bound = args.bind("truncate", "length", "killwords", "end", "leeway");
        String text = Repr.str(value, budget);
        String end = bound.has(2) ? bound.string(2) : "...";
        int length = bound.integer(0, 255);
        int keep = length - CodePoints.length(end);
        if (keep < 0) {
            throw new EvalError("expected length >= " + CodePoints.length(end) + ", got " + length);
        }
        if (CodePoints.length(text) <= (long) length + bound.integer(3, 5)) {
            return text;
        }
        budget.allocate(text.length());
        String kept = text.substring(0, CodePoints.offset(text, keep));
        int space = bound.truth(1, false) ? -1 : kept.lastIndexOf(' ');
        String escapedEnd = Markup.is(value, budget) ? Markup.escape(bound.get(2, end), budget) : end;
        return (space < 0 ? kept : kept.substring(0, space)) + escapedEnd;
    }

    private static Object wordCount(Object value, Args args, Budget budget) {
        args.bind("wordcount");
        String text = Repr.str(value, budget);
        budget.scan(text.length() * MATCHING_COST);
        return WORD.matcher(text).results().count();
    }
}
