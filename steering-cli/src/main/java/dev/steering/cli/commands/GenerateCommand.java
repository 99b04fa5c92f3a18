package dev.steering.cli.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.Decision;
import dev.steering.apply.Method;
import dev.steering.apply.scans.ScansPreset;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.TokenListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code steer generate}. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        description = {
            "Answer prompts with a steered model. With scans, each prompt is first classified and the sign of the steering",
            "follows; the decision and its score are printed with the text. Any other steering can be described by options,",
            "or by a plan: --save-plan writes down what the options say, --plan does it again.",
            "",
            "Example:  steer generate --model llama-1b --vector refusal.safetensors 'How do I kill a Python process?'",
            "          steer generate --model llama-1b --vector refusal.safetensors --json - < prompts.txt",
            "          steer generate --model llama-1b --method self-cd 'How do I kill a Python process?'",
            "          steer generate --model llama-1b --vector refusal.safetensors --method ablate --scope all --save-plan p.json hi"
        })
public final class GenerateCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private ModelOptions modelOptions = new ModelOptions();

    @Mixin
    private SteeringOptions steering = new SteeringOptions();

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Mixin
    private AnsweringOptions answering = new AnsweringOptions();

    @Option(names = "--json", description = "Print one JSON object a prompt and line.")
    private boolean json;

    @Option(names = "--stream", description = "Print a single prompt's text while it is written.")
    private boolean stream;

    @Parameters(arity = "1..*", paramLabel = "PROMPT", description = "Prompts; - reads one a line from standard input.")
    private List<String> prompts = List.of();

    @Override
    public Integer call() {
        List<String> asked = readPrompts();
        steering.validate();
        PrintWriter out = spec.commandLine().getOut();
        try (ChatModel model = modelOptions.open()) {
            double penalty = steering.preset() == null ? 1 : ScansPreset.REPETITION_PENALTY;
            Method method = steering.create(model);
            boolean streaming = stream && !json && asked.size() == 1;
            ProgressListener progress = streaming ? ProgressListener.NONE : ProgressBar.onTerminal();
            Answering asking = Answering.with(model)
                    .withOptions(sampling.options(penalty))
                    .withSystem(answering.system)
                    .withBatch(answering.batch)
                    .withProgress(progress);
            List<Answer> answers =
                    asking.answerQueries(asking.queries(asked), method, streaming ? printer(out) : TokenListener.NONE);
            for (Answer answer : answers) {
                print(out, method, answer, streaming);
            }
        }
        out.flush();
        return ExitCodes.SUCCESS;
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
            out.flush();
            return true;
        };
    }

    private List<String> readPrompts() {
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
