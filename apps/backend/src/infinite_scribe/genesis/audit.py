"""What code finds wrong with a stage before it is locked. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infinite_scribe.genesis.rules import Stage, lacking_sheet
from infinite_scribe.genesis.scoring import overused, words_of

_IMPORTANT = frozenset(
    {"protagonist", "antagonist", "deuteragonist", "love_interest", "mentor", "ally", "foil"}
)
_LATEST_CLIMAX = 0.7
_ORDER = ("inciting", "threshold", "midpoint", "crisis", "climax", "resolution")


@dataclass(frozen=True)
class Issue:
    """One thing that is wrong, by code, with where it stands (a path or a name) and a sentence in English."""

    code: str
    where: str
    text: str


def audit(stage: Stage, drafts: Mapping[str, Mapping[str, Any]], *, asked: str = "") -> list[Issue]:
    """Return what stands against locking a stage. `asked` are the author's own words, which may name anything."""
    draft = drafts.get(stage, {})
    found = list(_CHECKS[stage](draft, drafts))
    found += [
        Issue("canary-name", name, f"“{name}” is a name that machines choose too often.")
        for name in overused(words_of(draft), asked)
    ]
    return found


def _seed(draft: Mapping[str, Any], _: Mapping[str, Any]) -> list[Issue]:
    endings = [str(one).strip().casefold() for one in draft.get("endings") or []]
    if len(set(endings)) < len(endings):
        return [Issue("same-ending", "endings", "Two endings say the same.")]
    return []


def _theme(draft: Mapping[str, Any], _: Mapping[str, Any]) -> list[Issue]:
    tension = draft.get("tension") or {}
    a, b = str(tension.get("a", "")).strip().casefold(), str(tension.get("b", "")).strip().casefold()
    return [Issue("no-tension", "tension", "Both poles of the tension are the same.")] if a and a == b else []


def _world(draft: Mapping[str, Any], _: Mapping[str, Any]) -> list[Issue]:
    places = draft.get("places") or []
    names = [str(place.get("name", "")) for place in places]
    found = _doubles("places", names)
    parents = {str(place.get("name")): place.get("part_of") for place in places}
    found += [
        Issue(
            "unknown-place",
            f"places.{at}.part_of",
            f"{place.get('name')} lies in {place['part_of']}, which is not there.",
        )
        for at, place in enumerate(places)
        if place.get("part_of") and place["part_of"] not in parents
    ]
    found += [
        Issue("place-circle", name, f"{name} lies within itself.")
        for name in names
        if _is_circle(name, parents)
    ]
    found += _doubles("rules", [str(rule.get("statement", "")) for rule in draft.get("rules") or []])
    known = set(names)
    found += [
        Issue("unknown-place", f"routes.{at}", f"A way leads to {end}, which is not there.")
        for at, way in enumerate(draft.get("routes") or [])
        for end in (way.get("a"), way.get("b"))
        if end not in known
    ]
    return found


def _is_circle(name: str, parents: Mapping[str, Any]) -> bool:
    inner: Any = parents.get(name)
    for _ in range(len(parents)):
        if inner == name:
            return True
        inner = parents.get(inner)
    return False


def _characters(draft: Mapping[str, Any], drafts: Mapping[str, Any]) -> list[Issue]:
    cast = draft.get("cast") or []
    names = [str(member.get("name", "")) for member in cast]
    found = _doubles("cast", names)
    found += [
        Issue("missing-want", f"cast.{at}.want", f"{member.get('name')} wants nothing.")
        for at, member in enumerate(cast)
        if not str(member.get("want", "")).strip()
    ]
    if sum(1 for member in cast if member.get("role") == "protagonist") != 1:
        found.append(Issue("one-protagonist", "cast", "Exactly one person is the protagonist."))
    found += [
        Issue("thin-protagonist", f"cast.{at}", f"{member.get('name')} lacks {', '.join(lacking)}.")
        for at, member in enumerate(cast)
        if member.get("role") == "protagonist" and (lacking := lacking_sheet(member))
    ]
    known = set(names)
    found += [
        Issue("unknown-person", f"relations.{at}", f"{who} is tied to somebody and is not in the cast.")
        for at, link in enumerate(draft.get("relations") or [])
        for who in (link.get("a"), link.get("b"))
        if who not in known
    ]
    important = [str(one.get("name")) for one in cast if one.get("role") in _IMPORTANT]
    found += _alike(important)
    places = {
        str(one.get("name", "")).casefold() for one in (drafts.get(Stage.WORLD) or {}).get("places") or []
    }
    found += [
        Issue("name-taken", name, f"{name} is a place too.") for name in names if name.casefold() in places
    ]
    return found


