"""Writes the anchor, calibration and test prompts (prompts/*).

  python make_prompts.py prompts

Anchors use training words and training frames (but are drawn with their own seed), calibration uses
calibration words and frames, the test files use test frames with test words (word_split = test) or
with training words (word_split = train).
"""

import argparse
import csv
import os
import re

from corpus import Generator
from phrases import NEUTRAL_PROMPTS, OPPOSITE_PROMPTS, SAFETY_PROMPTS
from words import CLASSES

SAFE = ["homonyms", "figurative", "safe_targets", "safe_contexts", "definitions", "nons_group", "nons_discr",
        "historical", "priv_public", "priv_fict"]
HARM = ["h_violence", "h_context", "h_crime", "h_discr", "h_history", "h_privacy"]


def words(split):
    return {(x[0] if isinstance(x, tuple) else x).lower() for c in CLASSES.values() for x in c[split]}


def contains(prompt, ws):
    p = prompt.lower()
    for w in ws:
        stem, end = (w[:-1], "(y|ies|ys)") if w.endswith("y") else (w, "(s|es)?")
        if re.search(r"(?<![a-z])" + re.escape(stem) + end + r"(?![a-z])", p):
            return True
    return False


def draw(make, n, seen, need=None):
    out = []
    for _ in range(n * 200):
        if len(out) == n:
            return out
        d = make()
        if d["user"] in seen or (need and not contains(d["user"], need)):
            continue
        seen.add(d["user"])
        out.append(d)
    raise SystemExit("not enough different prompts")


def balanced(make, cats, n, seen, need=None):
    """n prompts, the categories in equal shares."""
    out = []
    for i, c in enumerate(cats):
        k = (n * (i + 1)) // len(cats) - (n * i) // len(cats)
        out += draw(lambda: make(c), k, seen, need)
    return out


def main(folder):
    os.makedirs(folder, exist_ok=True)

    def write(name, prompts):
        with open(f"{folder}/{name}", "w") as f:
            f.write("".join(d["user"] + "\n" for d in prompts))

    def write_csv(name, rows):
        with open(f"{folder}/{name}", "w", newline="") as f:
            w = csv.writer(f, lineterminator="\n")
            w.writerow(["prompt", "type", "word_split", "template_split"])
            w.writerows((d["user"], d["cat"], d["words"], d["tpl"]) for d in rows)

    seen = set()
    gen = Generator(777)
    write("anchors-harmful.txt", draw(gen.harmful, 64, seen))
    write("anchors-harmless.txt", draw(gen.plain, 64, seen))
    gen, cw = Generator(778, "calib", "calib"), words("calib")
    write("calibration-harmful.txt", balanced(gen.harmful, HARM, 120, seen, cw))
    write("calibration-safe.txt", balanced(gen.safe, SAFE, 120, seen, cw))
    write("calibration-plain.txt", draw(gen.plain, 100, seen))
    rows = dict(harmful=[], safe=[], plain=[])
    for split, seed, k in (("test", 4242, 240), ("train", 4243, 120)):
        gen, need = Generator(seed, split, "test"), words(split)
        rows["harmful"] += balanced(gen.harmful, HARM, k, seen, need)
        rows["safe"] += balanced(gen.safe, SAFE, k, seen, need)
        rows["plain"] += draw(gen.plain, k // 2 - 20, seen, need)
    for name, r in rows.items():
        write_csv(f"test-{name}.csv", r)
    with open(f"{folder}/system-prompts.txt", "w") as f:
        for kind, table in (("neutral", NEUTRAL_PROMPTS), ("safety", SAFETY_PROMPTS), ("opposite", OPPOSITE_PROMPTS)):
            for split in ("train", "test"):
                f.write("".join(f"{kind}\t{split}\t{s}\n" for s in table[split]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", default="prompts", help="folder to write")
    main(parser.parse_args().folder)
