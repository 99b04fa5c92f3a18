package dev.steering.export.decoder;

/**
 * The tensors that a decoder may have, by the name that most checkpoints give them; a family that calls one otherwise says so
 * ({@link TensorNames}). A name is a path: below the checkpoint's prefix for the parts of the whole decoder, below a layer's for
 * those of a layer. Matrices and norms have a {@code .weight} and maybe a {@code .bias} behind it.
 */
public enum Part {
    /** Table of tokens, {@code [vocabulary, hidden]}. */
    EMBEDDING("embed_tokens"),
    /** Table of learned positions. */
    POSITIONS("embed_positions"),
    /** The norm of the embedding. */
    EMBEDDING_NORM("word_embeddings_layernorm"),
    /** What the layers' names begin with, before the number. */
    LAYERS("layers"),
    /** The norm before the head. */
    FINAL_NORM("norm"),
    /** The norm before the attention; in a parallel block with one norm, before both. */
    ATTENTION_NORM("input_layernorm"),
    /** The norm of what the attention returns. */
    ATTENTION_POST_NORM("post_attention_layernorm"),
    /** The norm before the MLP. */
    MLP_NORM("post_attention_layernorm"),
    /** The norm of what the MLP returns. */
    MLP_POST_NORM("post_feedforward_layernorm"),
    QUERY("self_attn.q_proj"),
    KEY("self_attn.k_proj"),
    VALUE("self_attn.v_proj"),
    /** Queries, keys and values in one matrix. */
    QUERY_KEY_VALUE("self_attn.qkv_proj"),
    OUTPUT("self_attn.o_proj"),
    QUERY_NORM("self_attn.q_norm"),
    KEY_NORM("self_attn.k_norm"),
    GATE("mlp.gate_proj"),
    UP("mlp.up_proj"),
    /** Gate and up in one matrix. */
    GATE_UP("mlp.gate_up_proj"),
    DOWN("mlp.down_proj"),
    /** What the names of an activation's own numbers begin with. */
    ACTIVATION("mlp.act_fn"),
    /** A score of every head that has no value; a tensor without {@code .weight}. */
    SINKS("self_attn.sinks"),
    /** What a layer's output is multiplied by; a tensor without {@code .weight}. */
    LAYER_SCALE("layer_scalar"),
    DELTA_PROJECTION("linear_attn.in_proj_qkv"),
    DELTA_GATE("linear_attn.in_proj_z"),
    DELTA_RATE("linear_attn.in_proj_b"),
    DELTA_STEP("linear_attn.in_proj_a"),
    DELTA_CONVOLUTION("linear_attn.conv1d"),
    DELTA_NORM("linear_attn.norm"),
    DELTA_OUTPUT("linear_attn.out_proj"),
    /** Logarithm of the decay; a tensor without {@code .weight}. */
    DELTA_DECAY("linear_attn.A_log"),
    /** A tensor without {@code .weight}. */
    DELTA_STEP_BIAS("linear_attn.dt_bias"),
    /** Gates, queries, keys and values of every key head in one matrix. */
    DELTA_PACKED("linear_attn.in_proj_qkvz"),
    /** Rates and steps of every key head in one matrix. */
    DELTA_PACKED_RATES("linear_attn.in_proj_ba"),
    STATE_INPUT("mamba.in_proj"),
    STATE_CONVOLUTION("mamba.conv1d"),
    STATE_NORM("mamba.norm"),
    STATE_OUTPUT("mamba.out_proj"),
    /** Logarithm of the decay; a tensor without {@code .weight}. */
    STATE_DECAY("mamba.A_log"),
    /** A tensor without {@code .weight}. */
    STATE_STEP_BIAS("mamba.dt_bias"),
    /** What of x is added to what is read; a tensor without {@code .weight}. */
    STATE_SKIP("mamba.D"),
    CONVOLUTION("conv.conv"),
    CONVOLUTION_INPUT("conv.in_proj"),
    CONVOLUTION_OUTPUT("conv.out_proj"),
    LATENT_QUERY("self_attn.q_a_proj"),
    LATENT_QUERY_NORM("self_attn.q_a_layernorm"),
    LATENT_QUERY_OUT("self_attn.q_b_proj"),
    LATENT_KEY("self_attn.kv_a_proj_with_mqa"),
    LATENT_KEY_NORM("self_attn.kv_a_layernorm"),
    LATENT_KEY_OUT("self_attn.kv_b_proj"),
    /** Table of the embeddings that every layer is given. */
    PER_LAYER_TABLE("embed_tokens_per_layer"),
    PER_LAYER_PROJECTION("per_layer_model_projection"),
    PER_LAYER_PROJECTION_NORM("per_layer_projection_norm"),
    PER_LAYER_GATE("per_layer_input_gate"),
    PER_LAYER_OUTPUT("per_layer_projection"),
    PER_LAYER_NORM("post_per_layer_input_norm"),
    /** What the names of a layer's matrices that predict and correct streams begin with. */
    STREAMS("altup"),
    /** What the names of the branch beside the attention begin with. */
    LAUREL("laurel"),
    /** What the names of the matrices that make the further streams begin with. */
    STREAMS_IN("altup_projections"),
    STREAMS_OUT("altup_unembed_projections"),
    /** The experts' scores. */
    ROUTER("mlp.gate"),
    /** What is added to the experts' scores for the choice alone; a tensor without {@code .weight}. */
    ROUTER_CORRECTION("mlp.gate.e_score_correction_bias"),
    /** What the normed input of a router of its own is multiplied by; a tensor without {@code .weight}. */
    ROUTER_SCALE("router.scale"),
    /** What every expert's share is multiplied by; a tensor without {@code .weight}. */
    EXPERT_SCALES("router.per_expert_scale"),
    /** The norm of the MLP that experts are added to. */
    BESIDE_MLP_NORM("post_feedforward_layernorm_1"),
    /** The norm before experts that are added to an MLP. */
    BESIDE_INPUT_NORM("pre_feedforward_layernorm_2"),
    /** The norm of what they return. */
    BESIDE_OUTPUT_NORM("post_feedforward_layernorm_2"),
    /** What the names of experts begin with: a number follows, or the name of a tensor that holds them all. */
    EXPERTS("mlp.experts"),
    /** Gate of an expert, behind its number; gate and up of all where they are stacked. */
    EXPERT_GATE("gate_proj"),
    EXPERT_UP("up_proj"),
    EXPERT_DOWN("down_proj"),
    /** The expert that every token uses. */
    SHARED_EXPERT("mlp.shared_expert"),
    /** The score of the expert that every token uses. */
    SHARED_GATE("mlp.shared_expert_gate");

    private final String usual;

    Part(String usual) {
        this.usual = usual;
    }

    /** @return the name in most checkpoints */
    public String usualName() {
        return usual;
    }
}
