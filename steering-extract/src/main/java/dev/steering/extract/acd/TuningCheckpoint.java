package dev.steering.extract.acd;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.SteeringException;
import dev.steering.core.json.JsonDocument;
import dev.steering.core.json.JsonFields;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import dev.steering.core.softprompt.SoftPrompt;
import dev.steering.core.softprompt.TuningCost;
import dev.steering.core.softprompt.TuningCurve.Ending;
import dev.steering.core.softprompt.TuningCurve.Epoch;
import dev.steering.extract.optimize.AdamW;
import dev.steering.extract.optimize.EarlyStopping;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of a tuning run in a file, so that a run that was killed can go on: parameters and moments to the last bit (doubles
 * as the integers of their bits), and what the run is of. Written whole or not at all. Immutable.
 *
 * @param identity everything that has to be the same for the run to go on, by name
 * @param states how far each prompt has come; a prompt that was not begun is not there
 */
record TuningCheckpoint(Map<String, String> identity, Map<Side, TuningState> states) {
    private static final String METADATA_KEY = "acd_tuning";
    private static final int VERSION = 1;

    TuningCheckpoint {
        identity = new TreeMap<>(identity);
        states = new EnumMap<>(states);
    }

    void write(Path file) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("format_version", VERSION);
        ObjectNode identityNode = root.putObject("identity");
        identity.forEach(identityNode::put);
        SafetensorsWriter writer = new SafetensorsWriter();
        states.forEach((side, state) -> put(root.putObject(side.label()), writer, side, state));
        for (Side side : Side.values()) {
            if (!states.containsKey(side)) {
                root.putNull(side.label());
            }
        }
        writer.metadata(METADATA_KEY, JsonDocument.write(root)).write(file);
    }

    private static void put(ObjectNode node, SafetensorsWriter writer, Side side, TuningState state) {
        SoftPrompt best = state.best();
        node.put("initial_text", best.initialText());
        ArrayNode tokens = node.putArray("initial_tokens");
        best.initialTokens().forEach(tokens::add);
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
        long[] shape = {best.length(), best.hidden()};
        writer.longs(side.label() + ".parameters", bits(state.optimizer().parameters()), shape)
                .longs(side.label() + ".first_moment", bits(state.optimizer().firstMoment()), shape)
                .longs(side.label() + ".second_moment", bits(state.optimizer().secondMoment()), shape)
                .floats(side.label() + ".best", best.values(), shape);
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
        JsonDocument document = new JsonDocument(
                file.toString(), "tuning checkpoint", "Delete it to begin again.", "delete it to begin again");
        String json = opened.metadata().get(METADATA_KEY);
        if (json == null) {
            throw document.damaged("it has no metadata '" + METADATA_KEY + "'");
        }
        JsonFields root = document.read(json, VERSION);
        Map<Side, TuningState> states = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            TuningState state = root.orNull(side.label(), fields -> state(opened, side, fields));
            if (state != null) {
                states.put(side, state);
            }
        }
        return new TuningCheckpoint(root.stringMap("identity"), states);
    }

    private static TuningState state(SafetensorsFile file, Side side, JsonFields json) {
        String prefix = side.label() + ".";
        List<Integer> tokens = json.integers("initial_tokens");
        long hidden = file.tensor(prefix + "best").size(1);
        long[] shape = {tokens.size(), hidden};
        List<Double> train = json.numbers("train_loss");
        List<Double> heldOut = json.numbers("held_out_loss");
        List<Epoch> epochs = new ArrayList<>();
        for (int i = 0; i < Math.min(train.size(), heldOut.size()); i++) {
            epochs.add(new Epoch(train.get(i), heldOut.get(i)));
        }
        String ending = json.string("ending");
        return new TuningState(
                AdamW.State.of(
                        doubles(file.longs(prefix + "parameters", shape)),
                        doubles(file.longs(prefix + "first_moment", shape)),
                        doubles(file.longs(prefix + "second_moment", shape)),
                        json.longInteger("steps")),
                SoftPrompt.of(json.string("initial_text"), tokens, (int) hidden, file.floats(prefix + "best", shape)),
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
                throw new SteeringException("The checkpoint " + file + " belongs to another run: its "
                        + entry.getKey().replace('_', ' ') + " is " + found + ", here it is " + entry.getValue()
                        + ". Run with the same settings to go on, or with --restart to begin again.");
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
