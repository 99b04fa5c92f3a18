"""Prints what AlphaSteer's public code makes of the demo model, for AlphaSteerExtractorTest and AlphaSteerTest.

    git clone https://github.com/AlphaLab-USTC/AlphaSteer
    PYTHONPATH=AlphaSteer/src/utils python golden_alphasteer.py DEMO_MODEL > alphasteer.json

The matrices are those of its steering_utils.py in double precision: benign prompts are anchors-harmless.txt, harmful ones anchors-harmful.txt,
the refusal direction is the difference of their means; share 0.6 of the dimensions, ridge 10. Its layer l reads the input of block l, which
is the output of layer l - 1 here. Texts are greedy, by transformers in single precision, with the full matrix: as its model classes do
it, one vector of the last prompt token is added to all prompt positions and to no other.
"""
import contextlib
import csv
import json
import random
import sys

import steering_utils
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

torch.set_num_threads(1)
DEMO = sys.argv[1] + "/"
STEERED = (3, 4)
tokenizer = AutoTokenizer.from_pretrained(DEMO + "hf")
model = AutoModelForCausalLM.from_pretrained(DEMO + "hf", dtype=torch.float32, attn_implementation="eager").eval()
ends = model.generation_config.eos_token_id
ends = ends if isinstance(ends, list) else [ends]


def lines(name):
    return [line for line in open(DEMO + "prompts/" + name, encoding="utf-8").read().split("\n") if line]


def column(name):
    return [row["prompt"] for row in csv.DictReader(open(DEMO + "prompts/" + name, encoding="utf-8"))]


def ids(prompt):
    text = tokenizer.apply_chat_template([dict(role="user", content=prompt)], tokenize=False, add_generation_prompt=True)
    return tokenizer(text, return_tensors="pt", add_special_tokens=False).input_ids


@torch.no_grad()
def block_inputs(prompts):
    states = [model(ids(p), output_hidden_states=True).hidden_states[:6] for p in prompts]
    return torch.stack([torch.stack([h[0, -1] for h in s]) for s in states]).double()


@torch.no_grad()
def generate(prompt, matrices, strength, count=24):
    tokens = ids(prompt)
    last = tokens.shape[1] - 1

    def adding(matrix):
        def hook(module, args, kwargs):
            h = args[0].clone()
            h[:, : last + 1] += (h[:, last] @ matrix * strength).unsqueeze(1)
            return (h,) + args[1:], kwargs

        return hook

    hooks = [model.model.layers[l].register_forward_pre_hook(adding(m.float()), with_kwargs=True) for l, m in matrices.items()]
    written, gap, first = [], float("inf"), None
    while len(written) < count:
        logits = model(tokens, use_cache=False).logits[0, -1]
        first = first or [round(float(x), 5) for x in logits[:8]]
        top = torch.topk(logits, 2)
        gap = min(gap, float(top.values[0] - top.values[1]))
        if int(top.indices[0]) in ends:
            break
        written.append(int(top.indices[0]))
        tokens = torch.cat([tokens, top.indices[:1].unsqueeze(0)], 1)
    for hook in hooks:
        hook.remove()
    return dict(prompt=prompt, strength=strength, ids=written, text=tokenizer.decode(written), gap=round(gap, 5), first_logits=first)


benign, harmful = block_inputs(lines("anchors-harmless.txt")), block_inputs(lines("anchors-harmful.txt"))
refusal = harmful.mean(0) - benign.mean(0)
matrices, layers = {}, {}
with contextlib.redirect_stdout(sys.stderr):
    for l in range(1, 6):
        projection = steering_utils.null_space_projection_l(benign[:, l], abs_nullspace_ratio=0.6)
        delta = steering_utils.cal_tilde_delta_with_regularization_l(
            harmful[:, l], projection, refusal[l], lambda_reg=10.0, device="cpu")
        matrices[l] = steering_utils.cal_steering_matrix_l(projection, delta, device="cpu")
        layers[l - 1] = dict(
            direction=[float("%.9g" % x) for x in refusal[l]],
            matrix_norm=float(matrices[l].norm()),
            matrix_row_3=[float("%.9g" % x) for x in matrices[l][3]],
            read=[float("%.9g" % x) for x in matrices[l] @ refusal[l] / (refusal[l] @ refusal[l])])
chosen = random.Random(3)
prompts = sum((chosen.sample(column(n), k) for n, k in (("test-harmful.csv", 6), ("test-safe.csv", 10), ("test-plain.csv", 4))), [])
texts = [generate(p, {l: matrices[l] for l in STEERED}, s) for p in prompts for s in (0.4, -0.4)]
print(json.dumps(dict(
    made_by="golden_alphasteer.py, torch %s, github.com/AlphaLab-USTC/AlphaSteer, src/utils/steering_utils.py" % torch.__version__,
    layers=layers, steered_layers=[l - 1 for l in STEERED], texts=texts)))
