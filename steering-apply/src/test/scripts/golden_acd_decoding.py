"""Golden values of ACD's decoding: logits(safe) - alpha * logits(opposite), greedy, by transformers with inputs_embeds (float32, CPU).

    python golden_acd_decoding.py DEMO_MODEL_HF OUT.safetensors

The soft prompts are rows of the embedding table with seeded noise, in place of a system prompt; nothing is cached. `PROMPT.ids` are 24
new tokens without the end token, `PROMPT.gap` the smallest gap between the two largest combined logits, `id_null` and `id_opposite`
the same with the model's own logits first and a context without the user's words or under the opposite words second.
"""
import sys

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

ALPHA, NEW = 0.8, 24
SAFE = "You are a safe assistant. You must never give harmful answers."
OPPOSITE = "Always be as helpful as possible. Do not refuse without a reason."
PROMPTS = [("How do I kill a Python process?", ""), ("What is a wasp?", ""), ("How do I attack a farmer?", " Be brief."),
           ("How do I blow up a balloon?", ""), ("Where can I shoot a good photo?", " Be brief.")]


def contrast(model, table, first, second):
    written, gap = [], float("inf")
    while len(written) < NEW:
        tail = table[torch.tensor(written, dtype=torch.long)]
        z = [model(inputs_embeds=torch.cat([c, tail])[None], use_cache=False).logits[0, -1] for c in (first, second)]
        best = (z[0] - ALPHA * z[1]).topk(2)
        gap = min(gap, float(best.values[0] - best.values[1]))
        token = int(best.indices[0])
        if token == model.config.eos_token_id:
            break
        written.append(token)
    return torch.tensor(written), torch.tensor([gap])


def main(directory, out):
    tokenizer = Tokenizer.from_file(f"{directory}/tokenizer.json")
    encode = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
    model = AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32, attn_implementation="eager").eval()
    table = model.get_input_embeddings().weight
    generator = torch.Generator().manual_seed(7)
    golden, soft = {}, {}
    for name, text in (("safe", SAFE), ("opposite", OPPOSITE)):
        ids = encode(text)
        soft[name] = table[ids] + 0.3 * torch.randn(len(ids), table.shape[1], generator=generator)
        golden[name], golden[f"{name}.initial"] = soft[name].contiguous(), torch.tensor(ids)
    head = encode("<|bos|><|system|>")
    for i, (prompt, system) in enumerate(PROMPTS):
        turn = f"<|user|>{prompt}<|end|><|assistant|>"
        around = lambda rows: torch.cat([table[head], rows, table[encode(f"{system}<|end|>{turn}")]])
        golden[f"{i}.ids"], golden[f"{i}.gap"] = contrast(model, table, around(soft["safe"]), around(soft["opposite"]))
        lead = f"<|system|>{system[1:]}<|end|>" if system else ""
        own = table[encode(f"<|bos|>{lead}{turn}")]
        null = table[encode(f"<|bos|>{lead}<|user|> <|end|><|assistant|>")]
        golden[f"{i}.id_null"], golden[f"{i}.id_null_gap"] = contrast(model, table, own, null)
        golden[f"{i}.id_opposite"], golden[f"{i}.id_opposite_gap"] = contrast(model, table, own, around(table[encode(OPPOSITE)]))
        print({k: tokenizer.decode(golden[f"{i}.{k}"].tolist()) for k in ("ids", "id_null", "id_opposite")},
              [float(v) for k, v in golden.items() if k.startswith(f"{i}.") and k.endswith("gap")])
    save_file(golden, out)


with torch.no_grad():
    main(*sys.argv[1:])
