package dev.steering.template;

import dev.steering.template.Stmt.Signature;
import dev.steering.template.Values.Callable;
import dev.steering.template.Values.HasAttributes;
import dev.steering.template.Values.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A {@code {% macro %}}, or the body of a {@code {% call %}}: sees the variables of the place where it is defined. */
final class Macro implements Callable, HasAttributes {
    private final Signature signature;
    private final VariableScope definition;
    private final Interpreter interpreter;

    Macro(Signature signature, VariableScope definition, Interpreter interpreter) {
        this.signature = signature;
        this.definition = definition;
        this.interpreter = interpreter;
    }

    @Override
    public Object call(Args args) {
        VariableScope scope = definition.inner();
        Map<String, Object> keywords = new LinkedHashMap<>(args.keywords());
        List<String> parameters = signature.parameters();
        int given = Math.min(args.positional().size(), parameters.size());
        for (int i = 0; i < given; i++) {
            scope.set(parameters.get(i), args.positional().get(i));
        }
        List<String> missing = new ArrayList<>();
        for (String parameter : parameters.subList(given, parameters.size())) {
            Object value = keywords.remove(parameter);
            if (value == null) {
                missing.add(parameter);
            } else {
                scope.set(parameter, value);
            }
        }
        extras(scope, keywords, args.skip(parameters.size()).positional());
        return interpreter.macroBody(signature.body(), scope, () -> defaults(scope, missing));
    }

    /** Later defaults may use earlier parameters. */
    private void defaults(VariableScope scope, List<String> missing) {
        int firstDefault = signature.parameters().size() - signature.defaults().size();
        for (String parameter : missing) {
            int index = signature.parameters().indexOf(parameter) - firstDefault;
            scope.set(
                    parameter,
                    index >= 0
                            ? interpreter.evaluate(signature.defaults().get(index), scope)
                            : new Undefined("parameter " + Repr.quote(parameter) + " was not provided"));
        }
    }

    /** What is left over is an error unless the body speaks of it. */
    private void extras(VariableScope scope, Map<String, Object> keywords, List<Object> positional) {
        String name = "macro " + Repr.quote(signature.name());
        if (signature.mentions().contains("caller") && !signature.parameters().contains("caller")) {
            Object caller = keywords.remove("caller");
            scope.set("caller", caller == null ? new Undefined("No caller defined") : caller);
        }
        if (signature.mentions().contains("kwargs")) {
            scope.set("kwargs", new LinkedHashMap<Object, Object>(keywords));
        } else if (keywords.containsKey("caller")) {
            throw new EvalError(name + " was invoked with two values for the special caller argument."
                    + " This is most likely a bug.");
        } else if (!keywords.isEmpty()) {
            throw new EvalError(name + " takes no keyword argument "
                    + Repr.quote(keywords.keySet().iterator().next()));
        }
        if (signature.mentions().contains("varargs")) {
            scope.set("varargs", new Tuple(positional));
        } else if (!positional.isEmpty()) {
            throw new EvalError(
                    name + " takes not more than " + signature.parameters().size() + " argument(s)");
        }
    }

    @Override
    public Object attribute(String name) {
        return switch (name) {
            case "name" -> signature.name();
            case "arguments" -> new Tuple(List.copyOf(signature.parameters()));
            default -> new Undefined("'jinja2.runtime.Macro object' has no attribute " + Repr.quote(name));
        };
    }

    @Override
    public String toString() {
        return "<Macro " + Repr.quote(signature.name()) + ">";
    }
}
