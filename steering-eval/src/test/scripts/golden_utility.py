"""Divergences and surprisals that DistributionsTest expects, by torch in double precision."""
import torch
import torch.nn.functional as F


def kl(p, q):
    p, q = (torch.tensor(x, dtype=torch.float64).log_softmax(0) for x in (p, q))
    return F.kl_div(q, p, log_target=True, reduction="sum").item()


def surprisal(logits, token):
    return F.cross_entropy(torch.tensor([logits], dtype=torch.float64), torch.tensor([token])).item()


print(kl([2, -1, 0.5, 30], [1, 0, 28, 29.5]))
print(kl([2, -1, 0.5, 1], [1, 0, -2, 0.5]))
print(surprisal([1, 0, 28, 29.5], 2), surprisal([1000, 1000], 1))