def _alike(names: Sequence[str]) -> list[Issue]:
    """Names of people who matter must not be taken for one another."""
    return [
        Issue("names-alike", f"{one} / {other}", f"{one} and {other} are easily confused.")
        for at, one in enumerate(names)
        for other in names[at + 1 :]
        if _is_near(_plain(one), _plain(other))
    ]


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKD", name).casefold().replace("·", " ").strip()


def _is_near(one: str, other: str) -> bool:
    """Whether given names differ by one letter at most, or Chinese names begin with the same two characters."""
    if not one.isascii():
        return one == other or (len(one) > 2 and len(other) > 2 and one[:2] == other[:2])
    first, second = one.split(" ", maxsplit=1)[0], other.split(" ", maxsplit=1)[0]
    if abs(len(first) - len(second)) > 1:
        return False
    if len(first) == len(second):
        return sum(1 for a, b in zip(first, second, strict=True) if a != b) <= 1
    longer, shorter = (first, second) if len(first) > len(second) else (second, first)
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def _plot(draft: Mapping[str, Any], drafts: Mapping[str, Any]) -> list[Issue]:
    lines = [str(line.get("one_line", "")) for line in draft.get("lines") or []]
    found = _doubles("lines", lines)
    arcs = draft.get("arcs") or []
    found += [
        Issue("arc-span", f"arcs.{at}", f"{arc.get('title')} ends before it begins.")
        for at, arc in enumerate(arcs)
        if float(arc.get("span_from", 0)) >= float(arc.get("span_to", 1))
    ]
    if arcs and max(float(arc.get("span_to", 1)) for arc in arcs) < 1:
        found.append(Issue("ending-not-reached", "arcs", "No arc reaches the end of the book."))
    for at, promise in enumerate(draft.get("promises") or []):
        setup, earliest, latest = (float(promise.get(name, 0)) for name in ("setup", "earliest", "latest"))
        if not setup <= earliest < latest:
            found.append(
                Issue(
                    "promise-window",
                    f"promises.{at}",
                    "It is planted, may come, and must have come: in that order.",
                )
            )
    found += _nodes(draft, lines)
    cast = {str(one.get("name")) for one in (drafts.get(Stage.CHARACTERS) or {}).get("cast") or []}
    found += [
        Issue("unknown-person", f"nodes.{at}.cast", f"{who} is not in the cast.")
        for at, node in enumerate(draft.get("nodes") or [])
        for who in node.get("cast") or []
        if cast and who not in cast
    ]
    return found


def _nodes(draft: Mapping[str, Any], lines: Sequence[str]) -> list[Issue]:
    nodes = draft.get("nodes") or []
    found = []
    turns = [(_ORDER.index(node["turning"]), at) for at, node in enumerate(nodes) if node.get("turning")]
    if [at for _, at in sorted(turns)] != [at for _, at in turns]:
        found.append(Issue("turning-order", "nodes", "The turning points are not in their order."))
    chapters = [node["chapter"] for node in nodes if node.get("chapter")]
    if chapters != sorted(chapters):
        found.append(Issue("node-order", "nodes", "The nodes are not in the order of their chapters."))
    found += [
        Issue("unknown-chapter", f"nodes.{at}.chapter", f"There is no chapter {node['chapter']}.")
        for at, node in enumerate(nodes)
        if node.get("chapter") and node["chapter"] > len(lines)
    ]
    highest = max((int(node.get("tension", 0)) for node in nodes), default=0)
    late = nodes[int(len(nodes) * _LATEST_CLIMAX) :]
    if nodes and max((int(node.get("tension", 0)) for node in late), default=0) < highest:
        found.append(Issue("early-climax", "nodes", "The highest tension comes before the last third."))
    return found


def _details(draft: Mapping[str, Any], _: Mapping[str, Any]) -> list[Issue]:
    found = _doubles("glossary", [str(term.get("term", "")) for term in draft.get("glossary") or []])
    for kind, names in (draft.get("names") or {}).items():
        found += _doubles(f"names.{kind}", [str(name) for name in names])
    return found


def _doubles(where: str, names: Sequence[str]) -> list[Issue]:
    plain = [name.strip().casefold() for name in names]
    return [
        Issue("listed-twice", f"{where}.{at}", f"“{names[at]}” is listed twice.")
        for at, name in enumerate(plain)
        if name and name in plain[:at]
    ]


_CHECKS: dict[Stage, Any] = {
    Stage.SEED: _seed,
    Stage.THEME: _theme,
    Stage.WORLD: _world,
    Stage.CHARACTERS: _characters,
    Stage.PLOT: _plot,
    Stage.DETAILS: _details,
}
