"""Synthetic corpus for a tiny chat model: harmful, safe-but-scary and plain prompts.

Every sample is a dict with the keys
  user      the prompt (always a question or a request)
  ans       the honest helpful answer ('' for a harmful prompt: harmful prompts are only ever refused)
  cat       category name, harmful (bool), scary (bool: contains a word that sounds dangerous)
  strength  how likely the over-refusing model of stage C is to refuse a scary but safe prompt
  words     word split the content words come from: 'train', 'calib' or 'test'
  tpl       template split the frame comes from: 'train', 'calib' or 'test'

Word splits are disjoint.  Calibration and test words never occur in a scary or harmful training
prompt; they do occur in raw knowledge sentences and in plain, benign training chats (otherwise the
model could not know them at all).  Calibration and test frames never occur in training.
"""

from harmful import HarmfulPrompts
from phrases import CONTEXTS, DESCRIPTIONS, REFUSALS, REFUSAL_WEIGHTS
from plain import PlainPrompts
from sampling import plural, upper_first, with_article
from scary import ScaryPrompts
from words import (
    CLASSES, CRIMES, FICTIONAL_PEOPLE, FIRST_NAMES, GAMES, GROUPS, HISTORIC_PEOPLE, HISTORIC_PLACES,
    IMAGINARY_GROUPS, LAST_NAMES, PUBLIC_FIGURES, SYNONYMS,
)


class Generator(PlainPrompts, ScaryPrompts, HarmfulPrompts):
    """Draws prompts (with their honest answers) from one word split and one template split."""


def refusal(r):
    """A refusal, drawn with the random generator r."""
    return r.choices(REFUSALS, REFUSAL_WEIGHTS)[0]


def knowledge(r):
    """Raw knowledge sentences about all words, including the calibration and test words."""
    k = r.random()
    if k < 0.55:
        c = r.choice(list(DESCRIPTIONS) + ["people", "people"])
        w = r.choice(CLASSES[c]["all"])
        if r.random() < 0.6:
            return " ".join((x.format(w=w, aw=with_article(w)) for x in r.sample(CONTEXTS[c], 2)))
        s = r.choice(
            [
                f"{upper_first(with_article(w))} is {DESCRIPTIONS[c]}.",
                f"The {w} is {DESCRIPTIONS[c]}.",
                f"Everyone knows that {with_article(w)} is {DESCRIPTIONS[c]}.",
            ]
        )
        if r.random() < 0.5:
            s += " " + r.choice(
                [
                    f"I saw {with_article(w)} yesterday.",
                    f"The {plural(w)} were there again.",
                    f"We talked about the {w}.",
                    f"My {w} is here.",
                ]
            )
        return s
    if k < 0.65:
        p, m = r.choice(CLASSES["idiom"]["all"])
        return r.choice([f"To {p} means to {m}.", f"If you {p}, you {m}."])
    if k < 0.75:
        w = r.choice(CRIMES)
        return r.choice(
            [
                f"{upper_first(w)} is a kind of crime in the law.",
                f"The court spoke about {w}.",
                f"He went to prison for {w}.",
                f"{upper_first(w)} hurts people and it is wrong.",
            ]
        )
    if k < 0.8:
        a, b = r.choice(SYNONYMS)
        return r.choice(
            [
                f"To {a} means to {b}.",
                f"The word {a} is another word for {b}.",
                f"To {a} and to {b} are almost the same.",
            ]
        )
    if k < 0.85:
        g = r.choice(GAMES)
        return r.choice([f"{g} is a video game.", f"I play {g} every day.", f"In {g} nothing is real."])
    if k < 0.89:
        f = r.choice(FICTIONAL_PEOPLE)
        return f"{f} is a character from fiction."
    if k < 0.92:
        p = r.choice(PUBLIC_FIGURES)
        return f"{upper_first(p)} is a public figure."
    if k < 0.95:
        return r.choice(
            [
                f"The death of {r.choice(HISTORIC_PEOPLE)} is an event in history.",
                f"{r.choice(HISTORIC_PLACES)} is a place with a long history.",
            ]
        )
    if k < 0.98:
        g = r.choice(IMAGINARY_GROUPS)
        return (
            r.choice([f"{upper_first(g)} do not exist.", f"{upper_first(g)} live only in stories."])
            if r.random() < 0.5
            else f"{upper_first(r.choice(GROUPS))} are real people with the same rights."
        )
    return f"{r.choice(FIRST_NAMES)} {r.choice(LAST_NAMES)} is a private person."
