package dev.steering.springai;

import dev.steering.apply.ChatRequest;
import dev.steering.apply.ChatStream;
import dev.steering.apply.Decision;
import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.Query;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.Steering;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.PromptProbe;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.Capture;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A method that holds the loop which writes answers, on that loop's own thread, until it is let go: what is asked meanwhile waits,
 * however slow or fast the machine is. Listeners of streams cannot do that, since they hear on threads of their own.
 */
public final class HeldSpringLoop implements MethodDefinition, Method {
    private static final String NAME = "held";

    private static volatile Hold current = new Hold();

    private record Hold(CompletableFuture<Void> begun, CompletableFuture<Void> letGo) implements PromptProbe {
        private Hold() {
            this(new CompletableFuture<>(), new CompletableFuture<>());
        }

        @Override
        public int[] suffix() {
            return new int[0];
        }

        @Override
        public List<Capture> captures(int promptTokens) {
            return List.of(Capture.token(0));
        }

        @Override
        public Reading read(ForwardResult states, int row) {
            begun.complete(null);
            letGo.join();
            return new Reading() {};
        }
    }

    /**
     * @param model whose loop is to stand still
     * @return completed by the caller to have it go on
     */
    public static synchronized CompletableFuture<Void> hold(SteeredModel model) {
        Hold hold = new Hold();
        current = hold;
        ChatStream unused = model.stream(
                ChatRequest.builder("What is a wasp?")
                        .steering(model.prepare(Steering.method(NAME)))
                        .build(),
                piece -> {});
        hold.begun.orTimeout(2, TimeUnit.MINUTES).join();
        return hold.letGo;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String words() {
        return "the loop held";
    }

    @Override
    public String json() {
        return "{\"method\":\"" + NAME + "\"}";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of();
    }

    @Override
    public Method bind(ChatModel model, MethodArguments arguments) {
        return this;
    }

    @Override
    public Draft draft(int index, Query query, Consumer<List<Decision>> decided) {
        return Draft.probed(index, query.tokens(), current, found -> null, true);
    }
}
