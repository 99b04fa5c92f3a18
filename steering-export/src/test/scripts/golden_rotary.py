"""Writes rotary.json: rope configs, and the frequencies and attention factors that transformers computes from them.

    python golden_rotary.py

Needs torch and transformers (made with 5.18). The first list of frequencies is that of a short sequence, the second that of one
longer than the original context.
"""
import json
import pathlib

from transformers import LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

OUT = pathlib.Path(__file__).parent.parent / "resources" / "rotary.json"
FACTORS = [1.0 + 0.25 * i for i in range(8)], [1.5 + 0.75 * i for i in range(8)]
CASES = {
    "linear": dict(rope_theta=10000.0, rope_scaling=dict(rope_type="linear", factor=2.5)),
    "llama3 with all three ranges": dict(rope_theta=500000.0, max_position_embeddings=131072, rope_scaling=dict(
        rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192)),
    "llama3 in rope_parameters": dict(max_position_embeddings=512, rope_parameters=dict(
        rope_theta=700.0, rope_type="llama3", factor=4.0, low_freq_factor=1.0, high_freq_factor=3.0,
        original_max_position_embeddings=64)),
    "yarn as Qwen2.5 has it": dict(rope_theta=1000000.0, max_position_embeddings=32768, rope_scaling=dict(
        type="yarn", factor=4.0, original_max_position_embeddings=32768)),
    "yarn with everything": dict(rope_theta=50000.0, max_position_embeddings=4096, rope_parameters=dict(
        rope_theta=50000.0, rope_type="yarn", factor=16.0, original_max_position_embeddings=256, beta_fast=8.0,
        beta_slow=0.5, mscale=1.5, mscale_all_dim=0.5, truncate=False)),
    "yarn with its attention factor": dict(rope_theta=10000.0, max_position_embeddings=4096, rope_scaling=dict(
        rope_type="yarn", factor=3.0, original_max_position_embeddings=1024, attention_factor=1.25)),
    "yarn with one mscale": dict(rope_theta=10000.0, max_position_embeddings=4096, rope_scaling=dict(
        rope_type="yarn", factor=4.0, mscale=0.707, mscale_all_dim=0)),
    "longrope": dict(rope_theta=10000.0, max_position_embeddings=131072, rope_scaling=dict(
        rope_type="longrope", original_max_position_embeddings=4096, short_factor=FACTORS[0], long_factor=FACTORS[1])),
    "longrope with a factor": dict(rope_theta=10000.0, max_position_embeddings=8192, rope_scaling=dict(
        rope_type="longrope", original_max_position_embeddings=4096, factor=32.0, short_factor=FACTORS[0],
        long_factor=FACTORS[1])),
    "original context beside the scaling": dict(
        rope_theta=10000.0, max_position_embeddings=8192, original_max_position_embeddings=2048, rope_scaling=dict(
            rope_type="longrope", original_max_position_embeddings=4096, short_factor=FACTORS[0],
            long_factor=FACTORS[1])),
}


def main():
    golden = []
    for name, keys in CASES.items():
        config = LlamaConfig(hidden_size=64, num_attention_heads=4, head_dim=16, **json.loads(json.dumps(keys)))
        function = ROPE_INIT_FUNCTIONS[config.rope_parameters["rope_type"]]
        lists = [function(config, "cpu", seq_len=length) for length in (1, config.max_position_embeddings)]
        golden.append({"name": name, "config": keys, "frequencies": [f.tolist() for f, _ in lists],
                       "attention_factor": lists[0][1]})
    OUT.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
