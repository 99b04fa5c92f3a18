package dev.steering.core.tuning;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadRequest;
import dev.steering.core.json.JsonFields;
import dev.steering.core.tuning.TuningCurve.Ending;
import dev.steering.core.tuning.TuningCurve.Epoch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Losses and cost of a tuning as parts of a file's JSON description. Stateless and thread-safe. */
public final class TuningJson {
    private TuningJson() {}

    /**
     * @param node receives {@code train_loss}, {@code held_out_loss}, {@code best_epoch} and {@code ending}
     * @param curve how losses went
     * @throws BadRequest if a loss is not finite
     */
    public static void putCurve(ObjectNode node, TuningCurve curve) {
        ArrayNode train = node.putArray("train_loss");
        ArrayNode heldOut = node.putArray("held_out_loss");
        for (Epoch epoch : curve.epochs()) {
            train.add(finite("train_loss", epoch.train()));
            heldOut.add(finite("held_out_loss", epoch.heldOut()));
        }
        node.put("best_epoch", curve.best());
        node.put("ending", curve.ending().name().toLowerCase(Locale.ROOT));
    }

    /**
     * @param json what {@link #putCurve} wrote
     * @return the losses
     * @throws dev.steering.core.BadFile if a part is missing or does not fit the others
     */
    public static TuningCurve curve(JsonFields json) {
        List<Double> train = json.numbers("train_loss");
        List<Double> heldOut = json.numbers("held_out_loss");
        int best = json.integer("best_epoch");
        if (train.size() != heldOut.size() || best < 0 || best >= train.size()) {
            throw json.damaged("its description's '" + json.path("train_loss") + "' has " + train.size()
                    + " epochs, 'held_out_loss' " + heldOut.size() + ", and the best of them is number " + best);
        }
        List<Epoch> epochs = new ArrayList<>();
        for (int i = 0; i < train.size(); i++) {
            epochs.add(new Epoch(train.get(i), heldOut.get(i)));
        }
        return new TuningCurve(epochs, best, ending(json));
    }

    private static Ending ending(JsonFields json) {
        String name = json.string("ending");
        return Arrays.stream(Ending.values())
                .filter(ending -> ending.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> json.wrong("ending", "epochs, held_out or finished", "'" + name + "'"));
    }

    /**
     * @param node receives {@code steps}, {@code gradient_tokens} and {@code evaluation_tokens}
     * @param cost what tuning took
     */
    public static void putCost(ObjectNode node, TuningCost cost) {
        node.put("steps", cost.steps())
                .put("gradient_tokens", cost.gradientTokens())
                .put("evaluation_tokens", cost.evaluationTokens());
    }

    /**
     * @param json what {@link #putCost} wrote
     * @return the cost
     * @throws dev.steering.core.BadFile if a part is missing
     */
    public static TuningCost cost(JsonFields json) {
        return new TuningCost(
                json.longInteger("steps"), json.longInteger("gradient_tokens"), json.longInteger("evaluation_tokens"));
    }

    private static double finite(String key, double value) {
        if (!Double.isFinite(value)) {
            throw new BadRequest("cannot save how the losses of a tuning went: its " + key + " is " + value
                    + ", expected a finite number.");
        }
        return value;
    }
}
