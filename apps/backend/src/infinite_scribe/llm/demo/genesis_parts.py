"""The parts of a stage without a model: rows of a language's tables, filled to fit what the stages hold."""

from collections.abc import Callable
from typing import Any

from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.genesis import StageData, Stager, book_chance, called, row

_SIDES = ("geography", "history", "culture", "rules", "society")
_LISTS = ("places", "people", "items", "skills", "organisations")
_TENSION = (2, 3, 4, 4, 6, 5, 7, 6, 8, 8, 10, 5)
_TURNS = {1: "inciting", 3: "threshold", 6: "midpoint", 8: "crisis", 10: "climax", 11: "resolution"}
_NODES = 12
_LEAST_PLACES = 5
_CATEGORIES = frozenset({"magic", "physics", "technology", "law", "custom", "religion", "economy"})


def part(stager: Stager, data: StageData, chance: Chance) -> dict[str, Any]:
    """One part of a stage, made to fit what the stages hold."""
    return _PARTS[data.stage, data.part](stager, data, chance)


def theme_body(stager: Stager, data: StageData, _: Chance) -> dict[str, Any]:
    rows = book_chance(data, "themes", data.part).shuffled(stager.table["themes"])
    statement, question, one, two = row(rows[data.number % len(rows)], 4)
    feelings = book_chance(data, "emotions", data.number).sample(stager.table["emotions"], 4)
    return {
        "statement": statement,
        "question": question,
        "emotions": feelings,
        "tension": {"a": one, "b": two},
    }


def cast_body(stager: Stager, data: StageData, chance: Chance) -> dict[str, Any]:
    made = stager.base("characters", data, chance.fork(f"cast{data.number}"))
    kept = ("name", "role", "line", "want", "need", "trade", "pronouns")
    return {"cast": [{name: one[name] for name in kept} for one in made["cast"]]}


def _seed_core(stager: Stager, data: StageData, chance: Chance) -> dict[str, Any]:
    made = stager.seed(data, chance)
    return {"title": made["title"], **made["body"]}


def _seed_full(stager: Stager, data: StageData, chance: Chance) -> dict[str, Any]:
    words, table = stager.words(data), stager.table
    draw = book_chance(data, "seed")
    premise = [draw.pick(rows) for rows in table["premise"].values()]
    path = (data.known.get("seed") or {}).get("path") or stager.seed(data, chance)["body"]["path"]
    return {
        "premise": table["joint"].join(stager.fill(one, words) for one in premise),
        "selling_point": stager.fill(draw.pick(table["selling"]), words),
        "endings": [stager.fill(one, words) for one in draw.sample(table["endings"], 2)],
        "path": path,
    }


def _theme_whole(stager: Stager, data: StageData, chance: Chance) -> dict[str, Any]:
    held = data.known.get("theme") or {}
    made = {**theme_body(stager, data, chance), **{name: one for name, one in held.items() if one}}
    words, draw = stager.words(data), book_chance(data, "theme")
    words = {**words, "one": made["tension"].get("a", ""), "two": made["tension"].get("b", "")}
    return {
        **{name: made[name] for name in ("statement", "question", "emotions", "tension")},
        "taboos": [stager.fill(one, words) for one in draw.sample(stager.table["taboos"], 2)],
        "embodied": [stager.fill(draw.pick(rows), words) for rows in stager.table["embodied"].values()],
    }


def _places(stager: Stager, data: StageData, chance: Chance) -> dict[str, Any]:
    words = stager.words(data)
    held = data.places
    drawn = held or stager.base("world", data, chance)["places"]
    if len(drawn) < _LEAST_PLACES:
        more = stager.base("world", data, chance.fork("more"))["places"]
        drawn = [*drawn, *[one for one in more if one["name"] not in {place["name"] for place in drawn}]]
    town = {"name": words["town"], "line": stager.fill(stager.table["town_line"], words), "part_of": None}
    inner = [{**place, "part_of": place.get("part_of") or words["town"]} for place in drawn[:7]]
    inner = [place for place in inner if place["name"] != words["town"]]
    return {"places": [*inner, town]}


def _rules(stager: Stager, data: StageData, chance: Chance) -> dict[str, Any]:
    words, draw = stager.words(data), book_chance(data, "rules")
    drawn = stager.base("world", data, chance)["rules"]
    held = (data.known.get("world") or {}).get("rules") or drawn
    examples = draw.sample(stager.table["rule_examples"], len(held))
    rules = []
    for at, one in enumerate(held):
        other = drawn[at % len(drawn)]
        rules.append(
            {
                "statement": one["statement"],
                "category": one["category"] if one.get("category") in _CATEGORIES else "custom",
                "hardness": one.get("hardness") or "soft",
                "cost": one.get("cost") or other["cost"],
                "limit": one.get("limit") or other["limit"],
                "example": one.get("example") or stager.fill(examples[at % len(examples)], words),
            }
        )
    return {"rules": rules[:8]}


