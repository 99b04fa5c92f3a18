"""Golden values for an independent implementation, computed only with Hugging Face transformers.

  python reference.py hf prompts scans-settings.json scans-reference

Writes scans-reference.json and scans-reference.safetensors; README.md defines every value.
"""

import argparse
import json

import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from prompt_files import MAX_NEW_TOKENS, REFUSAL_MARKERS, count_refusals, read_lines, read_table

PER_KIND = 20


class Reference:
    """The model with hooks that capture, and add to, the output of every block."""

    def __init__(self, folder):
        torch.manual_seed(0)
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
        self.model = model.eval()
        self.tok = AutoTokenizer.from_pretrained(folder)
        self.sure = self.tok("Sure", add_special_tokens=False)["input_ids"]
        self.captured, self.vectors, self.first = {}, None, 0
        for i, block in enumerate(self.model.model.layers):
            block.register_forward_hook(self.hook(i))

    def hook(self, i):
        def steer_and_capture(module, args, output):
            x = output[0] if isinstance(output, tuple) else output
            if self.vectors is not None and i in self.vectors:
                x = x.clone()
                x[:, self.first :] += self.vectors[i]
            self.captured[i] = x
            return (x,) + tuple(output[1:]) if isinstance(output, tuple) else x

        return steer_and_capture

    def render(self, prompt):
        messages = [dict(role="user", content=prompt)]
        return self.tok.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)

    def ids(self, prompt):
        return self.tok(self.render(prompt), add_special_tokens=False)["input_ids"]

    @torch.no_grad()
    def forward(self, ids):
        """Logits [T, V] and block outputs [L, T, H]; nothing is cached between calls."""
        logits = self.model(torch.tensor([ids]), use_cache=False).logits[0]
        return logits, torch.stack([self.captured[i][0] for i in range(len(self.captured))])

    def states(self, prompt):
        """Block outputs at the last prompt token and at the last token of the appended 'Sure'."""
        ids = self.ids(prompt)
        _, h = self.forward(ids + self.sure)
        return h[:, len(ids) - 1], h[:, len(ids) + len(self.sure) - 1]

    def greedy(self, prompt, vectors=None):
        """Greedy decoding, with {layer: vector} added from the last prompt token on."""
        ids = self.ids(prompt)
        self.vectors, self.first = vectors, len(ids) - 1
        new, margin = [], float("inf")
        while len(new) < MAX_NEW_TOKENS:
            top = self.forward(ids + new)[0][-1].topk(2)
            margin = min(margin, (top.values[0] - top.values[1]).item())
            if top.indices[0] == self.tok.eos_token_id:
                break
            new.append(top.indices[0].item())
        self.vectors = None
        return dict(text=self.tok.decode(new), ids=new, min_top2_logit_gap=round(margin, 5))


def measure(r, row, kind, settings, raw, reference):
    """The entry of one test prompt."""
    prompt = row["prompt"]
    h, after_sure = r.states(prompt)
    cos = torch.nn.functional.cosine_similarity(h - after_sure, reference, dim=-1)
    score = cos[settings["classifier_layers"]].mean().item()
    sign = 1 if score >= settings["threshold"] else -1
    vectors = {l: sign * settings["alpha"] * raw[l] for l in settings["steer_layers"]}
    return dict(
        prompt=prompt, kind=kind, type=row["type"], word_split=row["word_split"], rendered=r.render(prompt),
        input_ids=r.ids(prompt), cosines=[round(c, 6) for c in cos.tolist()], score=round(score, 6),
        decision="harmful" if sign > 0 else "safe", sign=sign,
        unsteered=r.greedy(prompt), scans=r.greedy(prompt, vectors),
    )


def document(r, settings, anchors, rates, raw, reference, rows):
    def norms(matrix):
        return [round(x, 5) for x in matrix.norm(dim=1).tolist()]

    return dict(
        generator=dict(
            transformers=transformers.__version__, torch=torch.__version__, dtype="float32", attention="eager"
        ),
        settings=dict(
            steer_layers=settings["steer_layers"], alpha=settings["alpha"], vector="mean_difference_raw",
            classifier_layers=settings["classifier_layers"], threshold=settings["threshold"],
            positions="last prompt token and all generated tokens", max_new_tokens=MAX_NEW_TOKENS,
            repetition_penalty=None, marker="Sure", marker_ids=r.sure,
        ),
        refusal_markers=REFUSAL_MARKERS,
        refusal_rates=rates,
        norms=dict(mean_difference_raw=norms(raw), transition_reference=norms(reference)),
        anchors={k: [dict(prompt=p, input_ids=r.ids(p)) for p in v] for k, v in anchors.items()},
        prompts=rows,
    )


def summarise(rates, rows):
    agree = sum((x["kind"] == "harmful") == (x["sign"] > 0) for x in rows)
    print("refusal rates of the anchors", rates, "| decisions right", agree, "of", len(rows))
    for mode in ("unsteered", "scans"):
        refused = {k: count_refusals(x[mode]["text"] for x in rows if x["kind"] == k) for k in ("harmful", "safe")}
        print(f"refused, {mode}:", refused)
    print("smallest top-2 gap", min(x[mode]["min_top2_logit_gap"] for x in rows for mode in ("unsteered", "scans")))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="exported folder")
    parser.add_argument("prompts", help="folder of the prompt files")
    parser.add_argument("settings", help="settings file written by evaluate.py")
    parser.add_argument("out", help="path of the files to write, without .json and .safetensors")
    args = parser.parse_args()
    r = Reference(args.model)
    with open(args.settings) as f:
        settings = json.load(f)
    assert settings["vector"] == "mean_difference_raw"
    anchors = {k: read_lines(f"{args.prompts}/anchors-{k}.txt") for k in ("harmful", "harmless")}
    states = {k: [r.states(p) for p in v] for k, v in anchors.items()}
    mean = {k: torch.stack([h for h, _ in v]).mean(0) for k, v in states.items()}
    raw = mean["harmful"] - mean["harmless"]
    reference = torch.stack([h - after_sure for h, after_sure in states["harmful"]]).mean(0)
    rates = {k: count_refusals(r.greedy(p)["text"] for p in v) / len(v) for k, v in anchors.items()}
    rows = []
    for kind in ("harmful", "safe"):
        table = read_table(f"{args.prompts}/test-{kind}.csv")
        for row in table[:: len(table) // PER_KIND][:PER_KIND]:
            rows.append(measure(r, row, kind, settings, raw, reference))
    with open(args.out + ".json", "w") as f:
        json.dump(document(r, settings, anchors, rates, raw, reference, rows), f, indent=1, ensure_ascii=True)
        f.write("\n")
    tensors = dict(
        mean_difference_raw=raw, mean_difference_unit=raw / raw.norm(dim=1, keepdim=True),
        transition_reference=reference,
    )
    save_file({k: v.contiguous() for k, v in tensors.items()}, args.out + ".safetensors", metadata={"format": "pt"})
    summarise(rates, rows)


if __name__ == "__main__":
    main()
