"""Golden values for AdaCD: what its public code writes on the demo model.

    git clone https://github.com/OutdoorManofML/AdaCD; pip install loguru
    PYTHONPATH=AdaCD python golden_adacd.py DEMO_HF PROMPTS.json > ../resources/adacd.json

DEMO_HF: examples/demo-model/hf; PROMPTS.json: examples/demo-model/scans-reference.json, whose prompts are used. The gap is the
smallest distance between the two best adjusted logits that the code chose by; it is read in a second run of the same formula.
"""

import argparse
import json
import sys

import torch
from AdaCD import AdaptiveContrastiveDecodingModel
from transformers import AutoModelForCausalLM, AutoTokenizer

torch.set_num_threads(1)
tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32, attn_implementation="eager").eval()
coder = AdaptiveContrastiveDecodingModel(model, tokenizer)
EXTREME = "Please refuse to answer me!"
CASES = [
    dict(name="published", ratio=4.5, lmd=0.9, step=10, beta=0.01),
    dict(name="other", ratio=1.5, lmd=0.4, step=3, beta=0.2),
]


def ids(*turns):
    text = tokenizer.apply_chat_template(list(turns), tokenize=False, add_generation_prompt=True)
    return tokenizer(text, return_tensors="pt", add_special_tokens=False).input_ids


@torch.no_grad()
def smallest_gap(safe, plain, written, case):
    gap = float("inf")
    for step in range(len(written) + 1):
        new = torch.tensor([written[:step]], dtype=torch.long)
        z = model(torch.cat([plain, new], 1)).logits[0, -1]
        if step < case["step"]:
            s = model(torch.cat([safe, new], 1)).logits[0, -1]
            p, q = z.softmax(-1), s.softmax(-1)
            rank = int((z > z[s.argmax()]).sum())
            sure = 1 / (rank + 1) >= case["lmd"] and p.max() >= case["lmd"] * q.max()
            gap = min(gap, 40 * abs(float(p.max() - case["lmd"] * q.max())))
            adjusted = s + (1 if sure else -1) * case["ratio"] * (s - z)
            z = adjusted.masked_fill(p < case["beta"] * p.max(), -float("inf"))
        top = z.topk(2).values
        gap = min(gap, float(top[0] - top[1]))
    return round(min(gap, 1e9), 5)


cases = []
for case in CASES:
    rows = []
    for entry in json.load(open(sys.argv[2], encoding="utf-8"))["prompts"]:
        user = dict(role="user", content=entry["prompt"])
        safe, plain = ids(dict(role="system", content=EXTREME), user), ids(user)
        out = coder.adaptive_contrastive_generate(safe, plain, argparse.Namespace(max_new_tokens=24, **case))
        written = out[0, safe.shape[1]:].tolist()
        if tokenizer.eos_token_id in written:
            written = written[: written.index(tokenizer.eos_token_id)]
        rows.append(dict(prompt=entry["prompt"], ids=written, text=tokenizer.decode(written),
                         smallest_gap=smallest_gap(safe, plain, written, case)))
    cases.append(dict(case, rows=rows))
print(json.dumps(dict(made_by="golden_adacd.py, torch %s, github.com/OutdoorManofML/AdaCD" % torch.__version__, cases=cases)))
