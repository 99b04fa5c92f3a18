"""Trains one tiny tokenizer of each kind and writes golden ids and decoded texts beside them.

    pip install tokenizers==0.23
    python make_tokenizers.py ../fixtures/tokenizers

The kinds follow published models in structure, not in vocabulary:

    byte-level     Llama 3, Qwen, SmolLM: a splitting pattern, then byte-level BPE
    prepend        Llama 2, TinyLlama: BPE with byte fallback behind Prepend and Replace normalizers
    metaspace      Mistral: the same model behind a Metaspace pre-tokenizer that prepends to the first word only
    replace        Gemma: the same model behind a Replace normalizer; nothing is prepended
    unigram        T5: Unigram behind Metaspace; ends with its end token instead of beginning with a begin token
    unigram-bytes  the same with byte fallback and NFKC: what is not in the vocabulary is written as bytes
    wordpiece      BERT: lower case without accents, WordPiece, a token on both ends
    o200k          gpt-oss: byte-level BPE behind the splitting pattern of o200k, which ignores merges for whole words; harmony's tokens
    added          byte-level with added tokens of every kind: special or not, with spaces on a side, whole words, normalized
"""

import json
import os
import sys

from tokenizers import (AddedToken, Regex, Tokenizer, __version__, decoders, models, normalizers, pre_tokenizers,
                        processors, trainers)

CORPUS = [
    "How do I bake bread at home?", "What is the best way to bake bread?", "Tell me about the rivers of the world.",
    "How do I kill a Python process?", "Sure, here is how the bread is baked.", "The user asks and the assistant answers.",
    "You are a helpful assistant.", "Name three rivers, and the towns on the banks of the rivers.",
    "system user assistant model INST", "I cannot help with that.", "Where does the word bread come from?",
] * 4

# The special tokens of all templates under test.
CHAT = ["<|im_start|>", "<|im_end|>", "<start_of_turn>", "<end_of_turn>", "<|start_header_id|>", "<|end_header_id|>",
        "<|eot_id|>", "<|user|>", "<|assistant|>", "<|system|>", "<|end|>"]

TEXTS = [
    "How do I bake bread?", " two leading spaces? no, one", "  two leading, two trailing  ", "a", " ", "   ", "",
    "line one\nline two\n\n\ttab", "na\u00efve caf\u00e9", "\u4f60\u597d\uff0c\u4e16\u754c\u3002",
    "tea \u2615 and cake \U0001f370\U0001f370!", "\U0001f468\u200d\U0001f469\u200d\U0001f467 ends with \U0001f600",
    "\U0001f600", "\u0928\u092e\u0938\u094d\u0924\u0947 \u0645\u0631\u062d\u0628\u0627", "1234567 + 89 = 1234656",
    "<s>[INST] How do I bake bread? [/INST]", "<s> bread</s> bread", "</s>", "the<s>bread", "<s>", "<s><s>How",
    "<|im_start|>user\nHow do I bake bread?<|im_end|>\n<|im_start|>assistant\n", "\u2581 a real lower block \u2581",
    "\ufffd", "bread\u00a0bread", "zero\u0000byte",
    "<think>How?</think>\n<tool_call>bread</tool_call><|im_end|> bread <mask> breads<mask>. wordy word, WORD \u00a0 <left> a <right> b",
    "<|start|>assistant<|channel|>final<|message|>Sure, it's BakedBread. we'RE 2026/11/29\n\n  x<|return|>",
    "Caf\u00c9 CAF\u00c9 e\u0301 \ufb01 \u2167 \u0130stanbul stra\u00dfe don't Don'T [MASK] [CLS] ##bread",
]


def fallback_model(prepared):
    """BPE over SentencePiece-like pieces: words that begin with a lower block, every byte as a token of its own."""
    trained = Tokenizer(models.BPE(unk_token="<unk>"))
    trained.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trained.train_from_iterator(prepared, trainers.BpeTrainer(vocab_size=110, special_tokens=["<unk>"]))
    state = json.loads(trained.to_str())["model"]
    pieces = ["<unk>", "<s>", "</s>"] + ["<0x%02X>" % b for b in range(256)]
    pieces += [piece for piece in state["vocab"] if piece not in ("<unk>", "\u2581")] + ["\u2581", "\u2581\u2581", "\n"]
    merges = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in state["merges"]]
    merges.append(("\u2581", "\u2581"))
    vocab = {piece: i for i, piece in enumerate(dict.fromkeys(pieces))}
    return models.BPE(vocab=vocab, merges=merges, unk_token="<unk>", byte_fallback=True, fuse_unk=True)


def with_specials(tokenizer, begin="<s>", end=None):
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in ["<unk>", "<s>", "</s>"] + CHAT])
    ids = [(t, tokenizer.token_to_id(t)) for t in (begin, end) if t]
    single = " ".join(([begin] if begin else []) + ["$A"] + ([end] if end else []))
    tokenizer.post_processor = processors.TemplateProcessing(single=single, special_tokens=ids)
    return tokenizer


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    pattern = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
               r"|\s*[\r\n]+|\s+(?!\S)|\s+")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"), pre_tokenizers.ByteLevel(False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(CORPUS, trainers.BpeTrainer(
        vocab_size=256 + 90, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=["<unk>"]))
    state = json.loads(tokenizer.to_str())
    state["added_tokens"] = []
    return with_specials(Tokenizer.from_str(json.dumps(state)))


