"""Makes small random checkpoints with reference values computed by Hugging Face transformers.

    python make_checkpoints.py [--out DIRECTORY] [NAME ...]

Needs torch, transformers and safetensors. Everything is seeded. Without names it makes those that the tests use; the directory
is that of the fixtures unless another one is given. `extra` stands for all further configurations, which are not stored.
The checkpoints that README.md beside them calls older are not remade here.
"""
import argparse
import json
import pathlib

import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, CONFIG_MAPPING

from configurations import CHECKPOINTS, EXTRA

FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures" / "checkpoints"
ROWS, LENGTH, SHORT, NEW = 2, 21, 13, 16
SOFT, GRADIENT_LENGTH = 4, 14
BASE = dict(vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=128, rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2,
            pad_token_id=0)
OURS = ("_dtype", "_shards", "_rename", "_old_style", "_length", "_multimodal", "_gain", "_drop")


def randomise(model, generator, gain):
    offset = 0 if "Gemma" in type(model).__name__ else 1
    with torch.no_grad():
        for name, p in model.named_parameters():
            noise = torch.randn(p.shape, generator=generator)
            if name.endswith("bias"):
                p.copy_(noise * 0.2)
            elif p.dim() == 1:
                p.copy_(offset + noise * 0.1)
            else:
                p.copy_(noise * (1.0 if "embed" in name else gain / p.shape[1] ** 0.5))


class Run:
    """Forward passes with a vector added to every residual-stream point from a position on."""

    def __init__(self, model, vectors):
        self.model, self.vectors, self.first, self.points = model, vectors, None, []
        body = model.model.language_model if hasattr(model.model, "language_model") else model.model
        self.embedding_multiplier = getattr(model.config, "embedding_multiplier", 1.0)
        for p, module in enumerate([body.embed_tokens, *body.layers]):
            module.register_forward_hook(lambda m, i, out, p=p: self.visit(p, out))
        body.norm.register_forward_hook(lambda m, i, out: setattr(self, "normed", out))

    def visit(self, p, out):
        x = out[0] if isinstance(out, tuple) else out
        # Granite scales behind the embedding module, and point 0 is the scaled embedding.
        scale = self.embedding_multiplier if p == 0 else 1.0
        if self.first is not None:
            x = x.clone()
            x[:, self.first:] += self.vectors[p] / scale
        self.points.append(x * scale)
        return (x, *out[1:]) if isinstance(out, tuple) else x

    def __call__(self, ids, first=None):
        self.first, self.points = first, []
        logits = self.model(input_ids=ids, use_cache=False).logits
        return logits, torch.stack(self.points)

    def greedy(self, ids, steered):
        first = ids.shape[1] - 1 if steered else None
        text = ids
        for _ in range(NEW):
            text = torch.cat([text, self(text, first)[0][:, -1:].argmax(-1)], 1)
        return text[0, ids.shape[1]:]


