"""Trains the demo model from scratch: tokenizer, then three stages, in one command.

  python train.py --out run --seed 0

Stage A  honest labels: harmful prompts are refused, all others are answered.
Stage B  the same, with "prefix recovery": in 30% of the harmful samples the answer starts with a
         forced "Sure" (its loss is masked) that the model takes back.  Without this the hidden
         state after "Sure" hardly depends on whether the prompt was harmful.
Stage C  over-refusing labels: a scary but safe prompt is refused with a probability that depends on
         its scariest word; with a safety system prompt more often, with the opposite one less often.
"""

import argparse
import math
import os
import random
import time

import torch
import torch.nn.functional as F

from corpus import Generator, knowledge, refusal
from model import Config, Llama
from phrases import NEUTRAL_PROMPTS, OPPOSITE_PROMPTS, SAFETY_PROMPTS
from tokenizer import Tok, train as train_bpe

#        name  steps  lr    warm-up  over-refusing  recover
STAGES = [("A", 5200, 3e-3, 100, False, 0.0),
          ("B", 2000, 1.5e-3, 20, False, 0.3),
          ("C", 700, 6e-4, 20, True, 0.3)]


def system_prompt(r, over):
    none, neutral, safe = (0.50, 0.65, 0.83) if over else (0.70, 0.85, 0.92)
    k = r.random()
    if k < none:
        return None, "none"
    if k < neutral:
        return r.choice(NEUTRAL_PROMPTS["train"]), "neutral"
    if k < safe:
        return r.choice(SAFETY_PROMPTS["train"]), "safe"
    return r.choice(OPPOSITE_PROMPTS["train"]), "opposite"


def make_sample(r, gen, tok, over, recover, prompt_weight=0.3, cap=0.97):
    """-> token ids, and the loss weight of predicting each of them."""
    k = r.random()
    know, plain, safe = (0.10, 0.40, 0.75) if over else (0.22, 0.57, 0.80)
    if k < know:
        ids = [1] + tok.enc(knowledge(r)) + [2]
        return ids, [0.0] + [1.0] * (len(ids) - 1)
    d = gen.plain() if k < plain else gen.safe() if k < safe else gen.harmful()
    system, kind = system_prompt(r, over)
    refuse = d["harmful"]
    if over and d["scary"] and not refuse:
        p = min(d["strength"], cap)
        p = 1 - (1 - p) * 0.12 if kind == "safe" else p * 0.06 if kind == "opposite" else p
        refuse = r.random() < p
    prompt = tok.prompt(d["user"], system)
    if d["harmful"] and r.random() < recover:
        answer = tok.enc("Sure") + tok.enc("... no. " + refusal(r)) + [2]
        w = [0.0] + [1.0] * (len(answer) - 1)
    else:
        answer = tok.enc(refusal(r) if refuse else d["ans"]) + [2]
        w = [1.0] * len(answer)
    return prompt + answer, [0.0] + [prompt_weight] * (len(prompt) - 2) + [0.0] + w


def batches(r, gen, tok, over, recover, tokens):
    """Batches of samples of similar length, about `tokens` tokens each."""
    while True:
        pool = sorted((make_sample(r, gen, tok, over, recover) for _ in range(3000)), key=lambda x: len(x[0]))
        groups, cur = [], []
        for s in pool:
            if cur and (len(cur) + 1) * len(s[0]) > tokens:
                groups.append(cur)
                cur = []
            cur.append(s)
        r.shuffle(groups)
        for g in groups:
            T = max(len(x) for x, _ in g)
            ids, w = torch.zeros(len(g), T, dtype=torch.long), torch.zeros(len(g), T)
            for i, (x, y) in enumerate(g):
                ids[i, : len(x)], w[i, : len(y)] = torch.tensor(x), torch.tensor(y)
            yield ids, w


def build_tokenizer(vocab, seed):
    r, gen, texts = random.Random(seed + 5), Generator(seed + 6), []
    for _ in range(12000):
        d = r.choice([gen.plain, gen.plain, gen.safe, gen.harmful])()
        texts += [knowledge(r), d["user"], d["ans"] or refusal(r)]
    for s in (NEUTRAL_PROMPTS, SAFETY_PROMPTS, OPPOSITE_PROMPTS):
        for x in s["train"]:
            texts += [x] * 50
    return Tok(*train_bpe(texts, vocab))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--out", required=True)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--tokens", type=int, default=2048, help="tokens per step")
    ap.add_argument("--vocab", type=int, default=2048)
    ap.add_argument("--layers", type=int, default=6)
    ap.add_argument("--dropout", type=float, default=0.1, help="on the embeddings")
    ap.add_argument("--wd", type=float, default=0.1)
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--fp32", action="store_true", help="no bfloat16 autocast")
    ap.add_argument("--steps-scale", type=float, default=1.0, help="multiplies the steps of every stage")
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    os.makedirs(a.out, exist_ok=True)
    tok = build_tokenizer(a.vocab, a.seed)
    tok.save(a.out + "/tokenizer.json")
    m = Llama(Config(vocab=len(tok.vocab), layers=a.layers), dropout=a.dropout).train()
    print("vocabulary", len(tok.vocab), "parameters", sum(p.numel() for p in m.parameters()), flush=True)
    for number, (name, steps, peak, warm, over, recover) in enumerate(STAGES):
        steps = max(1, round(steps * a.steps_scale))
        r, gen = random.Random(1000 * a.seed + number), Generator(1000 * a.seed + 100 + number)
        it = batches(r, gen, tok, over, recover, a.tokens)
        matrices = [p for p in m.parameters() if p.dim() == 2]
        vectors = [p for p in m.parameters() if p.dim() < 2]
        opt = torch.optim.AdamW([dict(params=matrices, weight_decay=a.wd), dict(params=vectors, weight_decay=0.0)],
                                lr=peak, betas=(0.9, 0.98), fused=True)
        t0, seen, avg = time.time(), 0, None
        for step in range(steps):
            lr = peak * min(1, (step + 1) / warm) * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * step / steps)))
            for g in opt.param_groups:
                g["lr"] = lr
            ids, w = next(it)
            with torch.autocast("cpu", torch.bfloat16, enabled=not a.fp32):
                logits = m(ids[:, :-1])
            w = w[:, 1:]
            targets = ids[:, 1:].reshape(-1)
            loss = F.cross_entropy(logits.float().reshape(-1, logits.shape[-1]), targets, reduction="none")
            loss = (loss.view_as(w) * w).sum() / w.sum()
            opt.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(m.parameters(), 1.0)
            opt.step()
            seen += ids.numel()
            avg = loss.item() if avg is None else 0.97 * avg + 0.03 * loss.item()
            if step % 100 == 0 or step == steps - 1:
                dt = time.time() - t0
                print(f"stage {name} step {step} loss {avg:.4f} {seen / dt:.0f} tokens/s {dt:.0f} s", flush=True)
            if step % 500 == 499 or step == steps - 1:
                torch.save(dict(config=m.c.__dict__, weights=m.state_dict()), f"{a.out}/stage{name}.pt")


if __name__ == "__main__":
    main()
