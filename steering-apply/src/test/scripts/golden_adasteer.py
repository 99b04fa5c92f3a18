"""Golden values for AdaSteer on the demo model, by the formula of its public code with transformers and hooks.

    python golden_adasteer.py DEMO_MODEL > ../resources/adasteer.json

github.com/MuyuenLP/AdaSteer, adasteer/models/For_Steering_LlamaModel_adasteer.py: the position of the last token's state between the
means of two classes a and b, 0 at a and 100 at b, with the scale averaged over the batch; a line of it, clamped; the vector a - b times that
added to all layers' outputs at all prompt positions, in the prompt pass only. The second vector is the projection of its a - b' on the first
one, as the published files proj.pkl are. Here a: anchors-harmful, b: calibration-plain, b': anchors-harmless.
"""
import csv
import json
import random
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

torch.set_num_threads(1)
DEMO = sys.argv[1] + "/"
tokenizer = AutoTokenizer.from_pretrained(DEMO + "hf")
model = AutoModelForCausalLM.from_pretrained(DEMO + "hf", dtype=torch.float32, attn_implementation="eager").eval()
ends = model.generation_config.eos_token_id
ends = ends if isinstance(ends, list) else [ends]
LAYERS = len(model.model.layers)
# layer, slope, zero, least, most
REJECTION = (3, 0.004, 60.0, -0.12, 0.05)
HARM = (4, -0.003, 45.0, -0.1, 0.2)


def lines(name):
    return [line for line in open(DEMO + "prompts/" + name, encoding="utf-8").read().split("\n") if line]


def column(name):
    return [row["prompt"] for row in csv.DictReader(open(DEMO + "prompts/" + name, encoding="utf-8"))]


def ids(prompt):
    text = tokenizer.apply_chat_template([dict(role="user", content=prompt)], tokenize=False, add_generation_prompt=True)
    return tokenizer(text, return_tensors="pt", add_special_tokens=False).input_ids


@torch.no_grad()
def outputs(prompts):
    """[prompts, layers, hidden]: the blocks' outputs at the last token."""
    seen = []
    hooks = [l.register_forward_hook(lambda m, i, o: seen.append((o[0] if isinstance(o, tuple) else o)[0, -1])) for l in model.model.layers]
    all_states = []
    for prompt in prompts:
        seen.clear()
        model(ids(prompt), use_cache=False)
        all_states.append(torch.stack(seen))
    for hook in hooks:
        hook.remove()
    return torch.stack(all_states).double()


def positions(states, a, b, layer):
    direction = (b - a)[layer] / (b - a)[layer].norm()
    of_a = (states[:, layer] - a[layer]) @ direction
    of_b = (states[:, layer] - b[layer]) @ direction
    return of_a / (of_a - of_b).mean() * 100


def coefficients(law, positions):
    layer, slope, zero, least, most = law
    return (slope * (positions - zero)).clamp(least, most)


@torch.no_grad()
def generate(prompt, change, count=24):
    tokens = ids(prompt)
    length = tokens.shape[1]

    def adding(layer):
        def hook(module, args, output):
            h = (output[0] if isinstance(output, tuple) else output).clone()
            h[:, :length] += change[layer]
            return (h,) + output[1:] if isinstance(output, tuple) else h

        return hook

    hooks = [model.model.layers[l].register_forward_hook(adding(l)) for l in range(LAYERS)]
    written, gap = [], float("inf")
    while len(written) < count:
        logits = model(tokens, use_cache=False).logits[0, -1]
        top = torch.topk(logits, 2)
        gap = min(gap, float(top.values[0] - top.values[1]))
        if int(top.indices[0]) in ends:
            break
        written.append(int(top.indices[0]))
        tokens = torch.cat([tokens, top.indices[:1].unsqueeze(0)], 1)
    for hook in hooks:
        hook.remove()
    return written, gap


a, b, b2 = (outputs(lines(n)).mean(0) for n in ("anchors-harmful.txt", "calibration-plain.txt", "anchors-harmless.txt"))
r, w = a - b, a - b2
c = (w * r).sum(-1, keepdim=True) / (r * r).sum(-1, keepdim=True) * r
chosen = random.Random(5)
prompts = sum((chosen.sample(column(n), k) for n, k in (("test-harmful.csv", 8), ("test-safe.csv", 12), ("test-plain.csv", 4))), [])
states = outputs(prompts)
pos_r, pos_c = positions(states, a, b, REJECTION[0]), positions(states, a, b2, HARM[0])
lambda_r, lambda_c = coefficients(REJECTION, pos_r), coefficients(HARM, pos_c)
texts = []
for i, prompt in enumerate(prompts):
    alone = positions(states[i:i + 1], a, b, REJECTION[0])
    assert abs(float(alone[0] - pos_r[i])) < 1e-9, "the batch's mean scale is every prompt's own"
    written, gap = generate(prompt, (lambda_r[i] * r + lambda_c[i] * c).float())
    texts.append(dict(prompt=prompt, text=tokenizer.decode(written), gap=round(gap, 5), positions=[float(pos_r[i]), float(pos_c[i])],
                      coefficients=[float(lambda_r[i]), float(lambda_c[i])]))
means = {name: [[float("%.9g" % x) for x in row] for row in m] for name, m in (("a", a), ("b", b), ("b2", b2))}
print(json.dumps(dict(made_by="golden_adasteer.py, torch " + torch.__version__, rejection=REJECTION, harm=HARM, means=means, texts=texts)))
