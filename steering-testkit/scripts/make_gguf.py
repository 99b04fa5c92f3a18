"""Makes small models in GGUF files with reference values computed by Hugging Face transformers from the numbers that they stand for.

    python make_gguf.py [--out DIRECTORY]

Files are written and their numbers read back by llama.cpp's gguf package. It has no quantiser for the K types: their integers are random.
"""
import argparse
import json
import math
import pathlib

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Type, GGUFWriter, quants
from safetensors.torch import save_file
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM, CONFIG_MAPPING
from transformers.integrations.gguf.gguf_tokenizer_mapping import convert_gguf_tokenizer, get_gguf_tokenizer

from make_checkpoints import randomise, reference_values, save_values

ROOT = pathlib.Path(__file__).parents[2]
OUT = ROOT / "steering-testkit/fixtures/gguf"
TOKENIZERS = ROOT / "steering-testkit/fixtures/tokenizers"
SIZES = dict(num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64, rms_norm_eps=1e-6, head_dim=16)
PACKED = [Type.Q8_0, Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1]
K_TYPES = {Type.Q4_K: 144, Type.Q5_K: 176, Type.Q6_K: 210}
NAMES = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
         "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm",
         "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm", "post_attention_layernorm": "ffn_norm"}
GEMMA_NAMES = {**NAMES, "post_attention_layernorm": "post_attention_norm", "pre_feedforward_layernorm": "ffn_norm",
               "post_feedforward_layernorm": "post_ffw_norm"}
WHOLE = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}


