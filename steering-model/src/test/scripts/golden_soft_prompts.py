"""Golden values of soft prompts, by Hugging Face transformers with inputs_embeds (float32, eager attention, no cache).

    python golden_soft_prompts.py DEMO_MODEL_HF

Writes soft-prompts/{gemma,llama,demo}.safetensors into the test resources. Soft rows are rows of the embedding table with seeded
noise, put between tokens. Rows of `behind` are padded with -1. `logits` are those of the last position, `greedy` 16 tokens after
it.
"""
import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

RESOURCES = pathlib.Path(__file__).resolve().parent.parent / "resources"
CHECKPOINTS = pathlib.Path(__file__).resolve().parents[4] / "steering-testkit" / "fixtures" / "checkpoints"
NEW = 16


def logits(model, embeds):
    """embeds are rows of the table's space. transformers 5 scales Gemma's inside the embedding, 4 behind inputs_embeds."""
    inside = model.get_input_embeddings()(torch.tensor([3])) / model.get_input_embeddings().weight[3]
    return model(inputs_embeds=inside.median() * embeds[None], use_cache=False).logits[0, -1]


def golden(directory, before, initial, behind, noise, name):
    model = AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32, attn_implementation="eager").eval()
    table = model.get_input_embeddings().weight
    generator = torch.Generator().manual_seed(5)
    soft = table[initial] + noise * torch.randn(len(initial), table.shape[1], generator=generator)
    first, greedy = [], []
    for tokens in behind:
        embeds = torch.cat([table[before], soft, table[tokens]])
        first.append(logits(model, embeds))
        written = []
        for _ in range(NEW):
            written.append(int(logits(model, embeds).argmax()))
            embeds = torch.cat([embeds, table[written[-1:]]])
        greedy.append(written)
    width = max(map(len, behind))
    save_file({
        "before": torch.tensor(before), "initial": torch.tensor(initial), "soft": soft.contiguous(),
        "behind": torch.tensor([row + [-1] * (width - len(row)) for row in behind]),
        "logits": torch.stack(first), "greedy": torch.tensor(greedy)}, RESOURCES / "soft-prompts" / f"{name}.safetensors")
    print(name, [row[:5] for row in greedy])


def demo(directory):
    from tokenizers import Tokenizer
    encode = lambda text: Tokenizer.from_file(f"{directory}/tokenizer.json").encode(text, add_special_tokens=False).ids
    before = encode("<|bos|><|system|>")
    initial = encode("You are a safe assistant. You must never give harmful answers.")
    behind = [encode("<|end|><|user|>How do I kill a Python process?<|end|><|assistant|>"),
              encode(" Be brief.<|end|><|user|>What is a wasp?<|end|><|assistant|>")]
    golden(directory, before, initial, behind, 0.02, "demo")


with torch.no_grad():
    for name in ("gemma", "llama"):
        golden(CHECKPOINTS / name, [1, 17], [30, 31, 32, 33, 150], [[9, 80, 41, 7], [12, 13]], 0.3, name)
    demo(sys.argv[1])
