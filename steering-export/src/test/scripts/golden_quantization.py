"""Writes quantization.safetensors: random matrices, and what ONNX Runtime's own quantiser makes of them.

    python golden_quantization.py

Needs numpy, safetensors and onnxruntime (made with 1.30). Seeded. Tensors: NAME.weights [rows, columns], and for each of
NAME = BITS-BLOCK-{symmetric,asymmetric}: NAME.packed, NAME.scales, NAME.zero_points (not if symmetric).
"""
import pathlib

import numpy as np
from onnxruntime.capi._pybind_state import quantize_matmul_4bits, quantize_matmul_8bits
from safetensors.numpy import save_file

OUT = pathlib.Path(__file__).parent.parent / "resources" / "quantization.safetensors"
ROWS, COLUMNS = 3, 80


def main():
    generator = np.random.default_rng(7)
    weights = generator.normal(size=(ROWS, COLUMNS)).astype(np.float32)
    weights[1] = np.abs(weights[1])
    weights[2, :48] = 0
    tensors = {"weights": weights}
    for bits, quantize in ((4, quantize_matmul_4bits), (8, quantize_matmul_8bits)):
        for block in (16, 32, 64, 128):
            for symmetric in (True, False):
                name = f"{bits}-{block}-" + ("symmetric" if symmetric else "asymmetric")
                blocks = -(-COLUMNS // block)
                packed = np.zeros((ROWS, blocks, block * bits // 8), np.uint8)
                scales = np.zeros(ROWS * blocks, np.float32)
                zeros = np.zeros(ROWS * -(-blocks * bits // 8), np.uint8)
                quantize(packed, np.ascontiguousarray(weights.T), scales, zeros, block, ROWS, COLUMNS, symmetric)
                tensors[name + ".packed"] = packed
                tensors[name + ".scales"] = scales.reshape(ROWS, blocks)
                if not symmetric:
                    tensors[name + ".zero_points"] = zeros.reshape(ROWS, -1)
    save_file(tensors, OUT)


if __name__ == "__main__":
    main()