def k_blocks(weight, kind, random):
    """Random integers with scales that give weights of about the right size."""
    raw = random.integers(0, 256, (weight.size // 256, K_TYPES[kind]), dtype=np.uint8)
    scale = np.abs(weight).mean() / (16 * 64 if kind == Type.Q6_K else 32 * (2 if kind == Type.Q5_K else 1))
    put = lambda at, value: raw.__setitem__(np.s_[:, at:at + 2], np.frombuffer(np.float16(value).tobytes(), np.uint8))
    if kind == Type.Q6_K:
        put(208, scale)
    else:
        put(0, scale)
        put(2, np.abs(weight).mean() / 4)
    return raw.reshape(weight.shape[0], -1)


def packed(weight, kind, random):
    """What the file has, and the numbers that it stands for."""
    if kind == Type.F32:
        return weight.astype(np.float32), weight.astype(np.float32)
    if kind == Type.F16:
        return weight.astype(np.float16), weight.astype(np.float16).astype(np.float32)
    raw = k_blocks(weight, kind, random) if kind in K_TYPES else quants.quantize(weight.astype(np.float32), kind)
    return raw, quants.dequantize(raw, kind)


def in_pairs(weight, heads):
    """Rows as convert_hf_to_gguf.py has a Llama's: the two that turn together beside each other."""
    return np.ascontiguousarray(weight.reshape(heads, 2, weight.shape[0] // heads // 2, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape))


def in_halves(weight, heads):
    return np.ascontiguousarray(weight.reshape(heads, weight.shape[0] // heads // 2, 2, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape))


def gguf_name(key, gemma):
    stem, ending = key.rsplit(".", 1)
    if stem in WHOLE:
        return WHOLE[stem] + "." + ending
    _, _, layer, part = stem.split(".", 3)
    return f"blk.{layer}.{(GEMMA_NAMES if gemma else NAMES)[part]}.{ending}"


def tokenizer(writer, name, kind, pre, begins):
    """A vocabulary of the test data; the scores of pieces are the order of its merges."""
    source = json.loads((TOKENIZERS / name / "tokenizer.json").read_text())
    added = {token["content"]: token for token in source["added_tokens"]}
    numbers = {**source["model"]["vocab"], **{content: token["id"] for content, token in added.items()}}
    tokens = sorted(numbers, key=numbers.get)
    merges = [merge if isinstance(merge, list) else merge.split(" ") for merge in source["model"]["merges"]]
    writer.add_tokenizer_model(kind)
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    if kind == "llama":
        rank = {}
        for i, merge in enumerate(merges):
            rank.setdefault("".join(merge), i + 1)
        writer.add_token_scores([-float(rank.get(token, 1e6)) for token in tokens])
        writer.add_unk_token_id(numbers["<unk>"])
    else:
        writer.add_token_merges([" ".join(merge) for merge in merges])
    is_byte = lambda token: len(token) == 6 and token.startswith("<0x")
    writer.add_token_types([2 if token == "<unk>" else (3 if added[token]["special"] else 4) if token in added
                            else 6 if is_byte(token) else 1 for token in tokens])
    writer.add_bos_token_id(numbers["<s>"])
    writer.add_eos_token_id(numbers["</s>"])
    if begins is not None:
        writer.add_add_bos_token(begins)
    writer.add_chat_template("{{ bos_token }}{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}")
    return len(tokens), numbers


def llama_3_divisors(theta, size, factor):
    """As convert_hf_to_gguf.py computes rope_freqs."""
    divisors = []
    for i in range(0, size, 2):
        wavelength = 2 * math.pi * theta ** (i / size)
        smooth = (8192 / wavelength - 1) / 3
        divisors.append(1.0 if wavelength < 8192 / 4 else factor if wavelength > 8192 else 1 / ((1 - smooth) / factor + smooth))
    return np.array(divisors, np.float32)


def make(out, case, arch, words, kinds, sizes, metadata=lambda writer: None, divisors=None):
    random = np.random.default_rng(7)
    gemma = arch.startswith("gemma")
    writer = GGUFWriter(out / f"{case}.gguf", arch)
    writer.add_name(case)
    vocabulary, numbers = tokenizer(writer, *words)
    values = {**SIZES, **sizes, "vocab_size": vocabulary, "bos_token_id": numbers["<s>"], "eos_token_id": numbers["</s>"], "pad_token_id": None}
    config = CONFIG_MAPPING["gemma3_text" if arch == "gemma3" else arch](**values)
    config._attn_implementation = "eager"
    model = AutoModelForCausalLM.from_config(config).float().eval()
    randomise(model, torch.Generator().manual_seed(20), 1.2)
    writer.add_block_count(values["num_hidden_layers"])
    writer.add_context_length(64)
    writer.add_embedding_length(values["hidden_size"])
    writer.add_feed_forward_length(values["intermediate_size"])
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_key_length(16)
    writer.add_value_length(16)
    metadata(writer)
    if divisors is not None:
        writer.add_tensor("rope_freqs.weight", divisors)
    used = 0
    for key, value in model.state_dict().items():
        if key == "lm_head.weight" and config.tie_word_embeddings:
            continue
        weight = value.numpy().copy()
        heads = {"q": 4, "k": 2}.get(key.split("_proj")[0][-1:]) if arch == "llama" and "_proj" in key else None
        weight = in_pairs(weight, heads) if heads else weight
        if value.dim() == 1:
            added = np.float32(1 if gemma else 0)
            raw = (weight + added).astype(np.float32)
            stands_for, kind = raw - added, Type.F32
        else:
            fitting = [kind for kind in kinds if kind not in K_TYPES or weight.shape[1] % 256 == 0]
            kind = fitting[used % len(fitting)]
            used += 1
            raw, stands_for = packed(weight, kind, random)
        writer.add_tensor(gguf_name(key, gemma), raw, raw_dtype=kind)
        value.copy_(torch.from_numpy(np.array(in_halves(stands_for, heads) if heads else stands_for)))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    model.tie_weights()
    save_values(reference_values(model, model.config, torch.Generator().manual_seed(5), 11), out / f"{case}.safetensors")


def types(out):
    """Two rows of every type, and what the gguf package makes of them."""
    random = np.random.default_rng(3)
    writer = GGUFWriter(out / "types.gguf", "none")
    values = {}
    for kind in [Type.F32, Type.F16, Type.BF16, *PACKED, *K_TYPES]:
        raw, stands_for = packed(random.standard_normal((2, 512)).astype(np.float32), kind, random)
        writer.add_tensor(kind.name, raw, raw_dtype=kind)
        values[kind.name] = torch.from_numpy(np.array(stands_for))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    save_file(values, out / "types.safetensors")


def tokens(out):
    """What transformers' reading of the same vocabularies makes of some texts."""
    texts = ["Hello world", "12 345 6789", "a\n\nb  c\td", "don't WE'LL", "na\u00efve \u4f60\u597d \U0001f600", "def f(x):\n    return x**2"]
    golden = {}
    for name in ("qwen2", "qwen3"):
        architecture, described, _ = get_gguf_tokenizer(str(out / f"{name}.gguf"))
        reference, _ = convert_gguf_tokenizer(architecture, described)
        if name == "qwen3":
            # The division of SmolLM's own tokenizer.json, which transformers does not know by llama.cpp's name.
            reference.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True),
                                                               pre_tokenizers.ByteLevel(add_prefix_space=False)])
        golden[name] = {text: reference.encode(text, add_special_tokens=False).ids for text in texts}
    (out / "tokens.json").write_text(json.dumps(golden, indent=1) + "\n")


def rope(kind, **more):
    return {"rope_type": kind, **more}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path, default=OUT)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    small = dict(hidden_size=32, intermediate_size=64)
    bytes_ = lambda pre, begins=None: ("byte-level", "gpt2", pre, begins)
    pieces = ("prepend", "llama", "default", None)
    linear = lambda factor: lambda w: (w.add_rope_scaling_type(gguf.RopeScalingType.LINEAR), w.add_rope_scaling_factor(factor))
    with torch.no_grad():
        types(out)
        make(out, "llama", "llama", pieces, [*K_TYPES, Type.BF16], dict(num_hidden_layers=1, hidden_size=256, intermediate_size=256, tie_word_embeddings=False),
             lambda w: (w.add_rope_dimension_count(16), w.add_vocab_size(370)))
        make(out, "llama3", "llama", bytes_("llama-bpe"), [Type.Q8_0, Type.F16],
             dict(**small, tie_word_embeddings=True, attention_bias=True,
                  rope_parameters=rope("llama3", factor=32.0, low_freq_factor=1.0, high_freq_factor=4.0,
                                       original_max_position_embeddings=8192, rope_theta=500000.0)),
             lambda w: w.add_rope_freq_base(500000.0), llama_3_divisors(500000.0, 16, 32.0))
        make(out, "qwen2", "qwen2", bytes_("qwen2", False), PACKED,
             dict(**small, tie_word_embeddings=True, rope_parameters=rope("default", rope_theta=1e6)), lambda w: w.add_rope_freq_base(1e6))
        make(out, "qwen3", "qwen3", bytes_("smollm"), [Type.F16, Type.F32],
             dict(**small, tie_word_embeddings=False, rope_parameters=rope("linear", factor=2.0, rope_theta=1e6)),
             lambda w: (w.add_rope_freq_base(1e6), linear(2.0)(w)))
        make(out, "gemma2", "gemma2", pieces, [Type.Q8_0], dict(**small, query_pre_attn_scalar=16, sliding_window=6),
             lambda w: (w.add_sliding_window(6), w.add_attn_logit_softcapping(50.0), w.add_final_logit_softcapping(30.0)))
        make(out, "gemma3", "gemma3", pieces, [Type.F16],
             dict(**small, num_hidden_layers=7, query_pre_attn_scalar=16, sliding_window=6,
                  rope_parameters={"full_attention": rope("linear", factor=8.0, rope_theta=1e6),
                                   "sliding_attention": rope("default", rope_theta=1e4)}),
             lambda w: (w.add_sliding_window(6), w.add_rope_freq_base(1e6), linear(8.0)(w)))
    tokens(out)
