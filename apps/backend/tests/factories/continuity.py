"""Scenes to check, in English and in Chinese, with a small canon."""

from __future__ import annotations

from uuid import UUID

from infinite_scribe.canon.rules import FactValue
from infinite_scribe.continuity.findings import FoundClash
from infinite_scribe.continuity.passages import Paragraph
from infinite_scribe.continuity.rules import check
from infinite_scribe.continuity.scene import Held, Known, Name, SceneToCheck

HERO, OTHER, ELSE, TWIN = (UUID(int=number) for number in (1, 2, 3, 4))
_SCENE = UUID(int=99)

_NAMES = {
    "en": {
        HERO: ("Ines Carrow", "Ines", "Carrow"),
        OTHER: ("Tomas Hale", "Tomas", "Hale"),
        ELSE: ("Marek Dunn", "Marek"),
    },
    "zh": {HERO: ("林若溪", "若溪"), OTHER: ("陈望",), ELSE: ("周文山",)},
}
_LOOKS = {
    "en": {"eye_colour": "green", "hair_colour": "blond", "handedness": "right"},
    "zh": {"eye_colour": "绿", "hair_colour": "黑色", "handedness": "right"},
}


def _known(number: UUID, names: tuple[str, ...], *, ambiguous: bool = False) -> Known:
    return Known(number, "character", names[0], tuple(Name(one, ambiguous=ambiguous) for one in names), 4)


def _fact(number: int, subject: UUID, predicate: str, value: FactValue, text: str, **qualifier: str) -> Held:
    return Held(UUID(int=1000 + number), subject, predicate, value, text, qualifier)


def _facts(language: str, life: str, *, disguised: bool) -> list[Held]:
    facts = [
        _fact(number, HERO, predicate, FactValue(text=value), f"canon of {predicate}")
        for number, (predicate, value) in enumerate(_LOOKS[language].items())
    ]
    facts.append(_fact(10, HERO, "height_cm", FactValue(number=180), "canon of height_cm"))
    part = "脸颊" if language == "zh" else "cheek"
    facts.append(_fact(11, HERO, "mark", FactValue(text="scar"), "canon of mark", side="left", part=part))
    facts.append(_fact(12, ELSE, "life_state", FactValue(text=life), "Marek drowned in the flood"))
    if disguised:
        facts.append(_fact(13, HERO, "disguised_as", FactValue(text="a sailor"), "disguised"))
    return facts


def scene(
    language: str,
    *texts: str,
    mode: str = "linear",
    life: str = "dead",
    policy: str = "close_third",
    discipline: str = "strict",
    person: str = "third",
    pov: UUID | None = HERO,
    disguised: bool = False,
    namesake: bool = False,
    marked: bool = True,
) -> SceneToCheck:
    """Return a scene of one paragraph per text; `***` is a break."""
    paragraphs = [
        Paragraph(f"p{number}", "" if text == "***" else text, is_break=text == "***")
        for number, text in enumerate(texts)
    ]
    shared = namesake and marked
    entities = [
        _known(one, names, ambiguous=shared and one == ELSE) for one, names in _NAMES[language].items()
    ]
    if namesake:
        entities.append(_known(TWIN, ("Marek",), ambiguous=marked))
    return SceneToCheck(
        scene_id=_SCENE,
        language=language,
        paragraphs=paragraphs,
        entities=entities,
        facts=_facts(language, life, disguised=disguised),
        mode=mode,
        pov_id=pov,
        pov_policy=policy,
        pov_discipline=discipline,
        person=person,
        tick=0,
    )


def english(*texts: str, **options: object) -> SceneToCheck:
    """Return an English scene."""
    return scene("en", *texts, **options)  # type: ignore[arg-type]


def chinese(*texts: str, **options: object) -> SceneToCheck:
    """Return a Chinese scene."""
    return scene("zh", *texts, **options)  # type: ignore[arg-type]


def findings(checked: SceneToCheck, rule: str) -> list[FoundClash]:
    """Return what one rule finds."""
    return [one for one in check(checked).found if one.rule == rule]
