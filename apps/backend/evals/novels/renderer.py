"""Turns what happens into prose with paragraph ids, gold claims and mentions."""

from __future__ import annotations

import re
from itertools import accumulate
from random import Random
from types import ModuleType
from uuid import UUID

from evals.novels import templates_en, templates_zh
from evals.novels.spec import Claim, Fact, Modality, Novel, Scene, Split, Told, Vow, Way
from infinite_scribe.core.language import language

PADDING = 90
"""Words of one paragraph that fills a scene up."""
WORDS = re.compile(r"[a-z]+|[\u4e00-\u9fff]")
SPLITS: tuple[Split, ...] = ("train", "train", "train", "train", "dev", "dev", "held_out", "held_out")


class Renderer:
    """Writes the scenes of one novel; draws from its seed alone."""

    def __init__(self, novel: Novel, random: Random) -> None:
        self.novel, self.random = novel, random
        self.language = novel.spec.language
        self.words: ModuleType = templates_zh if self.language == "zh" else templates_en
        self.vow_texts: dict[UUID, str] = {}
        self._nouns = list(self.words.NOUNS)
        self._bearers: dict[str, UUID] = {}
        self._names = re.compile("")
        self._padding = Random(f"{novel.spec.seed}:padding")
        said = [
            *self.words.FILLER,
            *(line for ways in self.words.SAY.values() for line in ways),
            *self._nouns,
        ]
        self._lexicon = sorted({word for line in said for word in WORDS.findall(line.casefold())})
        self._padding.shuffle(self._lexicon)
        self._weights = list(accumulate(1 / (rank + 2) for rank in range(len(self._lexicon))))

    def noun(self) -> str:
        """Return a noun."""
        return str(self.random.choice(self._nouns))

    def value(self, predicate: str, used: set[str]) -> str:
        """Return a value of a predicate, one that was not used before as long as there are such."""
        text = ""
        for _ in range(60):
            noun = self.noun()
            if used:
                noun += self._second(noun)
            text = self.random.choice(self.words.VALUES[predicate]).format(n=noun)
            if text not in used:
                break
        if predicate != "item_state":
            used.add(text)
        return text

    def _second(self, first: str) -> str:
        other = self.random.choice([one for one in self._nouns if one != first])
        return f"与{other}" if self.language == "zh" else f" and {other}"

    def capital(self, text: str) -> str:
        """Begin a sentence with a capital where the language has some."""
        return text[:1].upper() + text[1:]

    def begin(self, scene: Scene) -> None:
        """Open a scene with the people in it."""
        self._filler(scene, 2)
        a, b = (self._called(one) for one in self._pair(scene))
        self._paragraph(scene, self.random.choice(self.words.TALK).format(a=a, b=b))

    def end(self, scene: Scene) -> None:
        """Close a scene."""
        self._filler(scene, 3)
        for pid, text in scene.paragraphs:
            for found in self._pattern().finditer(text):
                scene.mentions.append((pid, found.start(), found.end(), self._bearers[found.group()]))
        self._fill_up(scene)

    def _fill_up(self, scene: Scene) -> None:
        """Bring a scene to its length with words of the book in an order that says nothing."""
        count = language(self.language).count
        missing = self.novel.spec.scene_words - sum(count(text) for _, text in scene.paragraphs)
        while missing > 0:
            drawn = self._padding.choices(self._lexicon, cum_weights=self._weights, k=min(PADDING, missing))
            self._paragraph(scene, ("" if self.language == "zh" else " ").join(drawn))
            missing -= len(drawn)

    def _pattern(self) -> re.Pattern[str]:
        """Every name of the book, the longest first."""
        if not self._bearers:
            for one in self.novel.things.values():
                for name in (one.name, *one.aliases):
                    self._bearers[name] = one.id
                    self._bearers.setdefault(self.capital(name), one.id)
            names = sorted(self._bearers, key=len, reverse=True)
            self._names = re.compile("|".join(re.escape(name) for name in names))
        return self._names

    def card(self, scene: Scene, way: Way | None, before: Scene | None) -> None:
        """Write the card: who, where, what for; no fact stands in it."""
        a, b = self._two(scene)
        card, place = self.words.CARD, self._name(scene.place)
        scene.summary = card["summary"].format(a=a, b=b, p=place)
        scene.goal, scene.conflict = card["goal"].format(a=a, p=place), card["conflict"].format(b=b)
        scene.turn = card["turn"]
        if way is not None and before is not None:
            scene.beats.append(card["travel"].format(a=a, p=self._name(before.place)))
            scene.named.append(before.place)
        if not scene.beats:
            scene.beats.append(scene.summary)

    def narrate(self, scene: Scene, fact: Fact) -> None:
        """Tell a fact as the narrator."""
        self._claim(scene, fact, "{c}", "narrated", is_true=True)

    def tell(self, scene: Scene, fact: Fact, speaker: UUID, listener: UUID) -> None:
        """Let somebody say a fact, now and then by letter."""
        written = self.random.random() < 0.15
        kind: Modality = "written" if written else "spoken"
        frame = self.random.choice(self.words.FRAMES[kind])
        a, b = self._name(listener if written else speaker), self._name(listener)
        self._claim(scene, fact, frame, kind, is_true=True, a=a, b=b)

    def think(self, scene: Scene, fact: Fact) -> None:
        """Let the viewpoint think of a fact without a word."""
        frame = self.random.choice(self.words.FRAMES["thought"])
        self._claim(scene, fact, frame, "thought", is_true=True, a=self._name(scene.pov), b="")

    def lie(self, scene: Scene, fact: Fact, false: str, speaker: UUID, listener: UUID) -> str:
        """Let somebody say something false; return the paragraph."""
        untrue = Fact(fact.id, fact.subject, fact.predicate, text=false)
        frame = self.random.choice(self.words.FRAMES["spoken"])
        names = {"a": self._name(speaker), "b": self._name(listener)}
        return self._claim(scene, untrue, frame, "spoken", is_true=False, **names).pid

    def plant(self, scene: Scene, vow: Vow) -> Told:
        """Set a promise up."""
        text = self.vow_texts[vow.id]
        pid = self._paragraph(scene, text)
        return Told(scene.index, pid, text, 0, "narrated", "train")

    def distract(self, scene: Scene) -> None:
        """Say things that are not so: a dream, a memory, a supposition, a figure of speech."""
        roll = self.random.random()
        a = self._name(scene.pov)
        if roll < 0.12:
            unreal: tuple[Modality, ...] = ("dreamed", "remembered", "hypothetical")
            kind = self.random.choice(unreal)
            who = self.random.choice(scene.cast)
            untrue = Fact(who, who, "injured_at", text=self.value("injured_at", {"-"}))
            self._claim(
                scene, untrue, self.random.choice(self.words.FRAMES[kind]), kind, is_true=False, a=a, b=""
            )
        elif roll < 0.25:
            text = self.random.choice(self.words.FIGURES).format(a=a)
            pid = self._paragraph(scene, text)
            scene.claims.append(Claim(pid, 0, len(text), "figurative", None, is_true=False, split="train"))

    def _claim(
        self, scene: Scene, fact: Fact, frame: str, kind: Modality, *, is_true: bool, a: str = "", b: str = ""
    ) -> Told:
        number = self.random.randrange(len(SPLITS))
        sentence = self.capital(self.words.SAY[fact.predicate][number].format(**self._filled(fact)))
        text = frame.format(c=sentence, a=a, b=b)
        before = self.random.choice(self.words.FILLER)
        gap = "" if self.language == "zh" else " "
        pid = self._paragraph(scene, f"{before}{gap}{text}")
        start = scene.paragraphs[-1][1].index(sentence)
        told = Told(scene.index, pid, sentence, start, kind, SPLITS[number])
        if is_true:
            fact.told.append(told)
        scene.claims.append(
            Claim(
                pid, start, start + len(sentence), kind, fact.id if is_true else None, is_true, SPLITS[number]
            )
        )
        return told

    def _filled(self, fact: Fact) -> dict[str, str]:
        value = self._name(fact.object) if fact.object is not None else fact.text or ""
        if self.language == "zh" and fact.predicate == "item_state":
            value = self.words.STATES[value]
        feeling = self.words.FEELINGS.get(fact.number, "") if fact.number is not None else ""
        return {"s": self._name(fact.subject), "o": value, "v": feeling}

    def _filler(self, scene: Scene, paragraphs: int) -> None:
        gap = "" if self.language == "zh" else " "
        for _ in range(paragraphs):
            self._paragraph(scene, gap.join(self.random.sample(self.words.FILLER, 4)))

    def _paragraph(self, scene: Scene, text: str) -> str:
        pid = f"p{scene.index}x{len(scene.paragraphs)}"
        scene.paragraphs.append((pid, self.capital(text)))
        return pid

    def _pair(self, scene: Scene) -> tuple[UUID, UUID]:
        return scene.cast[0], scene.cast[1] if len(scene.cast) > 1 else scene.cast[0]

    def _two(self, scene: Scene) -> tuple[str, str]:
        one, other = self._pair(scene)
        return self._name(one), self._name(other)

    def _called(self, one: UUID) -> str:
        """Return the name in daily use: the short one now and then."""
        short = self.novel.things[one].aliases
        return short[0] if short and self.random.random() < 0.5 else self._name(one)

    def _name(self, one: UUID) -> str:
        return self.novel.things[one].name
