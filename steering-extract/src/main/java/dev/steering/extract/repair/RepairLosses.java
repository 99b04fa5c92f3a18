package dev.steering.extract.repair;

/**
 * What a vector does, as two losses of what is added to the residual stream. Both are differentiable, and lower is better. Implementations
 * are deterministic.
 */
public interface RepairLosses {
    /**
     * A loss and where it rises.
     *
     * @param loss the loss
     * @param gradient its derivative by what is added, {@code [layers * hidden]}; not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on once
    record Loss(double loss, double[] gradient) {}

    /**
     * @param added what is added, layer by layer, {@code [layers * hidden]}
     * @return how unlikely the model's own refusals of harmful prompts are
     */
    Loss safety(double[] added);

    /**
     * @param added what is added, {@code [layers * hidden]}
     * @return how unlikely the answers to harmless prompts are that the model writes under the vector as it is given
     */
    Loss effect(double[] added);
}
