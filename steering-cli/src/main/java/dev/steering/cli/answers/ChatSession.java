package dev.steering.cli.answers;

import dev.steering.apply.ChatRequest;
import dev.steering.apply.ChatResponse;
import dev.steering.apply.Conversations;
import dev.steering.apply.FinishReason;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Message;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.Prepared;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.Usage;
import dev.steering.apply.plan.Gate;
import dev.steering.cli.answers.SlashCommands.SlashCommand;
import dev.steering.cli.terminal.StandardOutput;
import dev.steering.cli.terminal.Verbosity;
import dev.steering.core.BadRequest;
import dev.steering.core.ContextExceeded;
import dev.steering.core.SteeringException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A conversation with a model, line by line: what begins with a slash is told to the session, everything else to the model. What goes
 * wrong in a turn is said in one line, and the conversation stays as it was. For one thread, except {@link #interrupt}.
 */
public final class ChatSession {
    private final SteeredModel model;
    private final ChatTerminal terminal;
    private final GenerationOptions options;
    private final boolean verbose;
    private final SlashCommands commands;
    private final List<Message> turns = new ArrayList<>();
    private final AtomicReference<@Nullable ShownAnswer> writing = new AtomicReference<>();
    private final Set<String> remarked = new HashSet<>();
    private Function<String, List<String>> control = text -> List.of();
    private ChatSteering steering;
    private Prepared prepared;
    private @Nullable String system;
    private @Nullable String statistics;
    private boolean over;

    /**
     * @param model answers
     * @param steering how
     * @param system what the model is told before the conversation; null for nothing
     * @param options how it writes
     * @param verbose whether every answer is followed by what it took
     * @param terminal where lines come from and go
     * @throws SteeringException if the model cannot be steered so
     */
    public ChatSession(
            SteeredModel model,
            ChatSteering steering,
            @Nullable String system,
            GenerationOptions options,
            boolean verbose,
            ChatTerminal terminal) {
        this.model = model;
        this.terminal = terminal;
        this.options = options;
        this.verbose = verbose;
        this.system = system;
        this.steering = steering;
        this.prepared = model.prepare(steering.steering());
        this.commands = new SlashCommands(
                new SlashCommand("/method", "[NAME]", "answer with another method; nothing lists them", this::method),
                new SlashCommand(
                        "/strength",
                        "A|default",
                        "how strongly the method steers",
                        text -> change(this.steering.withStrength(text))),
                new SlashCommand(
                        "/layers",
                        "L|default",
                        "layers to steer, such as 3 or 10-20 or 1,4-6",
                        text -> change(this.steering.withLayers(text))),
                new SlashCommand(
                        "/set",
                        "OPTION=VALUE",
                        "any option of the method, see 'steer methods'",
                        text -> change(this.steering.with(MethodSetting.parse(text)))),
                new SlashCommand(
                        "/system", "[TEXT]", "what the model is told first; nothing takes it back", this::tell),
                new SlashCommand("/reset", "", "forget the conversation", unused -> turns.clear()),
                new SlashCommand("/messages", "", "show the conversation", unused -> show()),
                new SlashCommand(
                        "/save", "FILE.json", "save it for 'steer generate --messages'", file -> save(Path.of(file))),
                new SlashCommand("/stats", "", "what the last answer took", unused -> showStatistics()),
                new SlashCommand("/help", "", "show this", unused -> help()),
                new SlashCommand("/quit", "", "leave, as Ctrl-D does", unused -> over = true));
    }

    /**
     * Lets the session say once that what is typed becomes control tokens; without this call it does not.
     *
     * @param finder finds them in a text
     * @return this
     */
    public ChatSession withControlTokens(Function<String, List<String>> finder) {
        control = finder;
        return this;
    }

    /**
     * Talks until the lines end or somebody leaves.
     *
     * @throws SteeringException if what is printed does not arrive
     */
    public void run() {
        remark();
        if (terminal.interactive() && Verbosity.current() != Verbosity.QUIET) {
            terminal.line("[" + prepared.words() + "]");
            terminal.line("/help lists what can be told to the chat; Ctrl-C ends an answer, Ctrl-D the chat.");
        }
        while (!over) {
            String line = terminal.next();
            if (line == null) {
                return;
            }
            try {
                turn(line);
            } catch (ContextExceeded e) {
                terminal.complain(new ContextExceeded(
                        e.getMessage() + " /reset begins a new conversation.", e.tokens(), e.context()));
            } catch (SteeringException e) {
                terminal.complain(e);
            }
            StandardOutput.requireArrived(terminal.out());
        }
    }

    /** Ends the answer that is being written; while none is, says how to leave. May be called by any thread. */
    public void interrupt() {
        ShownAnswer answer = writing.get();
        if (answer != null) {
            answer.cancel();
        } else {
            terminal.remind();
        }
    }

    private void turn(String line) {
        if (line.startsWith("/") && !line.startsWith("//")) {
            commands.run(line);
        } else if (!line.isBlank()) {
            ask(line.startsWith("//") ? line.substring(1) : line);
        }
    }

    private void ask(String text) {
        warn(text, "what was typed holds");
        if (system != null) {
            warn(system, "the system prompt holds");
        }
        List<Message> asked = new ArrayList<>(turns);
        asked.add(Message.user(text));
        ChatRequest request = ChatRequest.builder(withSystem(asked))
                .steering(prepared)
                .options(options)
                .build();
        long start = System.nanoTime();
        ShownAnswer answer = new ShownAnswer();
        writing.set(answer);
        ChatResponse response;
        try {
            response = answer.await(model.stream(request, piece -> print(answer, piece)));
        } finally {
            writing.set(null);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        terminal.line("");
        // A conversation goes question, answer, question: without an answer the question is taken back.
        if (!response.text().isEmpty() || response.finish() != FinishReason.CANCELLED) {
            turns.add(Message.user(text));
            turns.add(Message.assistant(response.text()));
        }
        statistics = words(response, seconds);
        after(response);
    }

    /** Nobody reads on: the rest of the answer is not worth writing. */
    private void print(ShownAnswer answer, String piece) {
        if (answer.show(piece)) {
            terminal.out().print(piece);
            if (terminal.out().checkError()) {
                answer.cancel();
            }
        }
    }

    private void after(ChatResponse response) {
        List<Gate> gates = response.decisions().isEmpty() ? List.of() : ChatSteering.gates(prepared.steering());
        for (int i = 0; i < response.decisions().size(); i++) {
            terminal.line("[" + GateText.of(gates.get(i), response.decisions().get(i)) + "]");
        }
        boolean wanted = response.finish() != FinishReason.CANCELLED && response.finish() != FinishReason.DEADLINE;
        String degenerate = Degenerate.word(response.text());
        if (wanted && degenerate != null) {
            terminal.line("[" + degenerate + " answer]");
        }
        switch (response.finish()) {
            case CANCELLED -> terminal.line("[cancelled]");
            case LENGTH -> terminal.line("[cut off: the most new tokens]");
            case CONTEXT -> terminal.line("[cut off: the model's context is full]");
            case END, STOP, DEADLINE -> {}
        }
        if (verbose) {
            showStatistics();
        }
    }

    private static String words(ChatResponse response, double seconds) {
        Usage usage = response.usage();
        return String.format(
                Locale.ROOT,
                "%d prompt tokens, %d written in %.2f s (%.1f tokens/s), %d extra positions, ended by %s",
                usage.promptTokens(),
                usage.completionTokens(),
                seconds,
                usage.completionTokens() / Math.max(seconds, 1e-9),
                usage.extraPositions(),
                response.finish().name().toLowerCase(Locale.ROOT));
    }

    private void change(ChatSteering changed) {
        prepared = model.prepare(changed.steering());
        steering = changed;
        terminal.line("[" + prepared.words() + "]");
        remark();
    }

    private void method(String name) {
        if (!name.isEmpty()) {
            change(steering.withMethod(name));
            return;
        }
        terminal.line("[" + prepared.words() + "]");
        MethodRegistry.all()
                .forEach(
                        method -> terminal.line(String.format(Locale.ROOT, "%-12s %s", method.name(), method.words())));
        terminal.line(String.format(
                Locale.ROOT, "%-12s %s", "plan:FILE", "what a plan of 'steer generate --save-plan' says"));
    }

    /** What could not be checked is said once. */
    private void remark() {
        prepared.remarks().stream().filter(remarked::add).forEach(remark -> terminal.line("[note: " + remark + "]"));
    }

    private void warn(String text, String who) {
        List<String> found = control.apply(text);
        if (!found.isEmpty() && remarked.add(who)) {
            terminal.line("[warning: " + who + " texts that become control tokens of the model, such as " + found.get(0)
                    + ": they end turns and begin others, as in transformers. --escape-special encodes them as text.]");
        }
    }

    private void tell(String text) {
        system = text.isEmpty() ? null : text;
    }

    private List<Message> withSystem(List<Message> messages) {
        if (system == null) {
            return messages;
        }
        List<Message> all = new ArrayList<>(messages);
        all.add(0, Message.system(system));
        return all;
    }

    private void show() {
        withSystem(turns).forEach(message -> terminal.line(message.role() + ": " + message.content()));
    }

    private void save(Path file) {
        if (turns.isEmpty()) {
            throw new BadRequest("There is nothing to save yet: ask something first.");
        }
        Conversations.write(file, withSystem(turns));
        terminal.line("[saved in " + file + "]");
    }

    private void showStatistics() {
        if (statistics == null) {
            throw new BadRequest("There are no figures yet: ask something first.");
        }
        terminal.line("[" + statistics + "]");
    }

    private void help() {
        commands.help().forEach(terminal::line);
    }
}
