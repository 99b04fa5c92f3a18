package dev.steering.cli.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.Conversations;
import dev.steering.apply.Decision;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Message;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.apply.scans.ScansPreset;
import dev.steering.cli.answers.Degenerate;
import dev.steering.cli.answers.GateText;
import dev.steering.cli.answers.InOrder;
import dev.steering.cli.prompts.AskedPrompts;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.StandardOutput;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.prompts.Dataset;
import dev.steering.core.prompts.DatasetSpec;
import dev.steering.core.prompts.Prompt;
import dev.steering.core.prompts.Utf8Text;
import dev.steering.eval.judge.FinalAnswer;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFit;
import dev.steering.model.decode.TokenListener;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
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
            "          steer generate --model llama-1b --vector refusal.safetensors --prompts xstest_v2_prompts.csv@comply",
            "          steer generate --model llama-1b --vector refusal.safetensors --messages conversation.json",
            "          steer generate --model llama-1b --vector refusal.safetensors --method ablate --scope all --save-plan p.json hi"
        })
public final class GenerateCommand implements Callable<Integer>, LongWork {
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

    @Mixin
    private TooLongMixin tooLong = new TooLongMixin();

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Option(names = "--stream", description = "Print a single prompt's text while it is written.")
    private boolean stream;

    @Option(
            names = "--messages",
            paramLabel = "FILE.json",
            description =
                    "Answer a conversation instead of prompts: a JSON array of {\"role\": ..., \"content\": ...}, or an object"
                            + " with such \"messages\"; - reads standard input.")
    private @Nullable String conversation;

    @Option(
            names = "--prompts",
            paramLabel = PromptFileMixin.LABEL,
            description =
                    "Answer the prompts of a file: .txt, .csv, .tsv, .json, .jsonl or .parquet, in a published layout or with the column"
                            + " named. Conversations in it are answered as such. Can be given several times.")
    private List<String> promptFiles = List.of();

    @Mixin
    private LimitMixin limits = new LimitMixin();

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
        AskedPrompts asked = asked();
        steering.validate();
        double penalty = steering.preset() == null ? 1 : ScansPreset.REPETITION_PENALTY;
        GenerationOptions options = sampling.options(penalty);
        PrintWriter out = spec.commandLine().getOut();
        try (ChatModel model = modelMixin.open()) {
            Method method = steering.create(model);
            steering.noteSystems(asked.systems());
            List<Query> queries = asked.fitted(
                    model,
                    method,
                    PromptFit.of(tooLong.rule, model, options.decode().maxNewTokens()),
                    output.remarks());
            askedFor = queries.size();
            boolean streaming = stream && !output.isJson() && queries.size() == 1;
            ProgressBar progress = ProgressBar.onTerminal();
            Degenerate degenerate = new Degenerate();
            InOrder<Answer> printed = new InOrder<>(answer -> {
                progress.clear();
                print(output.text(), answer, streaming);
                output.print(() -> toJson(method, answer));
                answersPrinted.incrementAndGet();
                StandardOutput.requireArrived(out);
                degenerate.add(answer.generation());
            });
            int[] done = {0};
            Answering.with(model)
                    .withOptions(options)
                    .withBatch(answering.batch)
                    .answerQueries(queries, method, streaming ? printer(out) : TokenListener.NONE, (answer, i) -> {
                        if (!streaming) {
                            progress.onProgress("answering", ++done[0], queries.size());
                        }
                        printed.accept(answer, i);
                    });
            degenerate.warnings().forEach(output::warn);
        }
        return ExitCodes.SUCCESS;
    }

    /** What is to be answered: one conversation, or every prompt as one of its own. */
    private AskedPrompts asked() {
        if (conversation == null) {
            return new AskedPrompts(readPrompts(), answering.system);
        }
        if (!prompts.isEmpty() || !promptFiles.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--messages, --prompts and PROMPT exclude each other: give a conversation or prompts.");
        }
        List<Message> messages = conversation.equals("-")
                ? Conversations.parse(Utf8Text.STANDARD_INPUT, Utf8Text.read(Utf8Text.STANDARD_INPUT, System.in))
                : Conversations.read(Path.of(conversation));
        return new AskedPrompts(List.of(AskedPrompts.conversation(messages, conversation)), answering.system);
    }

    private void print(PrintWriter out, Answer answer, boolean streamed) {
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

    private ObjectNode toJson(Method method, Answer answer) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("prompt", answer.prompt())
                .put("method", method.name());
        Decision decision = answer.decision();
        if (decision != null) {
            GateText.write(node, steering.gate(), decision);
        }
        FinalAnswer last = FinalAnswer.of(answer.text());
        return node.put("text", answer.text())
                .put("answer", last.text())
                .put(
                        "thinking",
                        last.thought().isBlank() ? null : last.thought().strip())
                .put("tokens", answer.generation().tokens().size())
                .put("finish", answer.generation().finish().name().toLowerCase(Locale.ROOT))
                .put("degenerate", Degenerate.word(answer.generation()));
    }

    private static TokenListener printer(PrintWriter out) {
        return (row, piece) -> {
            out.print(piece);
            return !out.checkError();
        };
    }

    private List<Prompt> readPrompts() {
        if (prompts.isEmpty() && promptFiles.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Missing what to answer: give a PROMPT, a file with --prompts, or a conversation with --messages.");
        }
        List<Prompt> all = new ArrayList<>();
        for (String file : promptFiles) {
            all.addAll(limits.reader().readPrompts(WrongUsage.in(() -> DatasetSpec.parse(file))));
        }
        for (int i = 0; i < prompts.size(); i++) {
            String prompt = prompts.get(i);
            if (prompt.equals("-")) {
                all.addAll(Dataset.readStandardInput(System.in));
            } else if (prompt.isBlank()) {
                throw new ParameterException(
                        spec.commandLine(), "PROMPT " + (i + 1) + " is blank: leave it out or fill it in.");
            } else {
                all.add(new Prompt(prompt, "PROMPT " + (i + 1)));
            }
        }
        return all;
    }
}
