package dev.steering.cli.prompts;

import dev.steering.core.prompts.ContrastSets;
import dev.steering.core.prompts.Dataset;
import dev.steering.core.prompts.DatasetSpec;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.Prompt;
import dev.steering.core.vector.ContrastSet;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFit;
import dev.steering.model.chat.TooLong;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The prompts of both classes, with where each stands. Immutable.
 *
 * @param harmful prompts that should be refused, single questions
 * @param harmless prompts that should be answered, single questions
 */
public record ContrastFiles(List<Prompt> harmful, List<Prompt> harmless) {
    public ContrastFiles {
        harmful = List.copyOf(harmful);
        harmless = List.copyOf(harmless);
    }

    /**
     * @param harmful where the prompts are that should be refused
     * @param harmless where those are that should be answered
     * @param remarks told of repetitions
     * @return both classes
     * @throws dev.steering.core.SteeringException as {@link ContrastSets#read(DatasetSpec, DatasetSpec)}
     */
    public static ContrastFiles read(DatasetSpec harmful, DatasetSpec harmless, Remarks remarks) {
        Dataset refuse = Dataset.readSide(harmful, Expectation.REFUSE);
        Dataset comply = Dataset.readSide(harmless, Expectation.COMPLY);
        ContrastSet unused = ContrastSets.of(refuse, comply);
        Stream.of(refuse, comply)
                .filter(read -> !read.duplicates().isEmpty() || read.unlabelled() > 0)
                .forEach(read -> remarks.note(read.describe() + "."));
        return new ContrastFiles(refuse.prompts(), comply.prompts());
    }

    /**
     * @param texts prompts of both classes that come from no file
     * @return them
     */
    public static ContrastFiles of(ContrastSet texts) {
        return new ContrastFiles(
                numbered(texts.harmful(), "harmful prompt "), numbered(texts.harmless(), "harmless prompt "));
    }

    private static List<Prompt> numbered(List<String> texts, String name) {
        return Stream.iterate(0, i -> i + 1)
                .limit(texts.size())
                .map(i -> new Prompt(texts.get(i), name + (i + 1)))
                .toList();
    }

    /** @return the texts alone */
    public ContrastSet set() {
        return new ContrastSet(texts(harmful), texts(harmless));
    }

    private static List<String> texts(List<Prompt> prompts) {
        return prompts.stream().map(Prompt::text).toList();
    }

    /** @return where each text stands first */
    public Map<String, String> places() {
        Map<String, String> places = new HashMap<>();
        Stream.concat(harmful.stream(), harmless.stream())
                .forEach(prompt -> places.putIfAbsent(prompt.text(), prompt.place()));
        return places;
    }

    /**
     * Looks at every prompt before any of them is run, each with what is run behind it to tell its transition.
     *
     * @param model the model with the prompt format to use
     * @param rule what is done about prompts that are too long
     * @param remarks told what was left out or cut, and of control tokens
     * @return what fits
     * @throws dev.steering.core.SteeringException as {@link PromptFit#of}
     */
    public ContrastFiles fitted(ChatModel model, TooLong rule, Remarks remarks) {
        int marker = Transitions.of(model).markerTokens().length;
        PromptFit fit = PromptFit.of(rule, model, 0);
        PromptFit.Need<Prompt> need = prompt -> model.encode(prompt.text()).length + marker;
        PromptFit.Result<Prompt> refuse = fit.of(harmful, prompt -> prompt, Prompt::withText, need);
        PromptFit.Result<Prompt> comply = fit.of(harmless, prompt -> prompt, Prompt::withText, need);
        remarks.fitted(refuse, "harmful");
        remarks.fitted(comply, "harmless");
        ContrastFiles fitted = new ContrastFiles(refuse.kept(), comply.kept());
        remarks.controlTokens(
                model,
                Stream.concat(fitted.harmful.stream(), fitted.harmless.stream()).toList());
        return fitted;
    }
}
