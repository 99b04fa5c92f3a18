package dev.steering.apply.plan;

import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import java.util.List;

/** Lists of layers: ascending, each once, written as ranges. */
public final class Layers {
    private Layers() {}

    /**
     * @param layers ascending
     * @return for people: 1, 2, 3, 7 becomes {@code 1-3,7}
     */
    public static String text(List<Integer> layers) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < layers.size(); ) {
            int end = i;
            while (end + 1 < layers.size() && layers.get(end + 1) == layers.get(end) + 1) {
                end++;
            }
            text.append(text.isEmpty() ? "" : ",").append(layers.get(i));
            if (end > i) {
                text.append('-').append(layers.get(end));
            }
            i = end + 1;
        }
        return text.toString();
    }

    /** Sorted and each once; what they are for completes the complaint about none. */
    static List<Integer> checked(List<Integer> layers, String purpose) {
        if (layers.isEmpty()) {
            throw new BadRequest("No layers " + purpose + ".").withRemedy(Remedy.GIVE_LAYERS);
        }
        for (int layer : layers) {
            if (layer < 0) {
                throw new BadRequest("Layer " + layer + " is out of range: layers count from 0.");
            }
        }
        return layers.stream().sorted().distinct().toList();
    }
}
