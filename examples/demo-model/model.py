"""A plain PyTorch Llama (RMSNorm, rotary embeddings, grouped-query attention, SwiGLU).

Parameter names are those of Hugging Face's LlamaForCausalLM without the leading "model.".
"""

import json
import math
import struct

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class Config:
    def __init__(self, vocab=2048, d=128, layers=6, heads=4, kv_heads=2, ff=320, theta=10000.0, eps=1e-5, ctx=128):
        self.vocab, self.d, self.layers, self.heads, self.kv_heads = vocab, d, layers, heads, kv_heads
        self.ff, self.theta, self.eps, self.ctx = ff, theta, eps, ctx


class RMSNorm(nn.Module):
    def __init__(self, d, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d))
        self.eps = eps

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


def rotate(x, cos, sin):
    """Rotary embedding in the half-split (not interleaved) layout used by Llama checkpoints."""
    half = x.shape[-1] // 2
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c, self.hd = c, c.d // c.heads
        self.q_proj = nn.Linear(c.d, c.heads * self.hd, bias=False)
        self.k_proj = nn.Linear(c.d, c.kv_heads * self.hd, bias=False)
        self.v_proj = nn.Linear(c.d, c.kv_heads * self.hd, bias=False)
        self.o_proj = nn.Linear(c.heads * self.hd, c.d, bias=False)

    def forward(self, x, cos, sin, mask, past=None):
        B, T, _ = x.shape
        c = self.c
        q = rotate(self.q_proj(x).view(B, T, c.heads, self.hd).transpose(1, 2), cos, sin)
        k = rotate(self.k_proj(x).view(B, T, c.kv_heads, self.hd).transpose(1, 2), cos, sin)
        v = self.v_proj(x).view(B, T, c.kv_heads, self.hd).transpose(1, 2)
        if past is not None:
            k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        kv = (k, v)
        k = k.repeat_interleave(c.heads // c.kv_heads, 1)
        v = v.repeat_interleave(c.heads // c.kv_heads, 1)
        a = (q @ k.transpose(-1, -2)) * self.hd**-0.5 + mask
        return self.o_proj((a.softmax(-1) @ v).transpose(1, 2).reshape(B, T, -1)), kv


class MLP(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.gate_proj = nn.Linear(c.d, c.ff, bias=False)
        self.up_proj = nn.Linear(c.d, c.ff, bias=False)
        self.down_proj = nn.Linear(c.ff, c.d, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.self_attn, self.mlp = Attention(c), MLP(c)
        self.input_layernorm = RMSNorm(c.d, c.eps)
        self.post_attention_layernorm = RMSNorm(c.d, c.eps)

    def forward(self, x, cos, sin, mask, past=None):
        a, kv = self.self_attn(self.input_layernorm(x), cos, sin, mask, past)
        x = x + a
        return x + self.mlp(self.post_attention_layernorm(x)), kv


class Llama(nn.Module):
    def __init__(self, c, dropout=0.0):
        super().__init__()
        self.c, self.dropout = c, dropout
        self.embed_tokens = nn.Embedding(c.vocab, c.d)
        self.layers = nn.ModuleList([Block(c) for _ in range(c.layers)])
        self.norm = RMSNorm(c.d, c.eps)
        self.lm_head = nn.Linear(c.d, c.vocab, bias=False)
        for name, p in self.named_parameters():
            if p.dim() == 2:
                std = p.shape[1] ** -0.5
                if "embed" in name or "lm_head" in name:
                    std = 0.02
                elif "o_proj" in name or "down_proj" in name:
                    std /= math.sqrt(2 * c.layers)
                nn.init.normal_(p, 0, std)
        hd = c.d // c.heads
        inv = 1 / (c.theta ** (torch.arange(0, hd, 2).float() / hd))
        f = torch.outer(torch.arange(c.ctx).float(), inv)
        f = torch.cat([f, f], -1)
        self.register_buffer("cos", f.cos(), False)
        self.register_buffer("sin", f.sin(), False)
        self.register_buffer("mask", torch.full((c.ctx, c.ctx), float("-inf")).triu(1), False)

    def forward(self, ids):
        """Logits for right-padded training batches."""
        T = ids.shape[1]
        x = self.embed_tokens(ids)
        if self.training and self.dropout > 0:
            x = F.dropout(x, self.dropout)
        for block in self.layers:
            x, _ = block(x, self.cos[:T], self.sin[:T], self.mask[:T, :T])
        return self.lm_head(self.norm(x))

    @torch.no_grad()
    def infer(self, ids, pad, past=None, steer=None, first=0):
        """Cached inference on left-padded batches.

        pad:   [B] number of left-pad tokens of every row
        steer: {layer: [B, d]} added to the output of that block at every column >= first
        Returns the logits of the last column, the key/value cache and the last-column block outputs [L, B, d].
        """
        B, T = ids.shape
        P = past[0][0].shape[2] if past else 0
        col = torch.arange(P, P + T)
        pos = (col[None] - pad[:, None]).clamp(min=0)
        cos, sin = self.cos[pos][:, None], self.sin[pos][:, None]
        key = torch.arange(P + T)
        bad = (key[None, None] > col[None, :, None]) | (key[None, None] < pad[:, None, None])
        mask = bad[:, None].float() * -1e9
        x, cache, outs = self.embed_tokens(ids), [], []
        for i, block in enumerate(self.layers):
            x, kv = block(x, cos, sin, mask, past[i] if past else None)
            cache.append(kv)
            if steer is not None and i in steer:
                x = x + steer[i][:, None] * (col >= first).float()[None, :, None]
            outs.append(x[:, -1])
        return self.lm_head(self.norm(x[:, -1])), cache, torch.stack(outs)


def hf_name(name):
    return name if name.startswith("lm_head") else "model." + name


def save_safetensors(tensors, path, dtype=torch.float32, metadata=None):
    code = {torch.float32: "F32", torch.float16: "F16"}[dtype]
    header, blobs, offset = {"__metadata__": metadata or {"format": "pt"}}, [], 0
    for name in sorted(tensors):
        b = tensors[name].detach().to(dtype).contiguous().numpy().tobytes()
        header[name] = dict(dtype=code, shape=list(tensors[name].shape), data_offsets=[offset, offset + len(b)])
        offset += len(b)
        blobs.append(b)
    h = json.dumps(header, separators=(",", ":")).encode()
    h += b" " * (-len(h) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(h)) + h)
        for b in blobs:
            f.write(b)


def load_safetensors(path):
    """All tensors of a safetensors file, as float32."""
    with open(path, "rb") as f:
        raw = f.read()
    n = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8 : 8 + n])
    header.pop("__metadata__", None)
    out = {}
    for name, e in header.items():
        a, b = (8 + n + o for o in e["data_offsets"])
        arr = np.frombuffer(raw[a:b], dtype={"F32": "<f4", "F16": "<f2"}[e["dtype"]]).reshape(e["shape"])
        out[name] = torch.from_numpy(arr.astype("float32"))
    return out


def load_hf(folder):
    """Llama with the weights of an exported folder (config.json + model.safetensors), in float32."""
    with open(folder + "/config.json") as f:
        j = json.load(f)
    c = Config(j["vocab_size"], j["hidden_size"], j["num_hidden_layers"], j["num_attention_heads"],
               j["num_key_value_heads"], j["intermediate_size"], j["rope_theta"], j["rms_norm_eps"],
               j["max_position_embeddings"])
    m = Llama(c)
    sd = {k[6:] if k.startswith("model.") else k: v for k, v in load_safetensors(folder + "/model.safetensors").items()}
    m.load_state_dict(sd)
    return m.eval()
