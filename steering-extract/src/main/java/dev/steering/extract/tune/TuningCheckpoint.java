package dev.steering.extract.tune;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.files.FileMark;
import dev.steering.core.json.JsonDocument;
import dev.steering.core.json.JsonFields;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import dev.steering.core.tuning.TuningCost;
import dev.steering.core.tuning.TuningCurve;
import dev.steering.core.tuning.TuningCurve.Ending;
import dev.steering.core.tuning.TuningCurve.Epoch;
import dev.steering.extract.optimize.AdamW;
import dev.steering.extract.optimize.EarlyStopping;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of a tuning run in a file, so that a run that was killed can go on: parameters and moments to the last bit (doubles
 * as the integers of their bits), and what the run is of. Written whole or not at all. Immutable.
 *
 * @param identity everything that has to be the same for the run to go on, by name
 * @param states how far each tuning has come, by name; one that was not begun is not there
 */
record TuningCheckpoint(Map<String, String> identity, Map<String, TuningState> states) {
    private static final String METADATA_KEY = "tuning";
    static final FileMark KIND = FileMark.safetensors("a tuning's checkpoint", METADATA_KEY);
    private static final String STATES = "states";
    private static final int VERSION = 1;

    TuningCheckpoint {
        identity = new TreeMap<>(identity);
        states = new LinkedHashMap<>(states);
    }

    void write(Path file) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("format_version", VERSION);
        ObjectNode identityNode = root.putObject("identity");
        identity.forEach(identityNode::put);
        SafetensorsWriter writer = new SafetensorsWriter();
        ObjectNode statesNode = root.putObject(STATES);
        states.forEach((name, state) -> put(statesNode.putObject(name), writer, name, state));
        writer.metadata(METADATA_KEY, JsonDocument.write(root)).write(file);
    }

    private static void put(ObjectNode node, SafetensorsWriter writer, String name, TuningState state) {
        node.put("steps", state.optimizer().steps());
        node.put("best_epoch", state.bestEpoch());
        ArrayNode train = node.putArray("train_loss");
        ArrayNode heldOut = node.putArray("held_out_loss");
        for (Epoch epoch : state.epochs()) {
            train.add(epoch.train());
            heldOut.add(epoch.heldOut());
        }
        node.put("patience", state.stopping().patience());
        node.put("smallest_improvement", state.stopping().smallest());
        node.put("least_held_out_loss", state.stopping().best());
        node.put("epochs_since", state.stopping().since());
        node.put("cost_steps", state.cost().steps());
        node.put("cost_gradient_tokens", state.cost().gradientTokens());
        node.put("cost_evaluation_tokens", state.cost().evaluationTokens());
        Ending ending = state.ending();
        node.put("ending", ending == null ? "" : ending.name());
        float[] best = state.best();
        writer.longs(name + ".parameters", bits(state.optimizer().parameters()), best.length)
                .longs(name + ".first_moment", bits(state.optimizer().firstMoment()), best.length)
                .longs(name + ".second_moment", bits(state.optimizer().secondMoment()), best.length)
                .floats(name + ".best", best, best.length);
    }

    /**
     * @return the checkpoint; null if there is no such file
     * @throws SteeringException if it is damaged
     */
    static @Nullable TuningCheckpoint read(Path file) {
        if (!Files.exists(file)) {
            return null;
        }
        SafetensorsFile opened = SafetensorsFile.open(file);
        JsonDocument document = JsonDocument.description(
                file.toString(), "tuning checkpoint", "Delete it to begin again.", "delete it to begin again");
        String json = opened.metadata().get(METADATA_KEY);
        if (json == null) {
            throw document.damaged("it has no metadata '" + METADATA_KEY + "'");
        }
        return document.read(json, VERSION, root -> {
            Map<String, TuningState> states =
                    root.map(STATES, (fields, name) -> fields.object(name, state -> state(opened, name, state)));
            return new TuningCheckpoint(root.stringMap("identity"), states);
        });
    }

    private static TuningState state(SafetensorsFile file, String name, JsonFields json) {
        String prefix = name + ".";
        long size = file.tensor(prefix + "best").elements();
        List<Double> train = json.numbers("train_loss");
        List<Double> heldOut = json.numbers("held_out_loss");
        List<Epoch> epochs = new ArrayList<>();
        for (int i = 0; i < Math.min(train.size(), heldOut.size()); i++) {
            epochs.add(new Epoch(train.get(i), heldOut.get(i)));
        }
        String ending = json.string("ending");
        TuningState state = new TuningState(
                AdamW.State.of(
                        doubles(file.longs(prefix + "parameters", size)),
                        doubles(file.longs(prefix + "first_moment", size)),
                        doubles(file.longs(prefix + "second_moment", size)),
                        json.longInteger("steps")),
                file.floats(prefix + "best", size),
                json.integer("best_epoch"),
                epochs,
                new EarlyStopping(
                        json.integer("patience"),
                        json.number("smallest_improvement"),
                        json.number("least_held_out_loss"),
                        json.integer("epochs_since")),
                new TuningCost(
                        json.longInteger("cost_steps"),
                        json.longInteger("cost_gradient_tokens"),
                        json.longInteger("cost_evaluation_tokens")),
                Arrays.stream(Ending.values())
                        .filter(value -> value.name().equals(ending))
                        .findFirst()
                        .orElse(null));
        // Its losses check that they belong together.
        TuningCurve unused = state.curve();
        return state;
    }

    /**
     * @param wanted what the run at hand is of
     * @param file where this came from
     * @throws SteeringException naming what differs
     */
    void requireSame(Map<String, String> wanted, Path file) {
        Map<String, String> expected = new TreeMap<>(wanted);
        for (Map.Entry<String, String> entry : expected.entrySet()) {
            String found = identity.get(entry.getKey());
            if (!entry.getValue().equals(found)) {
                throw new BadRequest("The checkpoint " + file + " belongs to another run: its "
                                + entry.getKey().replace('_', ' ') + " is " + found + ", here it is " + entry.getValue()
                                + ". Run with the same settings to go on, or delete it to begin again.")
                        .withRemedy(Remedy.RESTART_TUNING);
            }
        }
    }

    private static long[] bits(double[] values) {
        return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
    }

    private static double[] doubles(long[] bits) {
        return Arrays.stream(bits).mapToDouble(Double::longBitsToDouble).toArray();
    }
}
