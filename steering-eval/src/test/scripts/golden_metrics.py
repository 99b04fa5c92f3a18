"""Prints golden values for the metrics with the standard library only: statsmodels' formula of proportion_confint(method="wilson")."""
from fractions import Fraction
from math import comb, sqrt
from statistics import NormalDist

for k, n, c in [(163, 240, 0.95), (0, 100, 0.95), (100, 100, 0.95), (1, 1, 0.95), (0, 1, 0.95), (228, 240, 0.95), (42, 240, 0.95), (7, 13, 0.99), (123456, 1000000, 0.9)]:
    crit = NormalDist().inv_cdf(1 - (1 - c) / 2)
    p = k / n
    denom = 1 + crit**2 / n
    center = (p + crit**2 / (2 * n)) / denom
    dist = crit * sqrt(p * (1 - p) / n + crit**2 / (4.0 * n**2)) / denom
    print(f"{k}, {n}, {c}, {center - dist!r}, {center + dist!r}")
for b, c in [(0, 0), (1, 0), (5, 5), (2, 10), (31, 7), (0, 60), (140, 20), (296, 1), (1, 2000), (5000, 5200)]:
    n = b + c
    print(f"{b}, {c}, {float(min(Fraction(1), 2 * Fraction(sum(comb(n, i) for i in range(min(b, c) + 1)), 2**n)))!r}")
# Holm: the largest, over the p-values up to this one, of p times the number of hypotheses not yet rejected when its turn comes.
for ps in [[0.01, 0.04, 0.03, 0.005], [0.5, 1.0, 0.6], [0.002, 0.1, 0.02, 0.0015], [0.03]]:
    print(ps, [max(min(1.0, q * sum(r >= q for r in ps)) for q in ps if q <= p) for p in ps])
