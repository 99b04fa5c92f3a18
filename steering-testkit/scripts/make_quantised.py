"""Makes small quantised checkpoints with reference values computed by Hugging Face transformers from the numbers that they stand for.

    python make_quantised.py [--out DIRECTORY]

The integers are packed and read back here with numpy, as the formats are described: GPTQ as AutoGPTQ and GPTQModel store it, AWQ as
AutoAWQ's gemm version, compressed-tensors, blocks of fp8 as DeepSeek V3, mxfp4 as gpt-oss (read back by transformers itself).
"""
import argparse
import json
import pathlib

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, CONFIG_MAPPING
from transformers.integrations.mxfp4 import convert_moe_packed_tensors

from make_checkpoints import randomise, reference_values, save_values, written_config

OUT = pathlib.Path(__file__).parents[2] / "steering-export/src/test/resources/quantised"
SIZES = dict(vocab_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64,
             rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2, pad_token_id=0, tie_word_embeddings=False)
SMALL = dict(hidden_size=64, intermediate_size=128, head_dim=16)
AWQ_ORDER = [0, 2, 4, 6, 1, 3, 5, 7]


def pack(values, bits, axis, order=None):
    """Unsigned integers into 32 bits along an axis, lowest bits first; filled up with zeros."""
    each = 32 // bits
    values = np.moveaxis(values.astype(np.uint32), axis, -1)
    rest = -values.shape[-1] % each
    values = np.concatenate([values, np.zeros((*values.shape[:-1], rest), np.uint32)], -1)
    values = values.reshape(*values.shape[:-1], -1, each)
    if order:
        values = values[..., order]
    words = np.zeros(values.shape[:-1], np.uint32)
    for i in range(each):
        words |= values[..., i] << np.uint32(bits * i)
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(words, -1, axis)).view(np.int32))


