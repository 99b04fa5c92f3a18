"""Writes a Hugging Face folder from a training run.

  python export.py run hf
"""

import argparse
import json
import os

import torch

from model import Config, Llama, hf_name, save_safetensors
from tokenizer import SPECIALS, Tok

CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'system' %}{{ '<|system|>' + message['content'] + '<|end|>' }}"
    "{% elif message['role'] == 'user' %}{{ '<|user|>' + message['content'] + '<|end|>' }}"
    "{% elif message['role'] == 'assistant' %}{{ '<|assistant|>' + message['content'] + '<|end|>' }}"
    "{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def dump(obj, path):
    with open(path, "w") as f:
        json.dump(obj, f, indent=2)
        f.write("\n")


def main(run, out):
    os.makedirs(out, exist_ok=True)
    ck = torch.load(run + "/stageC.pt")
    c = Config(**ck["config"])
    Llama(c).load_state_dict(ck["weights"])
    save_safetensors({hf_name(k): v for k, v in ck["weights"].items()}, out + "/model.safetensors", torch.float16)
    dump(
        dict(
            architectures=["LlamaForCausalLM"], model_type="llama", vocab_size=c.vocab, hidden_size=c.d,
            intermediate_size=c.ff, num_hidden_layers=c.layers, num_attention_heads=c.heads,
            num_key_value_heads=c.kv_heads, head_dim=c.d // c.heads, hidden_act="silu",
            max_position_embeddings=c.ctx, initializer_range=0.02, rms_norm_eps=c.eps, rope_theta=c.theta,
            rope_scaling=None, attention_bias=False, attention_dropout=0.0, mlp_bias=False,
            tie_word_embeddings=False, use_cache=True, pad_token_id=0, bos_token_id=1, eos_token_id=2,
            torch_dtype="float16",
        ),
        out + "/config.json",
    )
    dump(
        dict(bos_token_id=1, eos_token_id=2, pad_token_id=0, do_sample=False, max_new_tokens=48),
        out + "/generation_config.json",
    )
    Tok.load(run + "/tokenizer.json").save(out + "/tokenizer.json")
    special = dict(special=True, lstrip=False, rstrip=False, normalized=False, single_word=False)
    dump(
        dict(
            tokenizer_class="PreTrainedTokenizerFast", bos_token="<|bos|>", eos_token="<|end|>", pad_token="<|pad|>",
            unk_token=None, add_bos_token=False, add_prefix_space=False, clean_up_tokenization_spaces=False,
            model_max_length=c.ctx, chat_template=CHAT_TEMPLATE,
            added_tokens_decoder={str(i): dict(content=t, **special) for i, t in enumerate(SPECIALS)},
        ),
        out + "/tokenizer_config.json",
    )
    dump(dict(bos_token="<|bos|>", eos_token="<|end|>", pad_token="<|pad|>"), out + "/special_tokens_map.json")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", help="folder written by train.py")
    parser.add_argument("out", help="folder to write")
    args = parser.parse_args()
    main(args.run, args.out)
