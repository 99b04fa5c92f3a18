package dev.steering.cli;

import dev.steering.apply.Decision;
import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.Query;
import dev.steering.apply.json.Description;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.Turn;
import dev.steering.model.decode.Draft;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A method that another jar brings: it asks several times. The command line has no option for it. */
public final class RepeatDefinition implements MethodDefinition {
    private static final MethodOption<Integer> TIMES =
            MethodOption.wholeNumber("times", "how often the question is asked, at least 1; default: 2");
    private static final MethodOption<Double> PATIENCE =
            MethodOption.number("patience", "how patiently, a number of at least 0; default: 1");

    @Override
    public String name() {
        return "repeat";
    }

    @Override
    public String words() {
        return "the question asked several times";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(TIMES, PATIENCE);
    }

    @Override
    public @Nullable MethodOption<Double> strength() {
        return PATIENCE;
    }

    @Override
    public Method bind(ChatModel model, MethodArguments arguments) {
        return new Repeated(model, arguments.get(TIMES, 2), arguments.get(PATIENCE, 1.0));
    }

    private record Repeated(ChatModel model, int times, double patience) implements Method {
        @Override
        public String name() {
            return "repeat";
        }

        @Override
        public String words() {
            return String.format(Locale.ROOT, "the question asked %d times with patience %.1f", times, patience);
        }

        @Override
        public String json() {
            return Description.of(name())
                    .put("times", times)
                    .put("patience", patience)
                    .toJson();
        }

        @Override
        public Draft draft(int index, Query query, Consumer<List<Decision>> decided) {
            String asked = (query.prompt() + " ").repeat(times).strip();
            return Draft.of(index, model.encode(Turn.of(asked, query.system())), null);
        }
    }
}
