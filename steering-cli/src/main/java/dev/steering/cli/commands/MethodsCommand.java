package dev.steering.cli.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.MethodRegistry;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.WrongUsage;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code steer methods}. */
@Command(
        name = "methods",
        mixinStandardHelpOptions = true,
        description = {
            "List the methods that 'steer generate', 'steer chat' and 'steer eval' know: what each does, what it needs, and",
            "what can be said about it, with defaults. Options with a = can be given with --set; others are files.",
            "",
            "Example:  steer methods",
            "          steer methods scans self-cd",
            "          steer methods --json"
        })
public final class MethodsCommand implements Callable<Integer> {
    @Mixin
    private OutputMixin output = new OutputMixin();

    @Parameters(arity = "0..*", paramLabel = "METHOD", description = "Methods to describe. Default: all.")
    private List<String> names = List.of();

    @Override
    public Integer call() {
        List<MethodDefinition> methods = names.isEmpty()
                ? MethodRegistry.all()
                : WrongUsage.in(() -> names.stream().map(MethodRegistry::get).toList());
        PrintWriter out = output.text();
        methods.forEach(method -> print(out, method));
        if (names.isEmpty()) {
            out.println(
                    "Conditional activation steering (CAST) is no method of its own: 'steer generate --method add --condition"
                            + " VECTOR ... --save-plan cast.json' makes a plan of it, which --plan cast.json follows, and which eval and"
                            + " compare take among --methods as plan:cast.json.");
        }
        out.flush();
        output.print(() -> {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            ArrayNode array = node.putArray("methods");
            methods.forEach(method -> array.add(described(method)));
            return node;
        });
        return ExitCodes.SUCCESS;
    }

    private static void print(PrintWriter out, MethodDefinition method) {
        out.printf(Locale.ROOT, "%-12s %s%n", method.name(), method.words());
        for (MethodOption<?> option : method.options()) {
            String name = option.name() + (option.isText() ? "=" : "");
            String need = method.required().contains(option) ? " (needed)" : "";
            out.printf(Locale.ROOT, "    %-18s %s%s%n", name, option.words(), need);
        }
    }

    private static ObjectNode described(MethodDefinition method) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("name", method.name()).put("words", method.words());
        MethodOption<Double> strength = method.strength();
        node.put("strength", strength == null ? null : strength.name());
        ArrayNode options = node.putArray("options");
        for (MethodOption<?> option : method.options()) {
            options.addObject()
                    .put("name", option.name())
                    .put("words", option.words())
                    .put("needed", method.required().contains(option))
                    .put("text", option.isText());
        }
        return node;
    }
}
