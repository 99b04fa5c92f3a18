package dev.steering.export.gguf;

import dev.steering.core.BadFile;
import dev.steering.core.vector.format.GgufHeader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Architectures that are read from GGUF files, with what llama.cpp calls their parts and does to them ({@code convert_hf_to_gguf.py}). */
enum GgufArchitecture {
    /** Llama and Mistral; rows of queries and keys are in pairs. */
    LLAMA("llama", "llama", Set.of()),
    /** Qwen 2 and 2.5. */
    QWEN2("qwen2", "qwen2", Set.of()),
    /** Qwen 3. */
    QWEN3("qwen3", "qwen3", Set.of()),
    /** Gemma 2; norms have their 1 added. */
    GEMMA2("gemma2", "gemma2", Set.of("attention.sliding_window", "attn_logit_softcapping", "final_logit_softcapping")),
    /** The text part of Gemma 3; norms have their 1 added. */
    GEMMA3(
            "gemma3",
            "gemma3_text",
            Set.of("attention.sliding_window", "final_logit_softcapping", "rope.freq_base_swa", "mm.tokens_per_image"));

    /** The factors by which Llama 3.1's scaling divides frequencies, which a checkpoint computes. */
    static final String FREQUENCIES = "rope_freqs.weight";

    private static final String BLOCK = "blk.";
    private static final String LAYERS = "model.layers.";

    private static final Set<String> KEYS = Set.of(
            "block_count",
            "context_length",
            "embedding_length",
            "feed_forward_length",
            "vocab_size",
            "attention.head_count",
            "attention.head_count_kv",
            "attention.key_length",
            "attention.value_length",
            "attention.layer_norm_rms_epsilon",
            "attention.causal",
            "expert_count",
            "expert_used_count",
            "rope.dimension_count",
            "rope.freq_base",
            "rope.scaling.type",
            "rope.scaling.factor",
            "rope.scaling.finetuned",
            "rope.scaling.original_context_length");

    private final String name;
    private final String modelType;

    @SuppressWarnings("ImmutableEnumChecker") // a Set.of
    private final Set<String> ownKeys;

    GgufArchitecture(String name, String modelType, Set<String> ownKeys) {
        this.name = name;
        this.modelType = modelType;
        this.ownKeys = ownKeys;
    }

    static GgufArchitecture of(Path file, GgufHeader header) {
        String named = header.text("general.architecture").orElse("");
        return Arrays.stream(values())
                .filter(architecture -> architecture.name.equals(named))
                .findFirst()
                .orElseThrow(() -> new BadFile(file + " is a GGUF file of the architecture '" + named
                        + "', which is not read from GGUF; read: "
                        + Arrays.stream(values()).map(a -> a.name).collect(Collectors.joining(", "))
                        + ". Use the model's original safetensors checkpoint: many more families are read from it."));
    }

    /** What metadata keys begin with. */
    String prefix() {
        return name + ".";
    }

    /** What config.json calls it. */
    String modelType() {
        return modelType;
    }

    boolean isGemma() {
        return this == GEMMA2 || this == GEMMA3;
    }

    /** Refuses what may change the mathematics and is not known here. */
    void requireKnown(Path file, GgufHeader header) {
        for (String key : header.keys()) {
            String own = key.startsWith(prefix()) ? key.substring(prefix().length()) : "";
            if (!own.isEmpty() && !KEYS.contains(own) && !ownKeys.contains(own)) {
                throw new BadFile(
                        file + ": metadata " + key + " is not supported: it is not known what it changes. Use the"
                                + " original safetensors checkpoint.");
            }
        }
    }

    /** The checkpoint's name of a tensor; the same name for one that has no place. */
    String tensorName(String gguf) {
        String whole = Map.of(
                        "token_embd.weight", "model.embed_tokens.weight",
                        "output_norm.weight", "model.norm.weight",
                        "output.weight", "lm_head.weight")
                .get(gguf);
        if (whole != null) {
            return whole;
        }
        List<String> parts = List.of(gguf.split("\\.", -1));
        String part = parts.size() == 4 ? parts().get(parts.get(2)) : null;
        return part == null || !gguf.startsWith(BLOCK) ? gguf : LAYERS + parts.get(1) + "." + part + "." + parts.get(3);
    }

    private Map<String, String> parts() {
        Map<String, String> parts = new HashMap<>(Map.of(
                "attn_q", "self_attn.q_proj",
                "attn_k", "self_attn.k_proj",
                "attn_v", "self_attn.v_proj",
                "attn_output", "self_attn.o_proj",
                "ffn_gate", "mlp.gate_proj",
                "ffn_up", "mlp.up_proj",
                "ffn_down", "mlp.down_proj",
                "attn_norm", "input_layernorm",
                "ffn_norm", isGemma() ? "pre_feedforward_layernorm" : "post_attention_layernorm"));
        if (isGemma()) {
            parts.put("post_attention_norm", "post_attention_layernorm");
            parts.put("post_ffw_norm", "post_feedforward_layernorm");
        }
        if (this == GEMMA3 || this == QWEN3) {
            parts.put("attn_q_norm", "self_attn.q_norm");
            parts.put("attn_k_norm", "self_attn.k_norm");
        }
        return parts;
    }

    /** Whether llama.cpp has added 1 to a tensor of that name. */
    boolean lessOne(String gguf) {
        return isGemma() && gguf.endsWith("norm.weight");
    }

    /** Heads of a matrix whose rows llama.cpp has in pairs, or of its bias; 0 for any other tensor. */
    int pairedHeads(String gguf, int heads, int kvHeads) {
        if (this != LLAMA) {
            return 0;
        }
        return gguf.contains(".attn_q.") ? heads : gguf.contains(".attn_k.") ? kvHeads : 0;
    }
}
