package dev.steering.cli.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.Conversations;
import dev.steering.apply.Decision;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Message;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.apply.Role;
import dev.steering.apply.scans.ScansPreset;
import dev.steering.cli.answers.GateText;
import dev.steering.cli.answers.InOrder;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.StandardOutput;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.SteeringException;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.TokenListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code steer generate}. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        description = {
            "Answer prompts with a steered model. With scans, each prompt is first classified and the sign of the steering",
            "follows; the decision and its score are printed with the text. Any other steering can be described by options,",
            "or by a plan: --save-plan writes down what the options say, --plan does it again. Every answer is printed as soon",
            "as it and those before it are complete.",
            "",
            "Example:  steer generate --model llama-1b --vector refusal.safetensors 'How do I kill a Python process?'",
            "          steer generate --model llama-1b --vector refusal.safetensors --json - < prompts.txt",
            "          steer generate --model llama-1b --method self-cd 'How do I kill a Python process?'",
            "          steer generate --model llama-1b --vector refusal.safetensors --messages conversation.json",
            "          steer generate --model llama-1b --vector refusal.safetensors --method ablate --scope all --save-plan p.json hi"
        })
public final class GenerateCommand implements Callable<Integer>, LongWork {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private ModelMixin modelMixin = new ModelMixin();

    @Mixin
    private SteeringMixin steering = new SteeringMixin();

    @Mixin
    private SamplingMixin sampling = new SamplingMixin();

    @Mixin
    private AnsweringMixin answering = new AnsweringMixin();

    @Option(names = "--json", description = "Print one JSON object a prompt and line.")
    private boolean json;

    @Option(names = "--stream", description = "Print a single prompt's text while it is written.")
    private boolean stream;

    @Option(
            names = "--messages",
            paramLabel = "FILE.json",
            description =
                    "Answer a conversation instead of prompts: a JSON array of {\"role\": ..., \"content\": ...}, or an object"
                            + " with such \"messages\"; - reads standard input.")
    private @Nullable String conversation;

    @Parameters(arity = "0..*", paramLabel = "PROMPT", description = "Prompts; - reads one a line from standard input.")
    private List<String> prompts = List.of();

    private final AtomicInteger answersPrinted = new AtomicInteger();
    private volatile int askedFor;

    @Override
    public String kept() {
        return answersPrinted + " of " + askedFor + " answers are printed, in order: leave their prompts out to go on.";
    }

    @Override
    public Integer call() {
        List<List<Message>> asked = asked();
        askedFor = asked.size();
        steering.validate();
        double penalty = steering.preset() == null ? 1 : ScansPreset.REPETITION_PENALTY;
        GenerationOptions options = sampling.options(penalty);
        PrintWriter out = spec.commandLine().getOut();
        try (ChatModel model = modelMixin.open()) {
            Method method = steering.create(model);
            boolean streaming = stream && !json && asked.size() == 1;
            ProgressBar progress = ProgressBar.onTerminal();
            InOrder<Answer> printed = new InOrder<>(answer -> {
                progress.clear();
                print(out, method, answer, streaming);
                answersPrinted.incrementAndGet();
                StandardOutput.requireArrived(out);
            });
            int[] done = {0};
            Answering.with(model)
                    .withOptions(options)
                    .withBatch(answering.batch)
                    .answerQueries(
                            asked.stream()
                                    .map(messages -> Query.of(model, messages))
                                    .toList(),
                            method,
                            streaming ? printer(out) : TokenListener.NONE,
                            (answer, i) -> {
                                if (!streaming) {
                                    progress.onProgress("answering", ++done[0], asked.size());
                                }
                                printed.accept(answer, i);
                            });
        }
        return ExitCodes.SUCCESS;
    }

    /** What is to be answered: one conversation, or every prompt as one of its own. */
    private List<List<Message>> asked() {
        if (conversation == null) {
            return readPrompts().stream()
                    .map(prompt -> withSystem(List.of(Message.user(prompt))))
                    .toList();
        }
        if (!prompts.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--messages and PROMPT exclude each other: give a conversation or prompts.");
        }
        List<Message> messages = conversation.equals("-")
                ? Conversations.parse("standard input", String.join("\n", standardInput()))
                : Conversations.read(Path.of(conversation));
        if (answering.system != null && messages.get(0).role() == Role.SYSTEM) {
            throw new WrongUsage(
                    "--system and the system message of " + conversation + " exclude each other: leave one out.");
        }
        return List.of(withSystem(messages));
    }

    private List<Message> withSystem(List<Message> messages) {
        return answering.system == null
                ? messages
                : Stream.concat(Stream.of(Message.system(answering.system)), messages.stream())
                        .toList();
    }

    private void print(PrintWriter out, Method method, Answer answer, boolean streamed) {
        if (json) {
            out.println(toJson(method, answer));
            return;
        }
        if (streamed) {
            out.println();
        } else {
            out.println("> " + answer.prompt());
        }
        Decision decision = answer.decision();
        if (decision != null) {
            out.println("[" + GateText.of(steering.gate(), decision) + "]");
        }
        if (!streamed) {
            out.println(answer.text());
            out.println();
        }
    }

    private String toJson(Method method, Answer answer) {
        ObjectNode node = JSON.createObjectNode().put("prompt", answer.prompt()).put("method", method.name());
        Decision decision = answer.decision();
        if (decision != null) {
            GateText.write(node, steering.gate(), decision);
        }
        node.put("text", answer.text())
                .put("tokens", answer.generation().tokens().size())
                .put("finish", answer.generation().finish().name().toLowerCase(Locale.ROOT));
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TokenListener printer(PrintWriter out) {
        return (row, piece) -> {
            out.print(piece);
            return !out.checkError();
        };
    }

    private List<String> readPrompts() {
        if (prompts.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "Missing what to answer: give a PROMPT, or a conversation with --messages.");
        }
        List<String> all = new ArrayList<>();
        for (String prompt : prompts) {
            if (prompt.equals("-")) {
                all.addAll(standardInput());
            } else {
                all.add(prompt);
            }
        }
        all.removeIf(String::isBlank);
        if (all.isEmpty()) {
            throw new SteeringException(
                    "No prompts: give some as arguments, or one a line on standard input with '-'.");
        }
        return all;
    }

    private static List<String> standardInput() {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new SteeringException("Cannot read prompts from standard input: " + e.getMessage(), e);
        }
    }
}