def _sides(stager: Stager, data: StageData, _: Chance) -> dict[str, Any]:
    words = stager.words(data)
    sides: dict[str, list[dict[str, str]]] = {}
    for side in _SIDES:
        drawn = book_chance(data, side).sample(stager.table["sides"][side], 2)
        cells = [[stager.fill(cell, words) for cell in row(one, 3)] for one in drawn]
        sides[side] = [{"rule": rule, "example": example, "limit": limit} for rule, example, limit in cells]
    return {"dimensions": sides}


def _past(stager: Stager, data: StageData, _: Chance) -> dict[str, Any]:
    words, draw = stager.words(data), book_chance(data, "past")
    name, line, cost = row(draw.pick(stager.table["systems"]), 3)
    events: list[dict[str, Any]] = []
    for one in draw.sample(stager.table["events"], 4):
        title, summary, years = row(one, 3)
        events.append(
            {
                "title": stager.fill(title, words),
                "summary": stager.fill(summary, words),
                "years_ago": int(years),
            }
        )
    events.sort(key=lambda event: -int(event["years_ago"]))
    system = {
        "name": stager.fill(name, words),
        "line": stager.fill(line, words),
        "cost": stager.fill(cost, words),
    }
    return {"system": system, "events": events}


def _cast_lines(stager: Stager, data: StageData, chance: Chance) -> dict[str, Any]:
    return cast_body(stager, data, chance)


def _inner(stager: Stager, data: StageData, chance: Chance) -> dict[str, Any]:
    words = {**stager.words(data), "N": called(data.person)}
    draw, rows = book_chance(data, "inner", data.person), stager.table["inner"]
    held = next((one for one in data.cast if one.get("name") == data.person), {})
    drawn = stager.base("characters", data, chance)["cast"]
    like = next((one for one in drawn if one.get("role") == held.get("role")), drawn[0])
    before, after = row(draw.pick(rows["arcs"]), 2)
    return {
        "name": data.person,
        **{name: held.get(name) or like[name] for name in ("want", "need", "false_belief", "fear")},
        **{
            name: stager.fill(draw.pick(rows[f"{name}s"]), words)
            for name in ("wound", "obstacle", "turning_point")
        },
        "arc_from": stager.fill(before, words),
        "arc_to": stager.fill(after, words),
        "goals": [stager.fill(one, words) for one in draw.sample(rows["goals"], 2)],
    }


def _outer(stager: Stager, data: StageData, _: Chance) -> dict[str, Any]:
    words = {**stager.words(data), "N": called(data.person)}
    rows, place = (
        stager.table["outer"],
        next((at for at, one in enumerate(data.cast) if one.get("name") == data.person), 0),
    )
    held = next((one for one in data.cast if one.get("name") == data.person), {})

    def of(name: str) -> str:
        dealt = book_chance(data, name).shuffled(rows[name])
        return stager.fill(dealt[place % len(dealt)], words)

    dealt = book_chance(data, "voices").shuffled(rows["voices"])
    voice, *samples = row(dealt[place % len(dealt)], 4)
    return {
        "name": data.person,
        **{name: of(name) for name in ("appearance", "personality", "background")},
        "voice": held.get("voice") or stager.fill(voice, words),
        "samples": [stager.fill(one, words) for one in samples],
    }


def _ties(stager: Stager, data: StageData, _: Chance) -> dict[str, Any]:
    cast = data.cast[:6]
    rows = book_chance(data, "ties").shuffled(stager.table["ties"])
    pairs = [(one, other) for at, one in enumerate(cast) for other in cast[at + 1 :]]
    pairs = [pair for pair in pairs if "minor" not in {pair[0].get("role"), pair[1].get("role")}] or pairs
    held = (data.known.get("characters") or {}).get("relations") or []
    known = {frozenset((link["a"], link["b"])) for link in held}
    links = []
    for at, (one, other) in enumerate(pairs):
        label, strength = row(rows[at % len(rows)], 2)
        if frozenset((one["name"], other["name"])) not in known:
            links.append({"a": one["name"], "b": other["name"], "label": label, "strength": int(strength)})
    kept = [{**link, "strength": max(-10, min(10, int(link.get("strength") or 0)))} for link in held]
    return {"relations": [*kept, *links][:12]}


def _lines(stager: Stager, data: StageData, chance: Chance) -> dict[str, Any]:
    return {"lines": stager.base("plot", data, chance)["lines"]}


