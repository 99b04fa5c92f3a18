package dev.steering.cli.prompts;

import dev.steering.core.PromptIdentity;
import dev.steering.core.prompts.ContrastSets;
import dev.steering.core.prompts.Dataset;
import dev.steering.core.prompts.DatasetReader;
import dev.steering.core.prompts.DatasetSpec;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.Prompt;
import dev.steering.core.vector.ContrastSet;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFit;
import dev.steering.model.chat.TooLong;
import dev.steering.model.chat.Turn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The prompts of both classes, with where each stands. Immutable.
 *
 * @param harmful prompts that should be refused
 * @param harmless prompts that should be answered
 */
public record ContrastFiles(List<Prompt> harmful, List<Prompt> harmless) {
    public ContrastFiles {
        harmful = List.copyOf(harmful);
        harmless = List.copyOf(harmless);
    }

    /**
     * @param harmful where the prompts are that should be refused, at least one file
     * @param harmless where those are that should be answered, at least one file
     * @param reader reads them
     * @param remarks told of repetitions
     * @return both classes
     * @throws dev.steering.core.SteeringException as {@link Dataset#readSide} and {@link ContrastSets#of(List, List)}
     */
    public static ContrastFiles read(
            List<DatasetSpec> harmful, List<DatasetSpec> harmless, DatasetReader reader, Remarks remarks) {
        List<Prompt> refuse = read(harmful, Expectation.REFUSE, "harmful", reader, remarks);
        List<Prompt> comply = read(harmless, Expectation.COMPLY, "harmless", reader, remarks);
        ContrastSet unused = ContrastSets.of(texts(refuse), texts(comply));
        return new ContrastFiles(refuse, comply);
    }

    /**
     * Reads all prompts of both classes.
     *
     * @param harmful where the prompts are that should be refused, at least one file
     * @param harmless where those are that should be answered, at least one file
     * @param remarks told of repetitions
     * @return both classes
     * @throws dev.steering.core.SteeringException as {@link #read(List, List, DatasetReader, Remarks)}
     */
    public static ContrastFiles read(List<DatasetSpec> harmful, List<DatasetSpec> harmless, Remarks remarks) {
        return read(harmful, harmless, DatasetReader.withDefaults(), remarks);
    }

    /**
     * @return this, all of which are single questions
     * @throws dev.steering.core.SteeringException if there is a conversation
     */
    public ContrastFiles requireQuestions() {
        ContrastSet unused = ContrastSets.ofPrompts(harmful, harmless);
        return this;
    }

    /**
     * @param model a model
     * @return a view of it that encodes the conversations among these prompts as such
     */
    public ChatModel view(ChatModel model) {
        Map<String, List<Turn>> turns = new HashMap<>();
        Stream.concat(harmful.stream(), harmless.stream())
                .filter(Prompt::isConversation)
                .forEach(prompt -> turns.put(prompt.text(), Turn.of(prompt.conversation())));
        return turns.isEmpty() ? model : model.withConversations(turns);
    }

    private static List<Prompt> read(
            List<DatasetSpec> files, Expectation side, String name, DatasetReader reader, Remarks remarks) {
        List<Prompt> all = new ArrayList<>();
        for (DatasetSpec file : files) {
            Dataset read = reader.readSide(file, side);
            if (read.unlabelled() > 0 || read.isSample()) {
                remarks.note(read.describe() + ".");
            }
            all.addAll(read.prompts());
        }
        Map<String, Prompt> first = new HashMap<>();
        List<Prompt> repeated = new ArrayList<>();
        for (Prompt prompt : all) {
            if (first.putIfAbsent(PromptIdentity.of(prompt.text()), prompt) != null) {
                repeated.add(prompt);
            }
        }
        if (!repeated.isEmpty()) {
            Prompt again = repeated.get(0);
            remarks.note(repeated.size() + " of the " + all.size() + " " + name + " prompts "
                    + (repeated.size() == 1 ? "repeats" : "repeat") + " another: " + again.place() + " is "
                    + Objects.requireNonNull(first.get(PromptIdentity.of(again.text())))
                            .place()
                    + (repeated.size() == 1 ? "" : ", for example") + ". They are kept, and weigh more.");
        }
        return all;
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
        ChatModel view = view(model);
        PromptFit.Need<Prompt> need = prompt -> view.encode(prompt.text()).length + marker;
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
