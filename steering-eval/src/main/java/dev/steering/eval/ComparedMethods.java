package dev.steering.eval;

import dev.steering.apply.Answering;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.run.AnsweringMethod;
import dev.steering.eval.run.EncodedPrompts;
import dev.steering.eval.run.EvalGroup;
import dev.steering.eval.run.FittedItems;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The methods of an evaluation, bound to its model.
 *
 * @param model the model
 * @param prompts encodes the prompts
 * @param options how prompts are put
 * @param methods the methods, the one that the others are compared with first
 */
record ComparedMethods(ChatModel model, EncodedPrompts prompts, RunOptions options, List<Method> methods) {
    ComparedMethods {
        methods = List.copyOf(methods);
        if (methods.isEmpty()) {
            throw new IllegalArgumentException("An evaluation needs at least one method, found none.");
        }
    }

    List<String> names() {
        return methods.stream().map(Method::name).toList();
    }

    /** What each does, for programs: a run does not go on with other settings. */
    Map<String, String> plans() {
        return byName(Method::json);
    }

    /** What each does, for people. */
    Map<String, String> words() {
        return byName(Method::words);
    }

    private Map<String, String> byName(Function<Method, String> value) {
        Map<String, String> values = new LinkedHashMap<>();
        methods.forEach(method -> values.put(method.name(), value.apply(method)));
        return values;
    }

    /** What fits into the contexts of all methods; what is cut leaves room for the answer. */
    FittedItems fitted(List<EvalItem> items, GenerationOptions writing) {
        return fitted(items, "evaluated", writing);
    }

    /** The same of prompts that are called something else. */
    FittedItems fitted(List<EvalItem> items, String name, GenerationOptions writing) {
        PromptFit fit = PromptFit.of(options.tooLong(), model, writing.decode().maxNewTokens());
        return FittedItems.of(items, name, fit, FittedItems.need(prompts, methods));
    }

    /** The methods as they answer when they write in that way. */
    List<EvalGroup> asked(GenerationOptions writing) {
        Answering answering = Answering.with(model).withOptions(writing).withBatch(options.batch());
        return methods.stream()
                .<EvalGroup>map(method -> new AnsweringMethod(method, prompts, answering))
                .toList();
    }
}
