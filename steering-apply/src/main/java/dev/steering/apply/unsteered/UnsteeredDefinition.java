package dev.steering.apply.unsteered;

import dev.steering.apply.Decision;
import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.Query;
import dev.steering.apply.json.Description;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.Draft;
import java.util.List;
import java.util.function.Consumer;

/** The model as it is. */
public final class UnsteeredDefinition implements MethodDefinition {
    /** The method's name. */
    public static final String NAME = "default";

    private static final String WORDS = "the model as it is";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String words() {
        return WORDS;
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of();
    }

    @Override
    public Method bind(ChatModel model, MethodArguments arguments) {
        return new Unsteered();
    }

    private record Unsteered() implements Method {
        @Override
        public String name() {
            return NAME;
        }

        @Override
        public String words() {
            return WORDS;
        }

        @Override
        public String json() {
            return Description.of(NAME).toJson();
        }

        @Override
        public boolean readsPlainText() {
            return true;
        }

        @Override
        public Draft draft(int index, Query query, Consumer<List<Decision>> decided) {
            return Draft.of(index, query.tokens(), null);
        }
    }
}