def _nodes(stager: Stager, data: StageData, _: Chance) -> dict[str, Any]:
    words = stager.words(data)
    lines = max(1, len((data.known.get("plot") or {}).get("lines") or []) or data.chapters)
    places = [str(one["name"]) for one in data.places] or [words["here"]]
    cast = [str(one["name"]) for one in data.cast]
    nodes, before = [], stager.fill(stager.table["first_cause"], words)
    for at in range(_NODES):
        event, asked = row(stager.table["nodes"][at], 2)
        people = [cast[_WHO[key]] for key in asked if key in _WHO and _WHO[key] < len(cast)] or cast[:1]
        said = stager.fill(event, {**words, "here": places[at % len(places)]})
        nodes.append(
            {
                "event": said,
                "place": places[at % len(places)],
                "cast": people or [words["P"]],
                "tension": _TENSION[at],
                "cause": before,
                "turning": _TURNS.get(at),
                "chapter": 1 + at * (lines - 1) // (_NODES - 1),
            }
        )
        before = said
    return {"nodes": nodes}


_WHO = {"P": 0, "A": 1, "B": 2, "F": 3, "K": 4}


def _frame(stager: Stager, data: StageData, _: Chance) -> dict[str, Any]:
    words, draw, table = stager.words(data), book_chance(data, "frame"), stager.table
    held = data.known.get("plot") or {}
    arcs = []
    for text in table["arcs"]:
        title, opens, closes, before, after, start, end = row(text, 7)
        arcs.append(
            {
                "title": stager.fill(title, words)[:80],
                "opens_question": stager.fill(opens, words),
                "closes_question": stager.fill(closes, words),
                "value_from": before,
                "value_to": after,
                "span_from": float(start),
                "span_to": float(end),
            }
        )
    promises = []
    for text in draw.sample(table["promises"], 4):
        kind, statement, setup, earliest, latest, weight = row(text, 6)
        promises.append(
            {
                "kind": kind,
                "statement": stager.fill(statement, words),
                "setup": float(setup),
                "earliest": float(earliest),
                "latest": float(latest),
                "weight": int(weight),
            }
        )
    endings = (data.known.get("seed") or {}).get("endings") or table["endings"]
    return {
        "template": held.get("template") or draw.pick(table["templates"]),
        "ending": held.get("ending") or stager.fill(draw.pick(endings), words),
        "arcs": arcs,
        "promises": sorted(promises, key=lambda one: float(str(one["setup"]))),
    }


def beats(stager: Stager, data: StageData, _: Chance | None = None) -> dict[str, Any]:
    words = stager.words(data)
    rows = stager.table["beats"]
    return {"beats": [stager.fill(one, words) for one in rows[data.number % len(rows)]]}


def style(data: StageData, text: str) -> dict[str, Any]:
    notes, distance, discipline, do, dont = row(text, 5)
    first = data.pov == "first"
    return {
        "person": "first" if first else "third",
        "tense": "past",
        "pov_discipline": "loose" if data.pov == "omniscient" else discipline,
        "distance": "far" if data.pov == "omniscient" else distance,
        "sentence_notes": notes,
        "diction_do": [one.strip() for one in do.split("|")],
        "diction_dont": [one.strip() for one in dont.split("|")],
    }


def _style_part(stager: Stager, data: StageData, _: Chance) -> dict[str, Any]:
    return {"style": style(data, book_chance(data, "style").pick(stager.table["styles"]))}


def _names_part(stager: Stager, data: StageData, _: Chance) -> dict[str, Any]:
    made = stager.names(data, book_chance(data, "names"))
    return {"names": {kind: made[kind] for kind in _LISTS}}


def _words_part(stager: Stager, data: StageData, _: Chance) -> dict[str, Any]:
    terms = stager.glossary(stager.words(data), book_chance(data, "words"))
    return {"glossary": terms, "exemplars": ["none"]}


_PARTS: dict[tuple[str, str], Callable[[Stager, StageData, Chance], dict[str, Any]]] = {
    ("seed", "core"): _seed_core,
    ("seed", "full"): _seed_full,
    ("theme", "whole"): _theme_whole,
    ("world", "places"): _places,
    ("world", "rules"): _rules,
    ("world", "sides"): _sides,
    ("world", "past"): _past,
    ("characters", "lines"): _cast_lines,
    ("characters", "inner"): _inner,
    ("characters", "outer"): _outer,
    ("characters", "ties"): _ties,
    ("plot", "lines"): _lines,
    ("plot", "nodes"): _nodes,
    ("plot", "frame"): _frame,
    ("plot", "beats"): beats,
    ("details", "style"): _style_part,
    ("details", "names"): _names_part,
    ("details", "words"): _words_part,
}
