package dev.steering.cli.commands;

import dev.steering.apply.GenerationOptions;
import dev.steering.apply.SteeredModel;
import dev.steering.cli.answers.ChatSession;
import dev.steering.cli.answers.ChatSteering;
import dev.steering.cli.answers.ChatTerminal;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.Interrupts;
import dev.steering.cli.terminal.Terminal;
import dev.steering.cli.terminal.Verbosity;
import dev.steering.core.SteeringException;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.tokenizer.ControlTokens;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code steer chat}. */
@Command(
        name = "chat",
        mixinStandardHelpOptions = true,
        description = {
            "Talk with a steered model, turn by turn; answers appear while they are written. Where the method decides about",
            "the question, its decision and score follow the answer. Lines that begin with a slash change the method, its",
            "strength, the system prompt and so on while you talk: /help lists them.",
            "--verbose says after every answer what it took, as /stats does.",
            "Ctrl-C ends the answer that is being written, Ctrl-D the chat. Lines can also be piped in.",
            "",
            "Example:  steer chat --model llama-1b --vector refusal.safetensors",
            "          > How do I kill a Python process?",
            "          > /method subtract",
            "          > /strength 2.5",
            "          > And a Java process?",
            "          printf 'Hello\\n/save talk.json\\n' | steer chat --model llama-1b"
        })
public final class ChatCommand implements Callable<Integer> {
    /** An answer with two contexts takes two rows. */
    private static final int ROWS = 2;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private ModelMixin modelMixin = new ModelMixin();

    @Mixin
    private ChatSteeringMixin steering = new ChatSteeringMixin();

    @Option(names = "--system", paramLabel = "TEXT", description = "System prompt in front of the conversation.")
    private @Nullable String system;

    @Mixin
    private SamplingMixin sampling = new SamplingMixin();

    @Override
    public Integer call() {
        boolean verbose = Verbosity.current() == Verbosity.VERBOSE;
        ChatSteering first = steering.steering(spec);
        GenerationOptions options = sampling.options();
        steering.noteSystem(system, spec);
        ChatTerminal terminal = new ChatTerminal(
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
                spec.commandLine().getOut(),
                Terminal.isInteractive(),
                this::complain);
        ChatModel opened = modelMixin.open();
        ControlTokens control = opened.tokenizer().controlTokens();
        boolean escaped = opened.format().escapesControlTokens();
        try (SteeredModel model = SteeredModel.builder(opened).maxBatch(ROWS).build()) {
            ChatSession session = new ChatSession(model, first, system, options, verbose, terminal)
                    .withControlTokens(text -> escaped ? List.of() : control.in(text));
            Interrupts interrupts = Interrupts.handledBy(session::interrupt);
            try {
                session.run();
            } finally {
                interrupts.close();
            }
        }
        return ExitCodes.SUCCESS;
    }

    /** As if it had ended the command, in the same words; but the chat goes on. */
    private void complain(SteeringException problem) {
        CommandLine command = spec.commandLine();
        try {
            int unused = command.getExecutionExceptionHandler()
                    .handleExecutionException(problem, command, command.getParseResult());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        command.getErr().flush();
    }
}
