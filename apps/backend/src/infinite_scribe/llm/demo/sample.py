"""Developer command: the whole chain from an idea to a chapter, printed as Markdown.

python -m infinite_scribe.llm.demo.sample --language en --idea "…" --seed 7 --chapter 1
"""

import argparse
import re
import sys
from typing import Any

from infinite_scribe.llm.demo.storyteller import answer


def book(idea: str, seed: int, language: str, chapters: int = 12, pov: str = "close_third") -> dict[str, Any]:
    """Concept, theme, world, cast and chapter lines, as the stages would be picked by default."""
    common = {"language": language, "seed": seed}
    option = (
        answer(
            "worldsmith.options", {**common, "stage": "seed", "idea": idea, "count": 3}, None, seed, language
        ).output
        or {}
    )
    concept = {"title": option["options"][0]["title"], **option["options"][0]["body"]}
    stages: dict[str, Any] = {"concept": concept}
    for stage in ("theme", "world", "characters", "plot"):
        data = {
            **common,
            "stage": stage,
            "idea": idea,
            "concept": concept,
            "chapters": chapters,
            "pov": pov,
            "cast": stages.get("characters", {}).get("cast", []),
            "places": stages.get("world", {}).get("places", []),
        }
        stages[stage] = answer("worldsmith.complete", data, None, seed, language).output or {}
    stages["cast"] = [
        {**member, "handle": f"C{number}"} for number, member in enumerate(stages["characters"]["cast"], 1)
    ]
    stages["places"] = [
        {**place, "handle": f"P{number}"} for number, place in enumerate(stages["world"]["places"], 1)
    ]
    return stages


def chapter(
    made: dict[str, Any],
    number: int,
    seed: int,
    language: str,
    *,
    words: int = 1400,
    style: dict[str, Any] | None = None,
    used: dict[str, Any] | None = None,
    tail: str = "",
) -> dict[str, Any]:
    """Card, beats and draft of one chapter of a book made by `book`."""
    line = made["plot"]["lines"][number - 1]
    head = {"number": number, "title": line["title"], "one_line": line["one_line"]}
    before = [_card(made, earlier, seed, language, words) for earlier in range(1, number)]
    common = {
        "language": language,
        "seed": seed,
        "novel": _novel(made["concept"], language),
        "places": made["places"],
        "cast": made["cast"],
        "word_budget": words,
    }
    card = (
        answer("director.cards", {**common, "chapter": head, "scenes": 1}, None, seed, language).output or {}
    )["cards"][0]
    beats = (
        answer("director.beats", {**common, "card": card, "count": 6}, None, seed, language).output or {}
    )["beats"]
    beats = [{**beat, "handle": f"B{index}"} for index, beat in enumerate(beats, 1)]
    briefing = {
        **common,
        "style": style or {"person": "third", "tense": "past"},
        "chapter": head,
        "beats": beats,
        "story_so_far": [item["summary"] for item in before],
        "knowledge": [{"text": item["turn"]} for item in before],
        "previous_tail": tail,
        "used": used or {},
        **_scene(made, number, card, words),
    }
    told = answer("writer.draft_scene", briefing, None, seed, language)
    return {
        "head": head,
        "card": card,
        "beats": beats,
        "text": told.text or "",
        "used": told.used,
        "briefing": briefing,
    }


def _novel(concept: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "title": concept["title"],
        "logline": concept["logline"],
        "genres": concept["genres"],
        "language": language,
    }


def _scene(made: dict[str, Any], number: int, card: dict[str, Any], words: int) -> dict[str, Any]:
    """What a briefing says of the scene itself: its card and who and what is there."""
    cast = [
        {**member, "is_pov": member["handle"] == card["pov"], "on_stage": member["handle"] in card["cast"]}
        for member in made["cast"]
    ]
    places = [{**place, "is_here": place["handle"] == card["place"]} for place in made["places"]]
    return {
        "scene": {
            "handle": f"S{number}",
            "index_in_chapter": 1,
            "word_budget": words,
            "opening_type": card["opening_type"],
            "closing_type": card["closing_type"],
        },
        "card": card,
        "cast": cast,
        "places": places,
        "rules": [{"handle": f"R{index}", **rule} for index, rule in enumerate(made["world"]["rules"], 1)],
        "facts": [],
        "avoid": [],
    }


def _card(made: dict[str, Any], number: int, seed: int, language: str, words: int) -> dict[str, Any]:
    """The card of an earlier chapter, which later ones remember."""
    line, concept = made["plot"]["lines"][number - 1], made["concept"]
    head = {"number": number, "title": line["title"], "one_line": line["one_line"]}
    novel = {
        "title": concept["title"],
        "logline": concept["logline"],
        "genres": concept["genres"],
        "language": language,
    }
    data = {
        "novel": novel,
        "places": made["places"],
        "cast": made["cast"],
        "word_budget": words,
        "chapter": head,
        "scenes": 1,
    }
    card: dict[str, Any] = (
        answer("director.cards", {**data, "language": language, "seed": seed}, None, seed, language).output
        or {}
    )["cards"][0]
    return card


def markdown(made: dict[str, Any], part: dict[str, Any], idea: str, seed: int) -> str:
    """The chapter with its plan, readable as a page."""
    concept, card = made["concept"], part["card"]
    prose = re.sub(r"\[\[\w+\]\]\n\n", "", part["text"])
    rows = [
        f"# {concept['title']}",
        f"*Idea:* {idea} · *seed* {seed} · *told by the built-in storyteller, without a language model*",
        concept["logline"],
        f"## {part['head']['number']}. {part['head']['title']}",
        prose,
        "---",
        "### How it was planned",
        f"- Goal: {card['goal']}",
        f"- Conflict: {card['conflict']}",
        f"- Turn: {card['turn']}",
        *[f"- {beat['handle']} ({beat['kind']}): {beat['text']}" for beat in part["beats"]],
    ]
    return re.sub(r"\n\n- ", "\n- ", "\n\n".join(rows)) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Print a chapter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", default="en")
    parser.add_argument("--idea", default="A lighthouse keeper who sells storms")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--chapter", type=int, default=1)
    parser.add_argument("--words", type=int, default=0)
    parser.add_argument("--person", default="third", choices=("first", "third"))
    parser.add_argument("--tense", default="past", choices=("past", "present"))
    chosen = parser.parse_args(arguments)
    words = chosen.words or (2200 if chosen.language.startswith("zh") else 1400)
    made = book(chosen.idea, chosen.seed, chosen.language)
    part = chapter(
        made,
        chosen.chapter,
        chosen.seed,
        chosen.language,
        words=words,
        style={"person": chosen.person, "tense": chosen.tense},
    )
    sys.stdout.write(markdown(made, part, chosen.idea, chosen.seed))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
