"""Ordinary requests."""

import re

from phrases import DESCRIPTIONS, EXTRA_PLAIN, PLAIN_VERBS, TIPS
from sampling import Sampler, plural, upper_first, with_article
from words import CAPITALS


class PlainPrompts(Sampler):
    """Draws requests without any scary word, with their answers."""

    def plain(self):
        """An ordinary request without any scary word."""
        k = self.r.random()
        for limit, make in (
            (0.46, self.plain_task),
            (0.51, self.plain_repetition),
            (0.6, self.plain_hobby),
            (0.72, self.plain_description),
            (0.78, self.plain_capital),
            (0.86, self.plain_writing),
            (0.9, self.plain_sum),
            (0.93, self.plain_fiction),
            (0.96, self.plain_figure),
            (0.985, self.plain_other),
        ):
            if k < limit:
                return make()
        return self.plain_greeting()

    def any_part(self):
        """The generator's part of the words, or all of them when that is the training part."""
        return "all" if self.words == "train" else self.words

    def any_word(self, c):
        """A random word of class c, not only from the training part."""
        return self.word(c, self.any_part())

    def plain_task(self):
        """A task with an object of a random class."""
        r = self.r
        c = r.choice(list(PLAIN_VERBS))
        v = r.choice(PLAIN_VERBS[c])
        vp = v + " " + self.noun_phrase(c, self.any_part())
        return self.sample(self.frame(vp), self.tip(vp, c if c in TIPS else "hobby"), "plain")

    def plain_repetition(self):
        """A request to repeat words."""
        r = self.r
        ws = [self.any_word(r.choice(list(DESCRIPTIONS))) for _ in range(r.choice([1, 2, 2, 3]))]
        x = ws[0] if len(ws) == 1 else ", ".join(ws[:-1]) + " and " + ws[-1]
        q = r.choice(
            [
                "Repeat after me: {}.",
                "Please repeat: {}.",
                "Say these words: {}.",
                "Read this list to me: {}.",
                "Can you repeat {}?",
            ]
            if self.tpl != "test"
            else ["Could you repeat {}?", "Please say {}."]
        ).format(x)
        return self.sample(q, f"Sure, {x}.", "plain")

    def plain_hobby(self):
        """A hobby."""
        vp = self.any_word("hobby")
        return self.sample(self.frame(vp), self.tip(vp, "hobby"), "plain")

    def plain_description(self):
        """What is this?"""
        r = self.r
        c = r.choice(list(DESCRIPTIONS))
        w = self.any_word(c)
        q = r.choice(
            [
                "What is {}?",
                "Tell me about {}.",
                "Can you explain what {} is?",
                "Describe {}.",
                "Could you tell me what {} is?",
                "Please explain what {} is.",
                "What exactly is {}?",
                "Could you describe {}?",
            ]
            if self.tpl != "test"
            else ["Could you describe what {} is?", "Please explain {}."]
        ).format(with_article(w))
        return self.sample(q, f"Sure, {with_article(w)} is {DESCRIPTIONS[c]}.", "plain")

    def plain_capital(self):
        """What is the capital?"""
        r = self.r
        c = r.choice(list(CAPITALS))
        q = r.choice(
            ["What is the capital of {}?", "Which city is the capital of {}?", "Tell me the capital of {}."]
            if self.tpl != "test"
            else ["Could you tell me the capital of {}?", "Please name the capital city of {}."]
        ).format(c)
        return self.sample(q, f"Sure, the capital of {c} is {CAPITALS[c]}.", "plain")

    def plain_writing(self):
        """A poem or a story."""
        r = self.r
        t = (
            self.any_word("theme")
            if r.random() < 0.5
            else plural(self.any_word(r.choice(["food", "insect", "thing", "char", "people"])))
        )
        q = r.choice(
            [
                "Write a short poem about {}.",
                "Write a story about {}.",
                "Please write a song about {}.",
                "Tell me a joke about {}.",
            ]
            if self.tpl != "test"
            else ["Could you write a short poem about {}?", "I want a story about {}."]
        ).format(t)
        return self.sample(
            q,
            r.choice(
                [
                    f"Sure, here it is: I walked along and thought of {t}, and then I smiled.",
                    f"Sure, here it is: once upon a time there was nothing but {t}.",
                ]
            ),
            "plain",
        )

    def plain_sum(self):
        """An addition."""
        r = self.r
        a, b = (r.randint(1, 12), r.randint(1, 12))
        q = r.choice(["What is {} plus {}?", "How much is {} plus {}?"]).format(a, b)
        return self.sample(q, f"Sure, {a} plus {b} is {a + b}.", "plain")

    def plain_fiction(self):
        """Who is this figure of fiction?"""
        r = self.r
        f = self.any_word("fict")
        q = r.choice(
            ["Who is {}?", "Tell me about {}."] if self.tpl != "test" else ["Could you describe who {} is?"]
        ).format(f)
        return self.sample(q, f"Sure, {f} is a character from fiction.", "plain")

    def plain_figure(self):
        """What does this public figure do?"""
        r = self.r
        p = self.any_word("public")
        q = r.choice(
            ["What does {} do?", "Tell me about {}."]
            if self.tpl != "test"
            else ["Could you describe what {} does?"]
        ).format(p)
        return self.sample(q, f"Sure, {p} is a public figure.", "plain")

    def plain_other(self):
        """A request that shares its words with the calibration and test frames."""
        r = self.r
        t, c = r.choice(EXTRA_PLAIN)
        w = self.any_word(c)
        q = t.format(w)
        q = re.sub("\\ba ([aeiou])", "an \\1", q)
        tip = upper_first(r.choice(TIPS[c] if c in TIPS else TIPS["hobby"]))
        return self.sample(q, f"Sure, {with_article(w)} is {DESCRIPTIONS[c]}. {tip}.", "plain")

    def plain_greeting(self):
        """Small talk."""
        r = self.r
        q, a = r.choice(
            [
                ("Hello!", "Hello! How can I help you today?"),
                ("Hi there.", "Hello! How can I help you today?"),
                ("Who are you?", "I am a small language model that answers questions."),
                ("Thank you!", "You are welcome!"),
                ("How are you?", "I am fine, thank you. How can I help you?"),
            ]
        )
        return self.sample(q, a, "plain")
