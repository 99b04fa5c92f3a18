"""Writes the token ids that transformers' apply_chat_template gives for the templates and tokenizers under test.

    pip install transformers==5.18 jinja2==3.1.6
    python make_applied.py ../fixtures/chat-templates ../fixtures/tokenizers > ../fixtures/tokenizers/applied.json
"""

import json
import os
import sys

import jinja2
import transformers

KINDS = ["byte-level", "prepend", "metaspace", "replace"]
TEMPLATES = ["chatml", "gemma2", "gemma3", "llama2", "llama3", "mistral02", "mistral03", "phi3", "qwen25", "qwen3", "smollm2",
             "zephyr_tinyllama"]
PROMPT = "How do I kill a Python process?"
SYSTEM = "You are a helpful assistant."


def main(templates, tokenizers):
    cases = []
    for kind in KINDS:
        tokenizer = transformers.PreTrainedTokenizerFast(
            tokenizer_file=os.path.join(tokenizers, kind, "tokenizer.json"), bos_token="<s>", eos_token="</s>")
        for name in TEMPLATES:
            with open(os.path.join(templates, name + ".jinja"), encoding="utf-8") as file:
                template = file.read()
            for system in (None, SYSTEM):
                messages = [{"role": "system", "content": system}] if system else []
                messages.append({"role": "user", "content": PROMPT})
                case = {"kind": kind, "template": name, "prompt": PROMPT, "system": system, "ids": None}
                try:
                    case["ids"] = tokenizer.apply_chat_template(
                        messages, chat_template=template, add_generation_prompt=True, tokenize=True)["input_ids"]
                except jinja2.exceptions.TemplateError:
                    pass
                cases.append(case)
    print(json.dumps({"madeBy": "transformers " + transformers.__version__, "cases": cases}, separators=(",", ":")))


main(sys.argv[1], sys.argv[2])