def reference_values(model, config, generator, length):
    vectors = torch.randn((config.num_hidden_layers + 1, config.hidden_size), generator=generator) * 0.3
    ids = torch.randint(3, config.vocab_size, (ROWS, length), generator=generator)
    short = torch.randint(3, config.vocab_size, (1, length * SHORT // LENGTH), generator=generator)
    run = Run(model, vectors)
    reference = {"input_ids": ids, "short_input_ids": short, "steering_vectors": vectors}
    reference["logits"], reference["hidden_states"] = run(ids)
    reference["final_norm"] = run.normed
    reference["steered_logits"], reference["steered_hidden_states"] = run(ids, 0)
    logits, points = run(short)
    reference["short_last_logits"] = logits[:, -1]
    reference["short_last_hidden_states"] = points[:, :, -1]
    for prefix, tokens in (("", ids[:1]), ("short_", short)):
        reference[prefix + "greedy"] = run.greedy(tokens, False)
        reference[prefix + "greedy_steered_from_last_prompt_token"] = run.greedy(tokens, True)
    return reference


def gradient_values(model, config):
    """Losses of a response behind a soft prompt, and their gradients by it: what GradientCheck describes."""
    generator = torch.Generator().manual_seed(21)
    embedding = model.get_input_embeddings()
    soft = (torch.randn((SOFT, config.hidden_size), generator=generator) * 0.5).requires_grad_()
    ids = torch.randint(3, config.vocab_size, (ROWS, GRADIENT_LENGTH), generator=generator)
    # Gemma 3 scales in the embedding module, the others behind it: rows in the place of the module's output.
    scale = getattr(embedding, "embed_scale", 1.0)

    def place(module, inputs, out):
        return torch.cat([(soft * scale).expand(ROWS, -1, -1), out[:, SOFT:]], 1)

    handle = embedding.register_forward_hook(place)
    start = GRADIENT_LENGTH // 2
    with torch.enable_grad():
        logits = model(input_ids=torch.cat([ids[:, :1].expand(-1, SOFT), ids], 1), use_cache=False).logits.double()
        predicted = logits[:, SOFT + start - 1:-1].log_softmax(-1)
        log_p = predicted.gather(-1, ids[:, start:, None]).squeeze(-1)
        values = {"soft_prompt": soft, "input_ids": ids, "response_start": torch.tensor([start])}
        for name, loss in (("likelihood", -log_p.mean()), ("unlikelihood", -torch.log1p(-log_p.exp()).mean())):
            values[f"{name}_loss"] = loss.float()[None]
            values[f"{name}_soft_prompt_gradient"] = torch.autograd.grad(loss, soft, retain_graph=True)[0]
    handle.remove()
    return values


def save_values(values, file):
    versions = f"transformers {transformers.__version__}, torch {torch.__version__}, eager attention, float32"
    save_file({k: v.detach().clone().contiguous() for k, v in values.items()}, file, metadata={"generator": versions})


def old_style(config):
    """As transformers 4 writes it: rope_theta, rope_scaling and partial_rotary_factor beside each other."""
    rope = dict(config.pop("rope_parameters"))
    if "full_attention" in rope:
        full, local = dict(rope["full_attention"]), rope["sliding_attention"]
        config["rope_theta"], config["rope_local_base_freq"] = full.pop("rope_theta"), local["rope_theta"]
        config["rope_scaling"] = full if full["rope_type"] != "default" else None
        return config
    config["rope_theta"] = rope.pop("rope_theta")
    if "partial_rotary_factor" in rope:
        config["partial_rotary_factor"] = rope.pop("partial_rotary_factor")
    config["rope_scaling"] = rope if rope["rope_type"] != "default" else None
    return config


def written_config(model, special):
    config = model.config.to_diff_dict()
    text = config.get("text_config", config)
    config["architectures"] = [type(model).__name__]
    config["model_type"] = model.config.model_type
    if special.get("_old_style"):
        old_style(text)
    for key in special.get("_drop", ()):
        text.pop(key, None)
    for key in ("transformers_version", "_name_or_path", "dtype", "torch_dtype", "id2label", "label2id"):
        config.pop(key, None)
    return config


def write_weights(model, directory, special):
    tied = getattr(model.config, "tie_word_embeddings", False)
    dtype = getattr(torch, special.get("_dtype", "float32"))
    prefixes = special.get("_rename", {})
    weights = {}
    for name, value in model.state_dict().items():
        if tied and name.endswith("lm_head.weight"):
            continue
        for old, new in prefixes.items():
            if name.startswith(old):
                name = new + name[len(old):]
                break
        weights[name] = value.detach().clone().to(dtype).contiguous()
    shards = special.get("_shards", 1)
    if shards == 1:
        save_file(weights, directory / "model.safetensors", metadata={"format": "pt"})
        return
    index = {}
    for s in range(shards):
        name = f"model-{s + 1:05d}-of-{shards:05d}.safetensors"
        part = {k: v for i, (k, v) in enumerate(weights.items()) if i % shards == s}
        save_file(part, directory / name, metadata={"format": "pt"})
        index.update({k: name for k in part})
    (directory / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": index}))


def make(out, name, model_type, overrides):
    special = {k: overrides[k] for k in OURS if k in overrides}
    overrides = {k: v for k, v in overrides.items() if k not in OURS}
    generator = torch.Generator().manual_seed(20)
    values = {**BASE, **overrides}
    values = {k: v for k, v in values.items() if v is not ...}
    if special.get("_multimodal"):
        vision = dict(hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2, image_size=28,
                      patch_size=14)
        config = CONFIG_MAPPING[model_type](text_config=values, vision_config=vision, mm_tokens_per_image=4)
        config._attn_implementation = "eager"
        model = transformers.Gemma3ForConditionalGeneration(config)
        text = config.text_config
    else:
        config = text = CONFIG_MAPPING[model_type](**values)
        config._attn_implementation = "eager"
        model = AutoModelForCausalLM.from_config(config)
    model = model.float().eval()
    model.set_attn_implementation("eager")
    randomise(model, generator, special.get("_gain", 1.2))
    dtype = getattr(torch, special.get("_dtype", "float32"))
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(p.to(dtype).float())
    gradient = gradient_values(model, text)  # before reference_values leaves its hooks
    reference = reference_values(model, text, generator, special.get("_length", LENGTH))
    directory = out / name
    directory.mkdir(exist_ok=True, parents=True)
    written = written_config(model, special)
    (directory / "config.json").write_text(json.dumps(written, indent=2, sort_keys=True) + "\n")
    write_weights(model, directory, special)
    save_values(reference, directory / "reference.safetensors")
    save_values(gradient, directory / "gradient.safetensors")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path, default=FIXTURES)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    everything = {**CHECKPOINTS, **EXTRA}
    wanted = []
    for name in arguments.names or CHECKPOINTS:
        wanted += EXTRA if name == "extra" else [name]
    with torch.no_grad():
        for name in wanted:
            make(arguments.out, name, *everything[name])