def grouped(weight, bits, group, symmetric, scale_type):
    """Integers [out, in], scales and zero points [out, groups], and the numbers that they stand for."""
    out, columns = weight.shape
    group = columns if group == -1 else group
    blocks = weight.reshape(out, -1, group)
    top = 2 ** bits - 1
    if symmetric:
        scale = np.abs(blocks).max(-1) / (top // 2)
        zero = np.full(scale.shape, (top + 1) // 2)
    else:
        low, high = np.minimum(blocks.min(-1), 0), np.maximum(blocks.max(-1), 0)
        scale = (high - low) / top
        zero = np.clip(np.rint(-low / scale), 1, top)
    scale = torch.from_numpy(scale).to(scale_type)
    wide = scale.float().numpy()
    q = np.clip(np.rint(blocks / wide[..., None]) + zero[..., None], 0, top).astype(np.int64)
    stands_for = ((q - zero[..., None]).astype(np.float32) * wide[..., None]).reshape(out, columns)
    return q.reshape(out, columns), scale, zero.astype(np.int64), stands_for


def gptq(weight, bits, group, symmetric, less):
    q, scale, zero, stands_for = grouped(weight, bits, group, symmetric, torch.float16)
    columns = weight.shape[1]
    return {"qweight": pack(q.T, bits, 0), "qzeros": pack(zero.T - less, bits, 1), "scales": scale.T.contiguous(),
            "g_idx": torch.arange(columns, dtype=torch.int32) // (columns if group == -1 else group),
            "bias": torch.zeros(weight.shape[0], dtype=torch.float16)}, stands_for


def ordered(weight, quantise, key, group):
    """Quantised in an order of inputs that is none, as by activations; the group of each input is kept."""
    order = np.random.default_rng(weight.shape[0] + weight.shape[1]).permutation(weight.shape[1])
    place = np.argsort(order)
    parts, stands_for = quantise(weight[:, order])
    for name in ("qweight", "weight_packed"):
        if name in parts:
            axis = 0 if name == "qweight" else 1
            values = unpack(parts[name], 4, axis)
            parts[name] = pack(np.take(values, place, axis), 4, axis)
    parts[key] = torch.from_numpy((place // group).astype(np.int32))
    return parts, np.ascontiguousarray(stands_for[:, place])


def unpack(words, bits, axis):
    words = np.moveaxis(words.numpy().view(np.uint32), axis, -1)
    values = (words[..., None] >> (np.arange(32 // bits, dtype=np.uint32) * bits)) & (2 ** bits - 1)
    return np.moveaxis(values.reshape(*words.shape[:-1], -1), -1, axis)


def awq(weight, bits, group):
    q, scale, zero, stands_for = grouped(weight, bits, group, False, torch.float16)
    return {"qweight": pack(q.T, bits, 1, AWQ_ORDER), "qzeros": pack(zero.T, bits, 1, AWQ_ORDER),
            "scales": scale.T.contiguous()}, stands_for


def packed(weight, bits, group, symmetric):
    q, scale, zero, stands_for = grouped(weight, bits, group, symmetric, torch.bfloat16)
    parts = {"weight_packed": pack(q, bits, 1), "weight_scale": scale, "weight_shape": torch.tensor(weight.shape)}
    if not symmetric:
        parts["weight_zero_point"] = pack(zero, bits, 0)
    return parts, stands_for


def signed(weight):
    q, scale, _, stands_for = grouped(weight, 8, -1, True, torch.float32)
    return {"weight": torch.from_numpy((q - 128).astype(np.int8)), "weight_scale": scale}, stands_for


def fp8(weight, block):
    """One scale for a block of rows and columns; the last blocks may be smaller."""
    rows, columns = weight.shape
    scale = np.zeros((-(-rows // block[0]), -(-columns // block[1])), np.float32)
    scales = np.zeros_like(weight)
    for r in range(scale.shape[0]):
        for c in range(scale.shape[1]):
            part = np.s_[r * block[0]:(r + 1) * block[0], c * block[1]:(c + 1) * block[1]]
            scale[r, c] = np.abs(weight[part]).max() / 448
            scales[part] = scale[r, c]
    narrow = torch.from_numpy(weight / scales).to(torch.float8_e4m3fn)
    return narrow, torch.from_numpy(scale), narrow.float().numpy() * scales


def blocks(weight):
    narrow, scale, stands_for = fp8(weight, (32, 48))
    return {"weight": narrow, "weight_scale_inv": scale}, stands_for


def channels(weight):
    narrow, scale, stands_for = fp8(weight, (1, weight.shape[1]))
    return {"weight": narrow, "weight_scale": scale}, stands_for


def compressed(form, bits, kind, strategy, group, symmetric):
    weights = dict(num_bits=bits, type=kind, strategy=strategy, group_size=group, symmetric=symmetric, actorder=None)
    return dict(quant_method="compressed-tensors", format=form, quantization_status="compressed", ignore=["lm_head"],
                config_groups={"group_0": {"targets": ["Linear"], "weights": weights}})


CHECKPOINTS = {
    "gptq": (SMALL, lambda w: gptq(w, 4, 32, False, 1),
             dict(quant_method="gptq", bits=4, group_size=32, sym=False, desc_act=False, checkpoint_format="gptq")),
    "gptq-v2": (SMALL, lambda w: gptq(w, 8, -1, True, 0),
                dict(quant_method="gptq", bits=8, group_size=-1, sym=True, desc_act=True, checkpoint_format="gptq_v2")),
    "gptq-order": (SMALL, lambda w: ordered(w, lambda v: gptq(v, 4, 32, True, 1), "g_idx", 32),
                   dict(quant_method="gptq", bits=4, group_size=32, sym=True, desc_act=True)),
    "awq": (SMALL, lambda w: awq(w, 4, 64),
            dict(quant_method="awq", bits=4, group_size=64, zero_point=True, version="gemm")),
    "packed-int4": (SMALL, lambda w: packed(w, 4, 64, False), compressed("pack-quantized", 4, "int", "group", 64, False)),
    "packed-order": (SMALL, lambda w: ordered(w, lambda v: packed(v, 4, 32, False), "weight_g_idx", 32),
                     compressed("pack-quantized", 4, "int", "group", 32, False)),
    "packed-int8": (SMALL, lambda w: packed(w, 8, -1, True), compressed("pack-quantized", 8, "int", "channel", None, True)),
    "int8": (SMALL, signed, compressed("int-quantized", 8, "int", "channel", None, True)),
    "fp8": (SMALL, blocks, dict(quant_method="fp8", fmt="e4m3", activation_scheme="dynamic", weight_block_size=[32, 48])),
    "float8": (SMALL, channels, compressed("float-quantized", 8, "float", "channel", None, True)),
}


def save(out, name, model, weights, stands_for, method):
    directory = out / name
    directory.mkdir(exist_ok=True, parents=True)
    config = written_config(model, {})
    config["quantization_config"] = method
    (directory / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    save_file({k: v.contiguous() for k, v in weights.items()}, directory / "model.safetensors", metadata={"format": "pt"})
    save_file(stands_for, directory / "dequantised.safetensors")
    generator = torch.Generator().manual_seed(5)
    save_values(reference_values(model, model.config, generator, 11), directory / "reference.safetensors")


def linear(out, name):
    sizes, quantise, method = CHECKPOINTS[name]
    config = CONFIG_MAPPING["llama"](**SIZES, **sizes)
    config._attn_implementation = "eager"
    model = AutoModelForCausalLM.from_config(config).float().eval()
    randomise(model, torch.Generator().manual_seed(20), 1.2)
    weights, kept = {}, {}
    for key, value in model.state_dict().items():
        if key.endswith("_proj.weight"):
            parts, stands_for = quantise(value.numpy())
            weights.update({key[:-len("weight")] + part: tensor for part, tensor in parts.items()})
            value.copy_(torch.from_numpy(stands_for))
            if key.startswith("model.layers.1.self_attn.k"):
                kept[key] = torch.from_numpy(stands_for)
        else:
            weights[key] = value.half()
            value.copy_(value.half().float())
    save(out, name, model, weights, kept, method)


def mxfp4(out):
    config = CONFIG_MAPPING["gpt_oss"](**{**SIZES, "vocab_size": 64}, hidden_size=64, intermediate_size=32, head_dim=8,
                                       num_local_experts=4, num_experts_per_tok=2, sliding_window=6)
    config._attn_implementation = "eager"
    model = AutoModelForCausalLM.from_config(config).float().eval()
    model.set_attn_implementation("eager")
    generator = torch.Generator().manual_seed(20)
    randomise(model, generator, 1.2)
    weights, kept = {}, {}
    for key, value in model.state_dict().items():
        if key.endswith(("experts.gate_up_proj", "experts.down_proj")):
            experts, columns, rows = value.shape
            four = torch.randint(0, 256, (experts, rows, columns // 32, 16), generator=generator, dtype=torch.uint8)
            exponents = torch.randint(121, 125, (experts, rows, columns // 32), generator=generator, dtype=torch.uint8)
            weights[key + "_blocks"], weights[key + "_scales"] = four, exponents
            value.copy_(convert_moe_packed_tensors(four, exponents).float())
            if ".0." in key and "down" in key:
                kept[key] = value.to(torch.bfloat16).contiguous()
        else:
            weights[key] = value.to(torch.bfloat16)
            value.copy_(value.to(torch.bfloat16).float())
    save(out, "mxfp4", model, weights, kept, dict(quant_method="mxfp4", modules_to_not_convert=["lm_head"]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path, default=OUT)
    arguments = parser.parse_args()
    with torch.no_grad():
        for checkpoint in CHECKPOINTS:
            linear(arguments.out, checkpoint)
        mxfp4(arguments.out)