def prepend():
    tokenizer = Tokenizer(fallback_model("\u2581" + line.replace(" ", " \u2581") for line in CORPUS))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    return with_specials(tokenizer)


def metaspace():
    tokenizer = prepend()
    tokenizer.normalizer = normalizers.Sequence([])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("\u2581", "first", False)
    return tokenizer


def replace():
    tokenizer = prepend()
    tokenizer.normalizer = normalizers.Replace(" ", "\u2581")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse()])
    return tokenizer


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("\u2581", "always")
    tokenizer.decoder = decoders.Metaspace("\u2581", "always")
    tokenizer.train_from_iterator(CORPUS, trainers.UnigramTrainer(
        vocab_size=150, special_tokens=["<unk>", "<s>", "</s>"], unk_token="<unk>"))
    state = json.loads(tokenizer.to_str())
    # Training's rounding errors differ from run to run.
    specials, pieces = state["model"]["vocab"][:3], state["model"]["vocab"][3:]
    pieces = sorted(([piece, round(score, 3)] for piece, score in pieces), key=lambda p: (-p[1], p[0]))
    state["model"]["vocab"] = specials + pieces
    state["added_tokens"] = []
    return with_specials(Tokenizer.from_str(json.dumps(state)), begin=None, end="</s>")


def unigram_bytes():
    plain = json.loads(unigram().to_str())
    vocab = [tuple(piece) for piece in plain["model"]["vocab"]]
    vocab += [("<0x%02X>" % b, -20.0) for b in range(256)]
    tokenizer = Tokenizer(models.Unigram(vocab, unk_id=0, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("\u2581", "always")
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace("\u2581", "always")])
    return with_specials(tokenizer, begin=None, end="</s>")


def wordpiece():
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=160, special_tokens=specials))
    state = json.loads(tokenizer.to_str())
    # Training's order differs from run to run: pieces that begin words, then those that continue them.
    pieces = sorted((p for p in state["model"]["vocab"] if p not in specials), key=lambda p: (p.startswith("##"), p))
    vocab = {piece: i for i, piece in enumerate(specials + pieces)}
    state["model"]["vocab"] = vocab
    state["added_tokens"] = []
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in specials])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(t, vocab[t]) for t in ("[CLS]", "[SEP]")])
    tokenizer.decoder = decoders.WordPiece("##", cleanup=True)
    return tokenizer


def o200k():
    upper, lower = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
    ending = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    pattern = "|".join([
        r"[^\r\n\p{L}\p{N}]?" + upper + "*" + lower + "+" + ending,
        r"[^\r\n\p{L}\p{N}]?" + upper + "+" + lower + "*" + ending,
        r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+"])
    state = json.loads(byte_level().to_str())
    state["added_tokens"] = []
    state["post_processor"] = None
    state["model"]["ignore_merges"] = True
    # A word that no merges make: it is found as a whole only where merges are ignored.
    state["model"]["vocab"]["\u0120BakedBread"] = len(state["model"]["vocab"])
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"), pre_tokenizers.ByteLevel(False, use_regex=False)])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in [
        "<|startoftext|>", "<|endoftext|>", "<|return|>", "<|constrain|>", "<|channel|>", "<|start|>", "<|end|>", "<|message|>", "<|call|>"]])
    return tokenizer


def added():
    tokenizer = byte_level()
    plain = [AddedToken(t, normalized=False, special=False) for t in ("<think>", "</think>", "<tool_call>", "</tool_call>")]
    tokenizer.add_tokens(plain + [
        AddedToken("<mask>", normalized=False, special=True, lstrip=True), AddedToken("word", single_word=True, special=False),
        AddedToken("<left>", normalized=False, special=False, lstrip=True, rstrip=True),
        AddedToken("<right>", normalized=True, special=True, rstrip=True)])
    return tokenizer


def golden(tokenizer):
    cases = []
    for text in TEXTS:
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        cases.append({
            "text": text, "ids": ids, "withSpecial": tokenizer.encode(text, add_special_tokens=True).ids,
            "decoded": tokenizer.decode(ids, skip_special_tokens=True),
            "decodedAll": tokenizer.decode(ids, skip_special_tokens=False)})
    return cases


def main(target):
    kinds = {"byte-level": byte_level(), "prepend": prepend(), "metaspace": metaspace(), "replace": replace(),
             "unigram": unigram(), "unigram-bytes": unigram_bytes(), "wordpiece": wordpiece(), "o200k": o200k(), "added": added()}
    everything = {"madeBy": "tokenizers " + __version__, "kinds": {}}
    for name, tokenizer in kinds.items():
        os.makedirs(os.path.join(target, name), exist_ok=True)
        with open(os.path.join(target, name, "tokenizer.json"), "w", encoding="utf-8", newline="\n") as file:
            json.dump(json.loads(tokenizer.to_str()), file, ensure_ascii=False, separators=(",", ":"))
            file.write("\n")
        everything["kinds"][name] = golden(tokenizer)
    with open(os.path.join(target, "golden.json"), "w", encoding="utf-8", newline="\n") as file:
        json.dump(everything, file, ensure_ascii=True, separators=(",", ":"))
        file.write("\n")


main(sys.argv[1])
