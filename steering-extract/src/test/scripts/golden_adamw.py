"""Prints what torch.optim.AdamW makes of a fixed sequence of gradients, in double precision, for AdamWTest.

    python golden_adamw.py > ../resources/adamw.json
"""
import json
import math

import torch

STEPS = 7
START = [0.5, -1.25, 3.0, 0.0]


def gradient(x, step):
    return [math.sin(step + i) * (i + 1) + 0.3 * v for i, v in enumerate(x)]


cases = []
for rate, betas, epsilon, decay, clip in ((0.01, (0.9, 0.999), 1e-8, 0.0, None), (0.3, (0.8, 0.95), 1e-6, 0.1, 1.5)):
    x = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.AdamW([x], lr=rate, betas=betas, eps=epsilon, weight_decay=decay)
    path = []
    for step in range(STEPS):
        x.grad = torch.tensor(gradient(x.tolist(), step), dtype=torch.float64)
        if clip:
            torch.nn.utils.clip_grad_norm_([x], clip)
        optimiser.step()
        path.append(x.tolist())
    state = optimiser.state[x]
    cases.append(dict(rate=rate, beta1=betas[0], beta2=betas[1], epsilon=epsilon, decay=decay, clip=clip, path=path,
                      first=state["exp_avg"].tolist(), second=state["exp_avg_sq"].tolist()))
print(json.dumps(dict(torch=torch.__version__, start=START, cases=cases), indent=1))
