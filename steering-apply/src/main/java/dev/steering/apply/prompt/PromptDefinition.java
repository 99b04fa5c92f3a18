package dev.steering.apply.prompt;

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

/** The prompt baseline: nothing is steered, but every conversation gets a text that asks for helpfulness. */
public final class PromptDefinition implements MethodDefinition {
    /** What every conversation gets. */
    public static final MethodOption<AddedPrompt> TEXT = MethodOption.of(
                    "baseline-prompt",
                    AddedPrompt.class,
                    "what the model is told; default: the text that the Self-CD paper's code uses")
            .readBy(text -> new AddedPrompt(text, AddedPrompt.Placement.AUTO));

    private static final String NAME = "prompt";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String words() {
        return "a text that asks for helpfulness";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(TEXT);
    }

    @Override
    public Method bind(ChatModel model, MethodArguments arguments) {
        AddedPrompt prompt = arguments.get(TEXT, AddedPrompt.helpfulness());
        return new Prompted(model, prompt.placedFor(model));
    }

    private record Prompted(ChatModel model, AddedPrompt prompt) implements Method {
        @Override
        public String name() {
            return NAME;
        }

        @Override
        public String words() {
            return "not steered, with the text \"" + prompt.text() + "\" " + prompt.place();
        }

        @Override
        public String json() {
            return Description.of(NAME).put("prompt", prompt.described()).toJson();
        }

        @Override
        public Draft draft(int index, Query query, Consumer<List<Decision>> decided) {
            return Draft.of(index, prompt.encode(model, query.turns(NAME)), null);
        }
    }
}
