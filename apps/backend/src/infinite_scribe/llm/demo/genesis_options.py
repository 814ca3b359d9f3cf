"""Options for a stage without a model: each number draws another row, another cast, another street."""

from collections.abc import Callable, Mapping
from typing import Any

from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.genesis import StageData, Stager, book_chance, row
from infinite_scribe.llm.demo.genesis_parts import beats, cast_body, style, theme_body


def option(stager: Stager, data: StageData, chance: Chance) -> dict[str, Any]:
    """One way a stage could go; the number of the option decides which."""
    if data.stage == "seed":
        return stager.seed(data, chance)
    words = stager.words(data)
    frames = book_chance(data, data.stage, data.part).shuffled(stager.table["options"][data.stage])
    title, gains, costs = row(frames[data.number % len(frames)], 3)
    body = _BODIES[data.stage](stager, data, chance)
    said = {**words, **_own_words(data.stage, body)}
    return {
        "title": stager.fill(title, said)[:80],
        "body": body,
        "gains": stager.fill(gains, said),
        "costs": stager.fill(costs, said),
        "scores": [],
    }


def _own_words(stage: str, body: Mapping[str, Any]) -> dict[str, str]:
    """What a title may say of its option."""
    if stage == "world":
        return {"here": str(body["places"][-1]["name"])}
    if stage == "characters":
        return {"A": str(body["cast"][1]["name"])}
    return {}


def _world_body(stager: Stager, data: StageData, chance: Chance) -> dict[str, Any]:
    made = stager.base("world", data, chance.fork(f"world{data.number}"))
    return {"places": made["places"][:5], "rules": made["rules"][:4]}


def _plot_body(stager: Stager, data: StageData, chance: Chance) -> dict[str, Any]:
    draw = chance.fork(f"plot{data.number}")
    made = stager.base("plot", data, draw)
    templates = stager.table["templates"]
    words = stager.words(data)
    return {
        "template": templates[data.number % len(templates)],
        "ending": stager.fill(draw.pick(stager.table["endings"]), words),
        "lines": made["lines"],
        "beats": beats(stager, data)["beats"],
    }


def _details_body(stager: Stager, data: StageData, chance: Chance) -> dict[str, Any]:
    styles = stager.table["styles"]
    return {
        "style": style(data, styles[data.number % len(styles)]),
        "glossary": stager.glossary(stager.words(data), chance)[:6],
    }


_BODIES: dict[str, Callable[[Stager, StageData, Chance], dict[str, Any]]] = {
    "theme": theme_body,
    "world": _world_body,
    "characters": cast_body,
    "plot": _plot_body,
    "details": _details_body,
}
