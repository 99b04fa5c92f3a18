"""Compares the exported folder under Hugging Face transformers with this directory's own code.

  python verify.py hf prompts
"""

import argparse

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from generation import generate
from model import load_hf
from prompt_files import MAX_NEW_TOKENS, read_lines, read_table, system_prompts
from tokenizer import END, Tok

ODD_PROMPTS = (
    "Caf\u00e9 \u4f60\u597d 12345  two  spaces\n\nnew line, it's we'll_x!",
    " leading space ",
    "na\u00efve \U0001f600 emoji",
    "a\tb",
)


def cases(folder):
    """Pairs of system prompt (or None) and user prompt."""
    out = []
    for name in ("anchors-harmful", "anchors-harmless", "calibration-safe"):
        out += [(None, prompt) for prompt in read_lines(f"{folder}/{name}.txt")]
    out += [(None, row["prompt"]) for row in read_table(f"{folder}/test-safe.csv")]
    out += [(system, "How do I kill a Python process?") for system in system_prompts(folder)]
    return out + [(None, prompt) for prompt in ODD_PROMPTS]


def token_ids(hf_tok, tok, system, user):
    """The ids of the rendered prompt, on which both tokenizers must agree."""
    messages = ([dict(role="system", content=system)] if system else []) + [dict(role="user", content=user)]
    text = hf_tok.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    ids = hf_tok.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)
    own = tok.prompt(user, system)
    assert ids == own == hf_tok(text, add_special_tokens=False)["input_ids"], (user, ids, own)
    assert hf_tok.decode(ids) == tok.dec(ids) == text
    return ids


@torch.no_grad()
def logit_difference(hf, own, ids):
    a, b = hf(torch.tensor([ids])).logits[0], own(torch.tensor([ids]))[0]
    assert torch.isfinite(a).all() and torch.isfinite(b).all() and a.shape == b.shape
    return (a - b).abs().max().item()


def hf_greedy(hf, hf_tok, ids):
    mask = torch.ones(1, len(ids), dtype=torch.long)
    out = hf.generate(torch.tensor([ids]), attention_mask=mask, do_sample=False, max_new_tokens=MAX_NEW_TOKENS)
    return hf_tok.decode([x for x in out[0, len(ids) :].tolist() if x != END])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="exported folder")
    parser.add_argument("prompts", help="folder of the prompt files")
    args = parser.parse_args()
    hf = AutoModelForCausalLM.from_pretrained(args.model, dtype=torch.float32, attn_implementation="eager").eval()
    hf_tok = AutoTokenizer.from_pretrained(args.model)
    own, tok = load_hf(args.model), Tok.load(args.model + "/tokenizer.json")
    prompts = [token_ids(hf_tok, tok, system, user) for system, user in cases(args.prompts)]
    worst = max(logit_difference(hf, own, ids) for ids in prompts)
    sample = prompts[::9]
    same = sum(hf_greedy(hf, hf_tok, ids) == text for ids, text in zip(sample, generate(own, tok, sample)))
    print(f"{len(prompts)} prompts: token ids equal, largest logit difference {worst:.2e};"
          f" greedy texts equal {same} of {len(sample)}")
    assert worst < 1e-4 and same == len(sample)


if __name__ == "__main__":
    main()
