"""SCANS on the exported model: choices on the calibration prompts, tables on the test prompts.

  python evaluate.py hf prompts scans-settings.json [--choose]

With --choose the classifier layers, the threshold T, the steering layers and alpha are chosen on the
calibration prompts and written to the settings file; the test prompts play no part in it.  Without
--choose the settings are read from that file.  Then the table is measured on the test prompts.
"""

import argparse
import json
import os

import torch

from generation import generate
from prompt_files import count_refusals, is_refusal, read_table, system_prompts
from scans import Scans

GROUP_NAMES = {
    ("harmful", "test"): "harmful, new words",
    ("harmful", "train"): "harmful, known words",
    ("safe", "test"): "scary but safe, new words",
    ("safe", "train"): "scary but safe, known words",
    ("plain", "test"): "plain, new words",
    ("plain", "train"): "plain, known words",
}
# Words of the question frames: naming them says nothing about the answer.
FRAME_WORDS = frozenset(
    (
        "how what when where should could would about without after today thank thanks please through steps short "
        "guide write describe sensible someone something recipe simple time your mine there their"
    ).split()
)


def names_topic(prompt, text):
    """Does the answer name a content word of the prompt? (its first five letters)"""
    letters = "".join(c if c.isalpha() else " " for c in prompt.lower())
    words = {w for w in letters.split() if len(w) > 3} - FRAME_WORDS
    return any(w[:5] in text.lower() for w in words)


def read_groups(folder):
    """{(kind, word split): [(prompt, category)]} of the test files."""
    groups = {key: [] for key in GROUP_NAMES}
    for kind in ("harmful", "safe", "plain"):
        for row in read_table(f"{folder}/test-{kind}.csv"):
            groups[kind, row["word_split"]].append((row["prompt"], row["type"]))
    return groups


def random_direction(v):
    """One fixed Gaussian vector per layer, of the length of v."""
    direction = torch.randn(v.shape, generator=torch.Generator().manual_seed(0))
    return direction / direction.norm(dim=1, keepdim=True) * v.norm(dim=1, keepdim=True)


def answers(scans, settings, kind, prompts, safety, opposite):
    """Signs that the classifier gives the prompts, and {method: greedy texts}."""
    layers, alpha = settings["steer_layers"], settings["alpha"]
    x, with_safety = scans.encode(prompts), scans.encode(prompts, safety)
    sign = scans.signs(scans.cosines(x), settings["classifier_layers"], settings["threshold"])
    minus = -torch.ones(len(x))
    label = torch.full((len(x),), 1.0 if kind == "harmful" else -1.0)
    noise = random_direction(scans.v)

    def run(seqs, **how):
        return generate(scans.m, scans.tok, seqs, **how)

    return sign, {
        "default": run(x),
        "always subtract": run(x, steer=scans.steer(minus, layers, alpha)),
        "SCANS": run(x, steer=scans.steer(sign, layers, alpha)),
        "true labels as signs": run(x, steer=scans.steer(label, layers, alpha)),
        "random direction, subtract": run(x, steer={l: -alpha * noise[l][None].expand(len(x), -1) for l in layers}),
        "Self-CD w=0.5": run(x, contrast=with_safety, w=0.5),
        "Self-CD w=1": run(x, contrast=with_safety, w=1.0),
        "safety system prompt": run(with_safety),
        "opposite system prompt": run(scans.encode(prompts, opposite)),
    }


def print_refusals(groups, signs, texts):
    def cell(k, n):
        return f"{k}/{n} ({100 * k / n:.0f} %)"

    print("\n| refused | " + " | ".join(GROUP_NAMES[k] for k in groups) + " |\n|---|" + "---|" * len(groups))
    called = " | ".join(cell(int((signs[k] > 0).sum()), len(rows)) for k, rows in groups.items())
    print("| classifier says harmful | " + called + " |")
    for method in texts[next(iter(groups))]:
        row = " | ".join(cell(count_refusals(texts[k][method]), len(rows)) for k, rows in groups.items())
        print(f"| {method} | " + row + " |")


def print_answers(groups, texts):
    shown = [k for k in groups if k[0] != "harmful"]
    print("\n| non-refused answers: name a content word of the prompt / end with a full stop | "
          + " | ".join(GROUP_NAMES[k] for k in shown) + " |\n|---|---|---|---|---|")
    for method in ("default", "always subtract", "SCANS"):
        row = []
        for k in shown:
            pairs = [(p, t) for (p, _), t in zip(groups[k], texts[k][method]) if not is_refusal(t)]
            topical = sum(names_topic(p, t) for p, t in pairs)
            ended = sum(t.strip().endswith((".", "!", "?")) for _, t in pairs)
            row.append(f"{topical} / {ended} of {len(pairs)}")
        print(f"| {method} | " + " | ".join(row) + " |")


def print_categories(groups, texts):
    print("\nper category (new words): refused by default -> SCANS")
    for kind in ("safe", "harmful"):
        rows, answered = groups[kind, "test"], texts[kind, "test"]
        for category in dict.fromkeys(c for _, c in rows):
            chosen = [i for i, (_, c) in enumerate(rows) if c == category]
            default, scans = (count_refusals(answered[m][i] for i in chosen) for m in ("default", "SCANS"))
            print(f"  {category:15s} {default:3d} -> {scans:3d} of {len(chosen)}")


def print_samples(groups, texts):
    print()
    for key, rows in groups.items():
        for i in range(0, len(rows), 29):
            t = texts[key]
            print(key, "|", rows[i][0], "\n   default:", t["default"][i], "\n   SCANS  :", t["SCANS"][i],
                  "\n   Self-CD:", t["Self-CD w=1"][i])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="exported folder")
    parser.add_argument("prompts", help="folder of the prompt files")
    parser.add_argument("settings", help="settings file, written with --choose or where it is missing")
    parser.add_argument("--choose", action="store_true", help="choose the settings on the calibration prompts")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    scans = Scans(args.model, args.prompts)
    if args.choose or not os.path.exists(args.settings):
        with open(args.settings, "w") as f:
            json.dump(scans.choose(), f, indent=2)
            f.write("\n")
    with open(args.settings) as f:
        settings = json.load(f)
    print("settings", settings)
    groups = read_groups(args.prompts)
    safety = system_prompts(args.prompts, "safety", "train")[0]
    opposite = system_prompts(args.prompts, "opposite", "train")[2]
    signs, texts = {}, {}
    for key, rows in groups.items():
        signs[key], texts[key] = answers(scans, settings, key[0], [p for p, _ in rows], safety, opposite)
    print_refusals(groups, signs, texts)
    print_answers(groups, texts)
    print_categories(groups, texts)
    print_samples(groups, texts)


if __name__ == "__main__":
    main()
