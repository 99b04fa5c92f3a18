"""Makes the small random Llama checkpoints beside this file, with reference values computed by Hugging Face transformers.

    python make_checkpoints.py [NAME ...]

Needs torch, transformers and safetensors. Everything is seeded. `llama` and `llama3-rope` are older and not remade here.
"""
import json
import pathlib
import sys

import torch
import transformers
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

HERE = pathlib.Path(__file__).parent
ROWS, LENGTH, SHORT, NEW = 2, 21, 13, 16
BASE = dict(vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=128, rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2,
            pad_token_id=0)
CHECKPOINTS = {
    # Biases everywhere, heads that are wider together than the residual stream, linear rope scaling, tied head.
    "llama-biases": dict(head_dim=16, attention_bias=True, mlp_bias=True, tie_word_embeddings=True,
                         rope_theta=10000.0, rope_scaling={"rope_type": "linear", "factor": 4.0}),
    # Head sizes whose rotary tables are not a multiple of 8 wide.
    "llama-head24": dict(num_attention_heads=2, num_key_value_heads=1, head_dim=24),
    "llama-head40": dict(num_attention_heads=2, num_key_value_heads=1, head_dim=40, num_hidden_layers=1),
}


def randomise(model, generator):
    with torch.no_grad():
        for name, p in model.named_parameters():
            noise = torch.randn(p.shape, generator=generator)
            if name.endswith("bias"):
                p.copy_(noise * 0.2)
            elif p.dim() == 1:
                p.copy_(1 + noise * 0.1)
            else:
                p.copy_(noise * (1.0 if "embed" in name else 1.2 / p.shape[1] ** 0.5))


class Run:
    """Forward passes with a vector added to every residual-stream point from a position on."""

    def __init__(self, model, vectors):
        self.model, self.vectors, self.first, self.points = model, vectors, None, []
        body = model.model
        for p, module in enumerate([body.embed_tokens, *body.layers]):
            module.register_forward_hook(lambda m, i, out, p=p: self.visit(p, out))
        body.norm.register_forward_hook(lambda m, i, out: setattr(self, "normed", out))

    def visit(self, p, out):
        x = out[0] if isinstance(out, tuple) else out
        if self.first is not None:
            x = x.clone()
            x[:, self.first:] += self.vectors[p]
        self.points.append(x)
        return (x, *out[1:]) if isinstance(out, tuple) else x

    def __call__(self, ids, first=None):
        self.first, self.points = first, []
        logits = self.model(ids, use_cache=False).logits
        return logits, torch.stack(self.points)

    def greedy(self, ids, steered):
        first = ids.shape[1] - 1 if steered else None
        text = ids
        for _ in range(NEW):
            text = torch.cat([text, self(text, first)[0][:, -1:].argmax(-1)], 1)
        return text[0, ids.shape[1]:]


def make(name, overrides):
    generator = torch.Generator().manual_seed(20)
    config = LlamaConfig(**{**BASE, **overrides})
    config._attn_implementation = "eager"
    model = LlamaForCausalLM(config).float().eval()
    randomise(model, generator)
    vocabulary, hidden = config.vocab_size, config.hidden_size
    vectors = torch.randn((config.num_hidden_layers + 1, hidden), generator=generator) * 0.3
    ids = torch.randint(3, vocabulary, (ROWS, LENGTH), generator=generator)
    short = torch.randint(3, vocabulary, (1, SHORT), generator=generator)
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
    directory = HERE / name
    directory.mkdir(exist_ok=True)
    (directory / "config.json").write_text(json.dumps(config.to_diff_dict() | {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "head_dim": config.head_dim,
    }, indent=2, sort_keys=True) + "\n")
    weights = {k: v.detach().clone() for k, v in model.state_dict().items()
               if not (config.tie_word_embeddings and k == "lm_head.weight")}
    save_file(weights, directory / "model.safetensors", metadata={"format": "pt"})
    versions = f"transformers {transformers.__version__}, torch {torch.__version__}, eager attention, float32"
    save_file({k: v.detach().clone().contiguous() for k, v in reference.items()}, directory / "reference.safetensors",
              metadata={"generator": versions})


if __name__ == "__main__":
    with torch.no_grad():
        for wanted in sys.argv[1:] or CHECKPOINTS:
            make(wanted, CHECKPOINTS[wanted])
