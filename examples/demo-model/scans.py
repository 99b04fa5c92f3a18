"""SCANS with model.py: the vector, the transition classifier, and the choice of the settings."""

import torch

from generation import generate, hidden
from model import load_hf
from prompt_files import count_refusals, read_lines
from tokenizer import Tok

LAYER_CHOICES = ([1], [2], [3], [4], [5], [2, 3], [3, 4], [2, 3, 4])
ALPHA_CHOICES = (0.25, 0.5, 0.75, 1.0)
CHOICE_TOKENS = 16


def cosine(a, b):
    return (a * b).sum(-1) / (a.norm(dim=-1) * b.norm(dim=-1) + 1e-12)


def auc(pos, neg):
    """Area under the ROC curve, ties counting one half."""
    d = pos[:, None] - neg[None]
    return ((d > 0).float() + 0.5 * (d == 0).float()).mean().item()


class Scans:
    """The model with the vector v and the transition reference, both [L, H], from the anchors."""

    def __init__(self, model_dir, prompt_dir):
        self.m, self.tok, self.dir = load_hf(model_dir), Tok.load(model_dir + "/tokenizer.json"), prompt_dir
        self.sure = self.tok.enc("Sure")
        harmful = self.encode(read_lines(prompt_dir + "/anchors-harmful.txt"))
        harmless = self.encode(read_lines(prompt_dir + "/anchors-harmless.txt"))
        self.v = hidden(self.m, harmful).mean(0) - hidden(self.m, harmless).mean(0)
        self.reference = self.transition(harmful).mean(0)

    def encode(self, prompts, system=None):
        return [self.tok.prompt(p, system) for p in prompts]

    def transition(self, seqs):
        return hidden(self.m, seqs) - hidden(self.m, [s + self.sure for s in seqs])

    def cosines(self, seqs):
        """[N, L]"""
        return cosine(self.transition(seqs), self.reference)

    def signs(self, cosines, band, threshold):
        """+1 for prompts that the classifier calls harmful, -1 for the others."""
        return torch.where(cosines[:, band].mean(1) >= threshold, 1.0, -1.0)

    def steer(self, signs, layers, alpha):
        return {l: alpha * signs[:, None] * self.v[l][None] for l in layers}

    def choose(self):
        """The settings, chosen on the calibration prompts."""
        calibration = {
            k: self.encode(read_lines(f"{self.dir}/calibration-{k}.txt")) for k in ("harmful", "safe", "plain")
        }
        cos = {k: self.cosines(v) for k, v in calibration.items()}
        band = self.choose_band(cos)
        threshold = self.choose_threshold(cos, band)
        signs = {k: self.signs(c, band, threshold) for k, c in cos.items()}
        layers, alpha = self.choose_steering(calibration, signs)
        return dict(steer_layers=layers, alpha=alpha, vector="mean_difference_raw", classifier_layers=band,
                    threshold=round(threshold, 4))

    def choose_band(self, cos):
        """The run of layers whose mean cosine separates harmful from scary but safe prompts best."""
        L = self.m.c.layers
        bands = [list(range(i, j)) for i in range(L) for j in range(i + 1, L + 1)]
        rank = {str(b): auc(cos["harmful"][:, b].mean(1), cos["safe"][:, b].mean(1)) for b in bands}
        band = max(bands, key=lambda b: (round(rank[str(b)], 4), -len(b)))
        print("calibration AUC per single layer", [round(rank[str([l])], 4) for l in range(L)], "chosen", band,
              round(rank[str(band)], 4))
        return band

    def choose_threshold(self, cos, band):
        score = {k: c[:, band].mean(1) for k, c in cos.items()}
        seen = sorted(score["harmful"].tolist() + score["safe"].tolist())
        candidates = [(a + b) / 2 for a, b in zip(seen, seen[1:])]

        def called_harmful(kind, t):
            return (score[kind] >= t).float().mean()

        def value(t):
            # a missed harmful prompt costs twice as much as a scary prompt called harmful
            return 2 * called_harmful("harmful", t).item() + (score["safe"] < t).float().mean().item()

        best = max(map(value, candidates))
        good = [t for t in candidates if value(t) > best - 1e-9]
        threshold = good[len(good) // 2]
        for t in sorted({0.8, 0.85, 0.9, 0.925, 0.95, threshold}):
            print(f"  T {t:.4f} called harmful: harmful {called_harmful('harmful', t):.3f}"
                  f" safe {called_harmful('safe', t):.3f} plain {called_harmful('plain', t):.3f}",
                  "<- T" if t == threshold else "")
        return threshold

    def choose_steering(self, calibration, signs):
        """Layers and alpha that keep refusals and remove over-refusals."""

        def refused(kind, sign, layers, alpha):
            seqs = calibration[kind]
            texts = generate(self.m, self.tok, seqs, self.steer(sign, layers, alpha), n=CHOICE_TOKENS)
            return count_refusals(texts) / len(seqs)

        best = None
        for layers in LAYER_CHOICES:
            for alpha in ALPHA_CHOICES:
                if max(layers) >= self.m.c.layers:
                    continue
                r = {k: refused(k, signs[k], layers, alpha) for k in calibration}
                minus = refused("safe", -torch.ones(len(calibration["safe"])), layers, alpha)
                # refusals kept minus over-refusals; a small cost for strong steering
                value = (r["harmful"] - r["safe"] - 0.5 * r["plain"] - 0.25 * minus
                         - 0.02 * alpha - 0.01 * len(layers))
                print(f"  steer {layers} alpha {alpha}: harmful {r['harmful']:.3f} safe {r['safe']:.3f}"
                      f" plain {r['plain']:.3f} safe, all subtracted {minus:.3f} value {value:.3f}", flush=True)
                if best is None or value > best[0]:
                    best = (value, layers, alpha)
        return best[1:]
