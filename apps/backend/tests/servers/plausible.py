"""What a hosted model would answer: an object of the asked form, or prose under the marks of the beats.

It reads nothing but the request on the wire, as a provider does: the schema says the form, the prompt says the rest.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field
from typing import Any

NAMES = ("Ines Vaz", "Bram Tolle", "Odile Kern", "Jonas Reef")
ROLES = ("protagonist", "antagonist", "ally", "minor")
PLACES = ("The Lamp House", "Salt Row", "The Weighing Hall")
SENTENCES = 130
WORDS = [
    "lamp",
    "rope",
    "harbour",
    "ledger",
    "scale",
    "tide",
    "bottle",
    "salt",
    "keeper",
    "wind",
    "step",
    "door",
    "coat",
    "letter",
    "glass",
    "debt",
    "hand",
    "stair",
    "boat",
    "winter",
    "brass",
    "window",
    "chair",
    "bell",
    "cloth",
    "candle",
    "knife",
    "paper",
    "table",
    "stone",
    "counted",
    "carried",
    "weighed",
    "opened",
    "closed",
    "lifted",
    "sold",
    "bought",
    "hid",
    "found",
    "broke",
    "turned",
    "waited",
    "called",
    "followed",
    "carried",
    "dropped",
    "kept",
    "cold",
    "wet",
    "narrow",
    "old",
    "bright",
    "heavy",
]


def sentence(dice: random.Random) -> str:
    """Return eleven words that hardly ever come in the same order again."""
    chosen = dice.sample(WORDS, 8)
    return f"She {chosen[0]} the {' '.join(chosen[1:5])} and {' '.join(chosen[5:])}."


def idea_of(prompt: str) -> str:
    """Return the author's idea, which every option must take up."""
    found = re.search(r"lighthouse keeper[^\n.\"]*", prompt)
    return found.group(0) if found else "lighthouse keeper"


def numbers(pattern: str, prompt: str, usual: int) -> int:
    found = re.search(pattern, prompt)
    return int(found.group(1)) if found else usual


@dataclass
class Author:
    """Answers requests one after the other and remembers the prose it wrote, to quote from it."""

    paragraphs: dict[str, str] = field(default_factory=dict)

    def answer(self, body: dict[str, Any]) -> str:
        """Return the text of the answer to a request of the OpenAI wire."""
        prompt = "\n".join(str(message["content"]) for message in body["messages"])
        asked = body.get("response_format", {}).get("json_schema", {}).get("schema")
        if asked is None:
            return self._prose(prompt)
        members = set(asked["properties"])
        for name, fill in (
            ("options", self._options), ("statement", self._theme), ("places", self._world), ("cast", self._cast),
            ("lines", self._plot), ("cards", self._cards), ("beats", self._beats), ("verdicts", self._verdicts),
            ("sentences", self._summary),
        ):  # fmt: skip
            if name in members:
                return json.dumps(fill(prompt))
        raise AssertionError(f"nobody knows what {members} are")

    def _prose(self, prompt: str) -> str:
        beats = list(dict.fromkeys(re.findall(r"\bB\d+\b", prompt)))
        dice = random.Random(len(prompt))
        sentences = [sentence(dice) for _ in range(SENTENCES)]
        share = len(sentences) // len(beats)
        for number, beat in enumerate(beats):
            self.paragraphs[beat] = " ".join(sentences[number * share : (number + 1) * share])
        return "\n\n".join(f"[[{beat}]]\n\n{self.paragraphs[beat]}" for beat in beats)

    def _options(self, prompt: str) -> dict[str, Any]:
        idea, count = idea_of(prompt), numbers(r"Offer (\d+) options", prompt, 3)
        words = ("debt", "marriage", "trial", "flood", "theft", "return")
        return {
            "options": [
                {
                    "title": f"The {word.title()} of Salt Row",
                    "body": {
                        "logline": f"{NAMES[0]}, a {idea}, must end a {word} before the tide does.",
                        "genres": ["mystery"], "protagonist": f"{NAMES[0]}, {idea}", "hook": f"The {word} was sold twice.",
                    },
                    "gains": f"A plain {word}.", "costs": f"No second {word}.",
                }
                for word in words[:count]
            ]
        }  # fmt: skip

    def _theme(self, _: str) -> dict[str, Any]:
        return {
            "statement": "What is sold is owed.",
            "question": "Who pays?",
            "emotions": ["dread", "relief"],
        }

    def _world(self, _: str) -> dict[str, Any]:
        rules = ("A storm is sold once.", "The lamp is never out.", "Salt is weighed at noon.")
        return {
            "places": [{"name": name, "line": f"{name} smells of rope."} for name in PLACES],
            "rules": [{"statement": rule, "category": "custom", "hardness": "hard"} for rule in rules],
        }

    def _cast(self, prompt: str) -> dict[str, Any]:
        line = idea_of(prompt)
        return {
            "cast": [
                {"name": name, "role": role, "line": f"{name}, of the {line}", "want": "the last storm", "need": "to be forgiven"}
                for name, role in zip(NAMES, ROLES, strict=True)
            ],
            "relations": [{"a": NAMES[0], "b": NAMES[1], "label": "creditor", "strength": -3}],
        }  # fmt: skip

    def _plot(self, _: str) -> dict[str, Any]:
        lines = ("buys", "hides", "weighs", "breaks", "loses", "finds", "trades", "burns", "returns", "keeps")
        return {"lines": [{"title": f"Ines {verb}", "one_line": f"Ines {verb} a storm."} for verb in lines]}

    def _cards(self, prompt: str) -> dict[str, Any]:
        people = sorted(set(re.findall(r"\bC\d+\b", prompt)))
        place = min(re.findall(r"\bP\d+\b", prompt))
        count = numbers(r"Plan (\d+) scene", prompt, 2)
        return {
            "cards": [
                {
                    "title": f"Weight {n}", "summary": "A sale goes wrong.", "goal": "sell", "conflict": "the scale",
                    "outcome": "no_and", "turn": "the bottle is empty", "pov": people[0], "place": place, "cast": people[:2],
                }
                for n in range(1, count + 1)
            ]
        }  # fmt: skip

    def _beats(self, prompt: str) -> dict[str, Any]:
        count = numbers(r"into (\d+) beats", prompt, 5)
        return {
            "beats": [
                {"kind": "action", "text": f"She counts bottle {n} and one is gone."}
                for n in range(1, count + 1)
            ]
        }

    def _verdicts(self, _: str) -> dict[str, Any]:
        return {
            "verdicts": [
                {"beat": beat, "verdict": "met", "quote": " ".join(text.split()[:8])}
                for beat, text in self.paragraphs.items()
            ]
        }

    def _summary(self, prompt: str) -> dict[str, Any]:
        handles = re.findall(r"^\W*([A-Z]\d+)\b", prompt, re.MULTILINE)
        return {"sentences": [{"text": "Ines counts the bottles and one is gone.", "from": handles[:1]}]}
