"""The configurations of make_checkpoints.py: model type and what differs from its base. Keys with an underscore are its own."""

# The checkpoints of the fixtures.
CHECKPOINTS = {
    # Biases everywhere, heads that are wider together than the residual stream, linear rope scaling, tied head.
    "llama-biases": ("llama", dict(head_dim=16, attention_bias=True, mlp_bias=True, tie_word_embeddings=True,
                                   rope_parameters={"rope_type": "linear", "factor": 4.0, "rope_theta": 10000.0})),
    # Head sizes whose rotary tables are not a multiple of 8 wide.
    "llama-head24": ("llama", dict(num_attention_heads=2, num_key_value_heads=1, head_dim=24)),
    "llama-head40": ("llama", dict(num_attention_heads=2, num_key_value_heads=1, head_dim=40, num_hidden_layers=1)),
    # A head size that ONNX Runtime's attention does not take, yarn.
    "llama-head20-yarn": ("llama", dict(
        num_attention_heads=2, num_key_value_heads=1, head_dim=20,
        rope_parameters={"rope_type": "yarn", "factor": 4.0, "rope_theta": 10000.0,
                         "original_max_position_embeddings": 32})),
    # Windows shorter than the prompt, from a layer on.
    "qwen2-window": ("qwen2", dict(use_sliding_window=True, sliding_window=5, max_window_layers=1, num_hidden_layers=3)),
    # Every prompt is longer than the original context: all positions are turned by the long embedding.
    "phi3-longrope": ("phi3", dict(
        _length=34, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=1, sliding_window=9,
        original_max_position_embeddings=16, rope_parameters={
            "rope_type": "longrope", "rope_theta": 10000.0, "partial_rotary_factor": 0.75,
            "short_factor": [1.0 + 0.1 * i for i in range(6)], "long_factor": [1.5 + 0.7 * i for i in range(6)]})),
    "smollm3": ("smollm3", dict(num_hidden_layers=3, no_rope_layers=[1, 0, 1], tie_word_embeddings=True)),
    "granite": ("granite", dict(embedding_multiplier=6.0, attention_multiplier=0.2, residual_multiplier=0.4,
                                logits_scaling=3.0, attention_bias=True)),
    # The text part of a model that sees images, two shards, bfloat16.
    "gemma3-multimodal": ("gemma3", dict(
        _multimodal=True, _shards=2, _dtype="bfloat16", head_dim=16, num_hidden_layers=3, sliding_window=5,
        query_pre_attn_scalar=24, layer_types=["sliding_attention", "full_attention", "sliding_attention"],
        num_attention_heads=2, num_key_value_heads=1,
        rope_parameters={"full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1000000.0},
                         "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}})),
}


def rope(kind, theta=10000.0, **parameters):
    return {"rope_type": kind, "rope_theta": theta, **parameters}


def longrope(pairs, **parameters):
    return rope("longrope", short_factor=[1.0 + 0.1 * i for i in range(pairs)],
                long_factor=[1.5 + 0.7 * i for i in range(pairs)], **parameters)


LLAMA3 = rope("llama3", 500.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=32)
GEMMA_ROPES = {"full_attention": rope("yarn", 1e6, factor=4.0, original_max_position_embeddings=32),
               "sliding_attention": rope("linear", factor=2.0)}

# Further ones, made and compared on demand.
EXTRA = {}


def extra(family, name, **overrides):
    EXTRA[f"x-{family}-{name}"] = (family, overrides)


for family in ("llama", "mistral", "qwen2", "qwen3", "smollm3", "granite"):
    for head in (4, 8, 10, 12, 16, 20, 24, 32, 40, 48):
        extra(family, f"head{head}", head_dim=head, num_attention_heads=4, num_key_value_heads=2)
    for heads, kv in ((1, 1), (3, 1), (3, 3), (6, 2), (8, 1)):
        extra(family, f"heads{heads}-{kv}", head_dim=16, hidden_size=48, num_attention_heads=heads, num_key_value_heads=kv)
    for tied in (True, False):
        extra(family, f"tied{tied}", tie_word_embeddings=tied)
    for old in (False, True):
        style = dict(_old_style=old, head_dim=16)
        extra(family, f"linear-{old}", rope_parameters=rope("linear", 5000.0, factor=3.0), **style)
        extra(family, f"llama3-{old}", rope_parameters=LLAMA3, **style)
        extra(family, f"dynamic-{old}", rope_parameters=rope("dynamic", factor=2.0), **style)
        extra(family, f"yarn-{old}", rope_parameters=rope("yarn", factor=4.0, original_max_position_embeddings=32),
              **style)
        extra(family, f"yarn-options-{old}", rope_parameters=rope(
            "yarn", 1e6, factor=4.0, original_max_position_embeddings=32, beta_fast=4.0, beta_slow=0.3, mscale=0.8,
            mscale_all_dim=0.4, truncate=False), **style)
        extra(family, f"yarn-attention-{old}", rope_parameters=rope(
            "yarn", factor=2.5, original_max_position_embeddings=32, attention_factor=1.3, beta_fast=2), **style)
        extra(family, f"longrope-short-{old}", rope_parameters=longrope(8, original_max_position_embeddings=64), **style)
        extra(family, f"longrope-long-{old}", _length=34,
              rope_parameters=longrope(8, original_max_position_embeddings=16), **style)
        extra(family, f"longrope-factor-{old}", _length=34, rope_parameters=longrope(
            8, original_max_position_embeddings=16, factor=3.0), **style)
        extra(family, f"longrope-attention-{old}", rope_parameters=longrope(
            8, original_max_position_embeddings=100, attention_factor=1.2), **style)
    for act in ("gelu", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "quick_gelu", "relu", "relu2", "swish",
                "gelu_python", "gelu_accurate", "gelu_python_tanh"):
        extra(family, act, hidden_act=act)
    for dtype in ("bfloat16", "float16"):
        extra(family, dtype, _dtype=dtype, _shards=3)
for family in ("llama", "qwen3", "smollm3", "granite"):
    extra(family, "bias", attention_bias=True)
for family in ("llama", "smollm3", "granite"):
    extra(family, "mlp-bias", mlp_bias=True)
for window in (1, 2, 7, 20, 21, 22, 100):
    extra("mistral", f"window{window}", sliding_window=window)
    extra("mistral", f"window-head20-{window}", sliding_window=window, head_dim=20)
    for family in ("qwen2", "qwen3"):
        extra(family, f"window{window}", use_sliding_window=True, sliding_window=window, max_window_layers=1)
    extra("smollm3", f"window{window}", use_sliding_window=True, sliding_window=window, num_hidden_layers=5,
          no_rope_layer_interval=2)
    extra("phi3", f"window{window}", sliding_window=window)
    for family in ("gemma2", "gemma3_text"):
        extra(family, f"window{window}", sliding_window=window, head_dim=16, num_hidden_layers=4)
extra("mistral", "nowindow", sliding_window=None)
extra("mistral", "defaultwindow", _drop=["sliding_window", "head_dim"])
extra("qwen2", "unused-window", sliding_window=4, use_sliding_window=False)
extra("qwen2", "layer-types", use_sliding_window=True, sliding_window=4, num_hidden_layers=3,
      layer_types=["sliding_attention", "full_attention", "sliding_attention"])
extra("smollm3", "norope", num_hidden_layers=5)
extra("smollm3", "norope-list", num_hidden_layers=3, no_rope_layers=[0, 0, 1], head_dim=20)
extra("smollm3", "drop-theta", num_hidden_layers=3, rope_parameters=rope("default", 2000000.0), _old_style=True,
      _drop=["rope_theta"])
extra("granite", "multipliers", embedding_multiplier=12.0, attention_multiplier=0.0625, residual_multiplier=0.22,
      logits_scaling=8.0)
for old in (False, True):
    for head, part in ((16, 0.75), (16, 0.5), (32, 0.75), (32, 0.5), (24, 0.75), (20, 0.6), (20, 0.75), (40, 0.4)):
        size = dict(_old_style=old, hidden_size=head * 2, num_attention_heads=2, num_key_value_heads=1)
        extra("phi3", f"partial-{head}-{part}-{old}",
              rope_parameters=rope("default", partial_rotary_factor=part), **size)
        pairs = int(head * part) // 2
        if int(head * part) % 2 == 0:
            for length, original in ((21, 64), (34, 16)):
                extra("phi3", f"longrope-{head}-{part}-{original}-{old}", _length=length, **size,
                      original_max_position_embeddings=original,
                      rope_parameters=longrope(pairs, partial_rotary_factor=part,
                                               original_max_position_embeddings=original))
for kv in (1, 2, 4):
    extra("phi3", f"kv{kv}", num_key_value_heads=kv)
for act in ("gelu", "silu", "gelu_new", "relu2"):
    extra("phi3", act, hidden_act=act)
extra("phi3", "tied", tie_word_embeddings=True)
extra("phi3", "bf16", _dtype="bfloat16", _shards=2)
for family in ("gemma", "gemma2", "gemma3_text"):
    key = "hidden_act" if family == "gemma" else "hidden_activation"
    for head in (6, 8, 16, 20, 24, 32, 48):
        extra(family, f"head{head}", head_dim=head)
    extra(family, "untied", head_dim=16, tie_word_embeddings=False)
    extra(family, "bias", head_dim=16, attention_bias=True)
    extra(family, "mqa", head_dim=16, num_key_value_heads=1)
    extra(family, "bf16", head_dim=16, _dtype="bfloat16", _shards=2)
    extra(family, "f16", head_dim=16, _dtype="float16")
    for act in ("gelu", "silu", "relu", "gelu_new"):
        extra(family, act, head_dim=16, **{key: act})
for family in ("gemma", "gemma2"):
    for old in (False, True):
        extra(family, f"linear-{old}", head_dim=16, _old_style=old, rope_parameters=rope("linear", 5000.0, factor=3.0))
        extra(family, f"yarn-{old}", head_dim=16, _old_style=old, rope_parameters=rope(
            "yarn", factor=4.0, original_max_position_embeddings=32))
for family in ("gemma2", "gemma3_text"):
    extra(family, "scalar", head_dim=16, query_pre_attn_scalar=40)
    extra(family, "softcaps", head_dim=16, attn_logit_softcapping=2.0, final_logit_softcapping=3.0, _gain=3.0)
    extra(family, "nocaps", head_dim=16, attn_logit_softcapping=None, final_logit_softcapping=None)
    extra(family, "layer-types", head_dim=16, sliding_window=4, num_hidden_layers=3,
          layer_types=["full_attention", "sliding_attention", "sliding_attention"])
for old in (False, True):
    extra("gemma3_text", f"ropes-{old}", head_dim=16, _old_style=old, num_hidden_layers=3, sliding_window=6,
          layer_types=["full_attention", "sliding_attention", "sliding_attention"], rope_parameters={
              "full_attention": rope("linear", 1e6, factor=8.0), "sliding_attention": rope("default", 500.0)})
    extra("gemma3", f"multimodal-{old}", _multimodal=True, head_dim=16, _old_style=old, num_hidden_layers=3,
          sliding_window=6, layer_types=["full_attention", "sliding_attention", "sliding_attention"])
extra("gemma3_text", "ropes-both", head_dim=16, num_hidden_layers=3, sliding_window=6, rope_parameters=GEMMA_ROPES,
      layer_types=["full_attention", "sliding_attention", "sliding_attention"])
extra("gemma3_text", "pattern", head_dim=16, num_hidden_layers=5, sliding_window=6, sliding_window_pattern=2,
      _drop=["layer_types"])
extra("gemma3", "multimodal-old-names", _multimodal=True, head_dim=16, num_hidden_layers=2, sliding_window=6,
      _rename={"model.language_model.": "language_model.model.", "model.vision": "vision", "model.multi": "multi"})
