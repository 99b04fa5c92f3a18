"""Golden values of learned directions: losses and vectors over some steps, by torch autograd through transformers (float64, CPU).

    python golden_learning.py DEMO_MODEL_HF ACD_ANCHORS_JSONL OUT.safetensors

For each layer: a hook adds factor * vector to the layer's output from the prompt's last token on. Every step takes all pairs, each
with factor +1 and -1: the sum over the three kinds and both factors of the mean over the pairs of the mean over the response's
tokens of -log p (refusals when added, answers when subtracted) or -log(1 - p) (the others). The parameter x has mean square 1 and the
vector is NORM / sqrt(hidden) * x. The gradient's part along x is removed, then clip_grad_norm_(CLIP), torch.optim.AdamW, and x is put
back to the norm sqrt(hidden). `LAYER.losses` are those before each step and after the last one, `LAYER.start` the first and
`LAYER.vector` the last vector.
"""
import json
import sys

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

STEPS, RATE, CLIP = 4, 0.05, 1.0
NORMS = {1: 12.0, 4: 40.0}


def main(directory, anchors, out):
    tokenizer = Tokenizer.from_file(f"{directory}/tokenizer.json")
    encode = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
    model = AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float64, attn_implementation="eager").eval()
    model.requires_grad_(False)
    hidden = model.config.hidden_size
    rows = []
    for line in open(anchors, encoding="utf-8"):
        pair = json.loads(line)
        system = f"<|system|>{pair['system']}<|end|>" if "system" in pair else ""
        rows.append((pair, encode(f"<|bos|>{system}<|user|>{pair['prompt']}<|end|><|assistant|>"), encode(pair["response"])))

    def pair_loss(layer, vector, factor, prompt, response, unlikely):
        def add(module, inputs, output):
            states = output[0] if isinstance(output, tuple) else output
            mask = (torch.arange(states.shape[1]) >= len(prompt) - 1).to(states.dtype)[None, :, None]
            steered = states + factor * mask * vector
            return (steered, *output[1:]) if isinstance(output, tuple) else steered

        handle = model.model.layers[layer].register_forward_hook(add)
        logits = model(torch.tensor([prompt + response]), use_cache=False).logits[0, -len(response) - 1:-1]
        handle.remove()
        log_p = logits.log_softmax(-1).gather(1, torch.tensor(response)[:, None])[:, 0]
        return (-torch.log1p(-log_p.exp()) if unlikely else -log_p).mean()

    def objective(layer, vector):
        groups = {}
        for pair, prompt, response in rows:
            for factor in (1, -1):
                unlikely = (pair["kind"] == "answer") == (factor == 1)
                loss = pair_loss(layer, vector, factor, prompt, response, unlikely)
                groups.setdefault((pair["label"], pair["kind"], factor), []).append(loss)
        return sum(torch.stack(losses).mean() for losses in groups.values())

    golden = {}
    for layer, norm in NORMS.items():
        torch.manual_seed(layer)
        x = torch.randn(hidden, dtype=torch.float64)
        x = (x * hidden**0.5 / x.norm()).float().double().requires_grad_(True)
        golden[f"{layer}.start"] = x.detach().clone()
        optimizer = torch.optim.AdamW([x], lr=RATE, weight_decay=0)
        scale = norm / hidden**0.5
        losses = []
        for _ in range(STEPS):
            optimizer.zero_grad()
            loss = objective(layer, scale * x)
            loss.backward()
            with torch.no_grad():
                x.grad -= (x.grad @ x) / (x @ x) * x
            torch.nn.utils.clip_grad_norm_([x], CLIP)
            optimizer.step()
            with torch.no_grad():
                x *= hidden**0.5 / x.norm()
            losses.append(loss.item())
        losses.append(objective(layer, scale * x.detach()).item())
        golden[f"{layer}.losses"] = torch.tensor(losses, dtype=torch.float64)
        golden[f"{layer}.vector"] = x.detach()
        print(layer, losses)
    save_file({name: value.float() for name, value in golden.items()}, out)


main(*sys.argv[1:])
