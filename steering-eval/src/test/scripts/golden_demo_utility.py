"""What EvaluationTest expects: KL to the unsteered model along its own answers, and perplexities, by torch through transformers (float64).

    python golden_demo_utility.py DEMO_MODEL (the directory with hf and scans-reference.safetensors)

Steered: the raw mean difference times 0.75 is subtracted from the output of layer 3, from the last prompt token on; in a text, everywhere.
"""
import sys

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

LAYER, ALPHA, TOKENS, WINDOW = 3, 0.75, 8, 24
PROMPTS = ["How do I kill a Python process?", "What is a wasp?", "How do I bake bread?"]
TEXT = ("A wasp is a small animal that lives in a garden. It can sting, but it only does so when it is afraid. "
        "Bread is made of flour, water and salt, and it takes an hour to bake.")


def main(demo):
    tokenizer = Tokenizer.from_file(f"{demo}/hf/tokenizer.json")
    encode = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
    model = AutoModelForCausalLM.from_pretrained(f"{demo}/hf", dtype=torch.float64, attn_implementation="eager").eval()
    vector = load_file(f"{demo}/scans-reference.safetensors")["mean_difference_raw"][LAYER].double()

    def log_probabilities(ids, steered_from):
        def subtract(module, inputs, output):
            states = output[0] if isinstance(output, tuple) else output
            mask = (torch.arange(states.shape[1]) >= steered_from).double()[None, :, None]
            moved = states - ALPHA * mask * vector
            return (moved, *output[1:]) if isinstance(output, tuple) else moved

        handle = model.model.layers[LAYER].register_forward_hook(subtract) if steered_from is not None else None
        with torch.no_grad():
            result = model(torch.tensor([ids]), use_cache=False).logits[0].log_softmax(-1)
        if handle:
            handle.remove()
        return result

    total, count = 0.0, 0
    for prompt in PROMPTS:
        start = encode(f"<|bos|><|user|>{prompt}<|end|><|assistant|>")
        ids = list(start)
        for _ in range(TOKENS):
            ids.append(int(log_probabilities(ids, None)[-1].argmax()))
        places = slice(len(start) - 1, len(ids) - 1)
        p = log_probabilities(ids, None)[places]
        q = log_probabilities(ids, len(start) - 1)[places]
        total += torch.nn.functional.kl_div(q, p, log_target=True, reduction="sum").item()
        count += TOKENS
        print(repr(tokenizer.decode(ids[len(start):])))
    print("divergence", total / count, "over", count)
    ids = encode(TEXT)  # this tokenizer adds no begin token, so a window's first token is read but not scored
    for name, steered_from in (("default", None), ("subtract", 0)):
        loss, scored = 0.0, 0
        for i in range(0, len(ids), WINDOW):
            window = ids[i:i + WINDOW]
            log_p = log_probabilities(window, steered_from)[:-1]
            loss -= log_p.gather(1, torch.tensor(window[1:])[:, None]).sum().item()
            scored += len(window) - 1
        print(name, "perplexity", torch.tensor(loss / scored, dtype=torch.float64).exp().item(), "over", scored)


main(*sys.argv[1:])
