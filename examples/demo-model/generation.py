"""Batched inference with model.py: last-token states and greedy texts, steered or not."""

import torch

from prompt_files import MAX_NEW_TOKENS
from tokenizer import END, PAD


def left_pad(seqs):
    """Ids [B, T] and the number of pad tokens per row [B]."""
    T = max(map(len, seqs))
    return torch.tensor([[PAD] * (T - len(s)) + s for s in seqs]), torch.tensor([T - len(s) for s in seqs])


def in_batches(seqs, size=128):
    """Indices in batches of similar length."""
    order = sorted(range(len(seqs)), key=lambda i: len(seqs[i]))
    return [order[i : i + size] for i in range(0, len(order), size)]


@torch.no_grad()
def hidden(m, seqs):
    """[N, L, H]: block outputs at the last token."""
    out = torch.zeros(len(seqs), m.c.layers, m.c.d)
    for ix in in_batches(seqs):
        ids, pad = left_pad([seqs[i] for i in ix])
        out[ix] = m.infer(ids, pad)[2].transpose(0, 1)
    return out


@torch.no_grad()
def generate(m, tok, seqs, steer=None, contrast=None, w=0.0, n=MAX_NEW_TOKENS):
    """Greedy texts.  steer: {layer: [N, H]} added from the last prompt token on.
    contrast: prompts with the safety system prompt; logits (1+w) l - w l'."""
    texts = [None] * len(seqs)
    for ix in in_batches(seqs):
        ids, pad = left_pad([seqs[i] for i in ix])
        st = {l: v[ix] for l, v in steer.items()} if steer else None
        first = ids.shape[1] - 1
        lg, past, _ = m.infer(ids, pad, None, st, first)
        if contrast:
            ids2, pad2 = left_pad([contrast[i] for i in ix])
            lg2, past2, _ = m.infer(ids2, pad2)
        done, toks = torch.zeros(len(ix), dtype=torch.bool), []
        for k in range(n):
            nxt = ((1 + w) * lg - w * lg2 if contrast else lg).argmax(-1)
            nxt[done] = END
            done |= nxt == END
            toks.append(nxt)
            if done.all() or k == n - 1:
                break
            lg, past, _ = m.infer(nxt[:, None], pad, past, st, first)
            if contrast:
                lg2, past2, _ = m.infer(nxt[:, None], pad2, past2)
        for i, t in zip(ix, torch.stack(toks, 1).tolist()):
            texts[i] = tok.dec([x for x in t if x != END])
    return texts
