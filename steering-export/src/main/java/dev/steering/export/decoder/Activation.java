package dev.steering.export.decoder;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Activations of a gated MLP, by the names that Hugging Face gives them. */
public enum Activation {
    /** {@code x * sigmoid(x)}. */
    SILU("silu", "swish"),
    /** {@code x * Phi(x)} with the normal distribution function. */
    GELU("gelu", "gelu_python"),
    /** The same with a tanh in the place of Phi. */
    GELU_TANH("gelu_pytorch_tanh", "gelu_new", "gelu_fast", "gelu_python_tanh", "gelu_accurate"),
    /** {@code x * sigmoid(1.702 x)}. */
    QUICK_GELU("quick_gelu"),
    /** {@code max(x, 0)}. */
    RELU("relu"),
    /** {@code max(x, 0)^2}. */
    RELU_SQUARED("relu2"),
    /** xIELU (arXiv 2411.13010), whose two slopes the checkpoint has for every layer: only of an MLP without a gate. */
    XIELU("xielu");

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
    private final List<String> names;

    Activation(String... names) {
        this.names = List.of(names);
    }

    /**
     * @param name as in {@code config.json}
     * @return the activation, or empty if it is not implemented
     */
    public static Optional<Activation> named(String name) {
        return Arrays.stream(values()).filter(a -> a.names.contains(name)).findFirst();
    }

    /** @return all names, for messages */
    public static String supported() {
        return Arrays.stream(values()).flatMap(a -> a.names.stream()).collect(Collectors.joining(", "));
    }
}
