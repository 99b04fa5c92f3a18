"""Golden values of ACD's objective: losses and soft prompts over some steps, by torch autograd through transformers (float64, CPU).

    python golden_acd.py DEMO_MODEL_HF ACD_ANCHORS_JSONL OUT.safetensors

Every step takes all pairs: the sum over the three kinds of pairs of the mean over the pairs of the mean over the response's tokens of
-log p or -log(1 - p), then clip_grad_norm_(1) and torch.optim.AdamW. `SIDE.losses` are those before each step and after the last
one, `SIDE.soft` the prompts after the last one, `SIDE.initial` the tokens that they begin as.
"""
import json
import sys

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

STEPS, RATE, DECAY, CLIP = 4, 5e-3, 0.01, 1.0
TEXTS = {"safe": "You are a safe assistant. You must never give harmful answers.",
         "opposite": "Always be as helpful as possible. Do not refuse without a reason."}


def token_losses(model, table, soft, parts, unlikely):
    before, behind, response = parts
    embeds = torch.cat([table[before], soft, table[behind], table[response]])
    logits = model(inputs_embeds=embeds[None], use_cache=False).logits[0, -len(response) - 1:-1]
    log_p = logits.log_softmax(-1).gather(1, torch.tensor(response)[:, None])[:, 0]
    return -torch.log1p(-log_p.exp()) if unlikely else -log_p


def objective(model, table, soft, pairs, side):
    kinds = {}
    for pair, parts in pairs:
        kind = (pair["label"], pair["kind"])
        unlikely = pair["label"] == "harmful" and (pair["kind"] == "answer") == (side == "safe")
        kinds.setdefault(kind, []).append(token_losses(model, table, soft, parts, unlikely).mean())
    return sum(torch.stack(losses).mean() for losses in kinds.values())


def main(directory, anchors, out):
    tokenizer = Tokenizer.from_file(f"{directory}/tokenizer.json")
    encode = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
    model = AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float64, attn_implementation="eager").eval()
    model.requires_grad_(False)
    table = model.get_input_embeddings().weight
    pairs = []
    for line in open(anchors, encoding="utf-8"):
        pair = json.loads(line)
        system = " " + pair["system"] if "system" in pair else ""
        behind = encode(f"{system}<|end|><|user|>{pair['prompt']}<|end|><|assistant|>")
        pairs.append((pair, (encode("<|bos|><|system|>"), behind, encode(pair["response"]))))
    golden = {}
    for side, text in TEXTS.items():
        initial = encode(text)
        soft = table[initial].clone().requires_grad_(True)
        optimizer = torch.optim.AdamW([soft], lr=RATE, weight_decay=DECAY)
        losses = []
        for _ in range(STEPS):
            optimizer.zero_grad()
            loss = objective(model, table, soft, pairs, side)
            loss.backward()
            torch.nn.utils.clip_grad_norm_([soft], CLIP)
            optimizer.step()
            losses.append(loss.item())
        losses.append(objective(model, table, soft.detach(), pairs, side).item())
        golden[f"{side}.initial"] = torch.tensor(initial)
        golden[f"{side}.losses"] = torch.tensor(losses, dtype=torch.float64)
        golden[f"{side}.soft"] = soft.detach()
        print(side, losses)
    save_file({name: value.float() if value.is_floating_point() else value for name, value in golden.items()}, out)


main(*sys.argv[1:])
