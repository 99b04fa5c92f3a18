package dev.steering.model.decode;

import dev.steering.core.NumericOverflow;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.tokenizer.StreamingDecoder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One text while it is being written. Not thread-safe. */
final class Text {
    private final ChatModel model;
    private final Draft draft;
    private final Sampler sampler;
    private final StreamingDecoder decoder;
    private final @Nullable StopTexts stops;
    private final @Nullable LikelihoodMeter meter;
    private final StringBuilder released = new StringBuilder();
    private final List<Integer> tokens = new ArrayList<>();
    private final int[] input = new int[1];
    private @Nullable ThinkingSpan thinking;
    private Generation.@Nullable Finish finish;
    private @Nullable RuntimeException failure;

    Text(ChatModel model, Draft draft) {
        this.model = model;
        this.draft = draft;
        this.sampler = new Sampler(draft.options(), draft.prompt(), draft.index());
        this.decoder = new StreamingDecoder(model.tokenizer());
        this.stops = draft.options().stop().isEmpty()
                ? null
                : new StopTexts(draft.options().stop());
        int alternatives = draft.options().alternatives();
        this.meter = alternatives == DecodeOptions.UNTOLD ? null : new LikelihoodMeter(alternatives);
    }

    Draft draft() {
        return draft;
    }

    /** What is done to the row of a context; where that depends on the thinking, it is followed from now on. */
    @Nullable
    PassSteering steering(Draft.Context context) {
        PassSteering steering = context.steering();
        if (steering == null || steering.following(position -> false).equals(steering)) {
            return steering;
        }
        thinking = new ThinkingSpan(model.tokenizer(), context.tokens());
        return steering.following(thinking);
    }

    boolean active() {
        return finish == null && failure == null;
    }

    /** Ends the text if its listener wants that. */
    void interrupt() {
        Generation.Finish why = draft.listener().interrupted(draft.index());
        if (why != null) {
            end(why);
        }
    }

    /** Does something with it; what is thrown is the end of this text. */
    void orFail(Consumer<Text> action) {
        try {
            action.accept(this);
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    /** Takes the logits after the contexts' last tokens; {@code room}: whether the cache can hold another token of each. */
    void accept(ForwardResult now, int[] rows, float[] first, float[] second, boolean room) {
        LogitContrast contrast = draft.contrast();
        if (contrast == null) {
            accept(now.logitsInPlace(rows[0], 0), room);
            return;
        }
        now.logits(rows[0], 0, first);
        now.logits(rows[1], 0, second);
        contrast.combine(first, second, tokens.size());
        accept(FloatBuffer.wrap(first), room);
    }

    /** Logits from index 0 to the limit, which are overwritten. */
    private void accept(FloatBuffer logits, boolean room) {
        TokenListener listener = draft.listener();
        int given = listener == TokenListener.NONE
                ? TokenListener.CHOOSE
                : listener.nextToken(draft.index(), logits.asReadOnlyBuffer());
        if (meter != null) {
            meter.see(logits);
        }
        int token = given == TokenListener.CHOOSE ? sampler.next(logits) : given;
        if (given == TokenListener.CHOOSE && !Float.isFinite(logits.get(token))) {
            throw new NumericOverflow("The model's logits are not numbers after " + tokens.size()
                    + " tokens: something in it overflowed. Steer with less strength, or at other layers.");
        }
        if (model.manifest().endTokens().contains(token)) {
            end(Generation.Finish.END);
            return;
        }
        tokens.add(token);
        if (meter != null) {
            meter.chose(token);
        }
        if (thinking != null) {
            thinking.accept(token);
        }
        boolean wanted = !isHeard() || hear(decoder.accept(token));
        if (stops != null && stops.matched() != null) {
            end(Generation.Finish.STOP);
        } else if (!wanted) {
            end(Generation.Finish.CANCELLED);
        } else if (tokens.size() == draft.options().maxNewTokens()) {
            end(Generation.Finish.LENGTH);
        } else if (!room) {
            end(Generation.Finish.CONTEXT);
        }
    }

    /** Whether anything is made of the text before it is complete. */
    private boolean isHeard() {
        return draft.listener() != TokenListener.NONE || stops != null;
    }

    private boolean hear(String piece) {
        String certain = stops == null ? piece : stops.accept(piece);
        if (stops != null) {
            released.append(certain);
        }
        return draft.listener().onText(draft.index(), certain);
    }

    private void end(Generation.Finish reason) {
        finish = reason;
        if (isHeard()) {
            boolean unused = hear(decoder.finish());
            if (stops != null && stops.matched() == null) {
                String rest = stops.finish();
                released.append(rest);
                unused = rest.isEmpty() || draft.listener().onText(draft.index(), rest);
            }
        }
    }

    /** The token to run next, in an array that is used again. */
    int[] nextInput() {
        input[0] = tokens.isEmpty() ? 0 : tokens.get(tokens.size() - 1);
        return input;
    }

    /** Why nothing came of it; null if something did. */
    @Nullable
    RuntimeException failure() {
        return failure;
    }

    Generation result() {
        String matched = stops == null ? null : stops.matched();
        String text = stops != null
                ? released.toString()
                : model.tokenizer()
                        .decode(tokens.stream().mapToInt(Integer::intValue).toArray(), true);
        Generation.Finish why = finish == null ? Generation.Finish.LENGTH : finish;
        return new Generation(
                tokens,
                text,
                matched != null ? Generation.Finish.STOP : why,
                matched,
                meter == null ? List.of() : meter.measured());
    }
}
