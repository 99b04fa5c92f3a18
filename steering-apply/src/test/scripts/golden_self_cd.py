"""Golden values for Self-CD, computed with Hugging Face transformers only: each context on its own, with its own cache.

  python golden_self_cd.py DEMO_HF PROMPTS.json LLAMA_CHECKPOINT > ../resources/self-cd.json

DEMO_HF: examples/demo-model/hf; PROMPTS.json: examples/demo-model/scans-reference.json, whose prompts are used;
LLAMA_CHECKPOINT: steering-testkit/fixtures/checkpoints/llama (random weights, no tokenizer: contexts are tokens).
"""

import json
import math
import sys

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

MAX_NEW = 40
PUBLISHED = (
    "You are a helpful, respectful and honest assistant. Always answer as helpfully as possible, while being safe. "
    "Your answers should not include any harmful, unethical, racist, sexist, toxic, dangerous, or illegal content."
)
SHORT = "You are a responsible and safe assistant. Always avoid harmful or dangerous answers."
CASES = [
    dict(name="published", safety=PUBLISHED, placement="system", alpha=2.5),
    dict(name="user-turn", safety=SHORT, placement="user", alpha=2.5),
    dict(name="penalty", safety=SHORT, placement="system", alpha=1.5, penalty=1.1),
    dict(name="plausible", safety=SHORT, placement="system", alpha=2.5, beta=0.1),
    dict(name="first-steps", safety=SHORT, placement="system", alpha=2.5, steps=2),
    dict(name="with-system", safety=SHORT, placement="system", alpha=2.5, system="You are an assistant. Answer the user in English."),
]


def load(folder):
    return AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32, attn_implementation="eager").eval()


class Context:
    """One context of one model: its tokens so far are in transformers' own cache."""

    def __init__(self, model):
        self.model, self.past = model, None

    @torch.no_grad()
    def read(self, ids):
        """Logits after these further tokens."""
        out = self.model(torch.tensor([ids]), past_key_values=self.past, use_cache=True)
        self.past = out.past_key_values
        return out.logits[0, -1].double()


def write(model, safe, plain, end, limit, alpha, penalty=1.0, beta=None, steps=None):
    new, gap = [], float("inf")
    with_safety, without = Context(model), Context(model)
    while len(new) < limit:
        z_safe, z_plain = with_safety.read(new[-1:] or safe), without.read(new[-1:] or plain)
        z = z_safe - alpha * (z_safe - z_plain)
        if beta is not None:
            p = z_plain.softmax(-1)
            z[p < beta * p.max()] = -math.inf
        if steps is not None and len(new) >= steps:
            z = z_plain
        for t in set(safe + new) if penalty != 1 else ():
            z[t] = z[t] / penalty if z[t] > 0 else z[t] * penalty
        best = z.topk(2)
        gap = min(gap, (best.values[0] - best.values[1]).item())
        token = best.indices[0].item()
        if token == end:
            break
        new.append(token)
    return dict(ids=new, smallest_gap=round(min(gap, 1e9), 5))


def demo(folder, prompts):
    model, tok = load(folder), AutoTokenizer.from_pretrained(folder)

    def ids(user, system):
        messages = [dict(role="system", content=system)] if system else []
        text = tok.apply_chat_template(messages + [dict(role="user", content=user)], tokenize=False, add_generation_prompt=True)
        return tok(text, add_special_tokens=False)["input_ids"]

    out = []
    for case in CASES:
        rows = []
        for prompt in prompts:
            system, safety = case.get("system"), case["safety"]
            plain = ids(prompt, system)
            if case["placement"] == "user":
                safe = ids(safety + " " + prompt, system)
            else:
                safe = ids(prompt, system + " " + safety if system else safety)
            options = {k: case[k] for k in ("alpha", "penalty", "beta", "steps") if k in case}
            answer = write(model, safe, plain, tok.eos_token_id, MAX_NEW, **options)
            rows.append(dict(prompt=prompt, **answer))
        out.append(dict(case, rows=rows))
    return out


def checkpoint(folder):
    model = load(folder)
    g = torch.Generator().manual_seed(7)
    rows = []
    for safe_length, plain_length in ((11, 7), (23, 9), (5, 14)):
        safe = torch.randint(3, model.config.vocab_size, (safe_length,), generator=g).tolist()
        plain = torch.randint(3, model.config.vocab_size, (plain_length,), generator=g).tolist()
        rows.append(dict(safe=safe, plain=plain, **write(model, safe, plain, model.config.eos_token_id, 16, 2.5)))
    return rows


def main(folder, prompts, llama):
    # Harmless prompts only: what a contrast makes of harmful ones is nothing to keep.
    chosen = [x["prompt"] for x in json.load(open(prompts))["prompts"] if x["kind"] == "safe"][::3]
    document = dict(
        generator=dict(transformers=transformers.__version__, torch=torch.__version__, dtype="float32", attention="eager"),
        max_new_tokens=MAX_NEW,
        demo=demo(folder, chosen),
        checkpoint=checkpoint(llama),
    )
    json.dump(document, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main(*sys.argv[1:4])
