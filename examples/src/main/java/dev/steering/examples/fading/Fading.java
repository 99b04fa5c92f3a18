package dev.steering.examples.fading;

import dev.steering.apply.Decision;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.apply.json.Description;
import dev.steering.model.decode.Draft;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.util.List;
import java.util.function.Consumer;

/**
 * {@code h <- h - alpha decay^t v}, with t = 0 at the prompt's last token and one more at every written token: a refusal is decided
 * by the first words, and what comes later is left alone. Immutable and thread-safe.
 *
 * @param direction v at the steered layers, 0 elsewhere
 * @param alpha strength at the prompt's last token
 * @param decay what remains of it from token to token, 0 to 1
 */
record Fading(DirectionSet direction, double alpha, double decay) implements Method {
    @Override
    public String name() {
        return FadingDefinition.NAME;
    }

    @Override
    public String words() {
        return "the vector subtracted with strength " + alpha + ", of which " + decay + " remains from token to token";
    }

    @Override
    public String json() {
        return Description.of(name()).put("alpha", alpha).put("decay", decay).toJson();
    }

    @Override
    public Draft draft(int index, Query query, Consumer<List<Decision>> decided) {
        int last = query.tokens().length - 1;
        Schedule fading = (position, k) -> position < last ? 0 : (float) (-alpha * Math.pow(decay, position - last));
        return Draft.of(index, query.tokens(), PassSteering.adding(direction, List.of(fading)));
    }
}
