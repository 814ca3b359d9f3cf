"""What code finds wrong with a stage, and the scores it can compute."""

from __future__ import annotations

from typing import Any

import pytest

from infinite_scribe.genesis.audit import audit
from infinite_scribe.genesis.rules import Stage
from infinite_scribe.genesis.scoring import distinctness, fit, is_met, scores_of, standing

NODE = {"event": "e", "place": "p", "cast": [], "tension": 1, "cause": "c", "turning": None, "chapter": 1}


def codes(stage: Stage, draft: dict[str, Any], **others: dict[str, Any]) -> set[str]:
    return {
        one.code for one in audit(stage, {**{Stage(name): one for name, one in others.items()}, stage: draft})
    }


@pytest.mark.parametrize(
    ("stage", "draft", "code"),
    [
        (Stage.SEED, {"endings": ["She leaves.", "she leaves."]}, "same-ending"),
        (Stage.SEED, {"protagonist": "Elara, a baker"}, "canary-name"),
        (Stage.THEME, {"tension": {"a": "duty", "b": "Duty"}}, "no-tension"),
        (Stage.WORLD, {"places": [{"name": "Mill", "part_of": "Town"}]}, "unknown-place"),
        (Stage.WORLD, {"places": [{"name": "A", "part_of": "B"}, {"name": "B", "part_of": "A"}]}, "place-circle"),
        (Stage.WORLD, {"places": [{"name": "Mill"}, {"name": "mill"}]}, "listed-twice"),
        (Stage.WORLD, {"places": [{"name": "Mill"}], "routes": [{"a": "Mill", "b": "Sea"}]}, "unknown-place"),
        (Stage.CHARACTERS, {"cast": [{"name": "Ada", "role": "protagonist", "want": ""}]}, "missing-want"),
        (Stage.CHARACTERS, {"cast": [{"name": "Ada", "role": "minor", "want": "w"}]}, "one-protagonist"),
        (Stage.CHARACTERS, {"cast": [{"name": "Ada", "role": "protagonist", "want": "w"}]}, "thin-protagonist"),
        (Stage.CHARACTERS, {"cast": [], "relations": [{"a": "Ada", "b": "Bo"}]}, "unknown-person"),
        (
            Stage.CHARACTERS,
            {"cast": [{"name": "Mara Vane", "role": "protagonist"}, {"name": "Maro Dunn", "role": "antagonist"}]},
            "names-alike",
        ),
        (
            Stage.CHARACTERS,
            {"cast": [{"name": "林若溪", "role": "protagonist"}, {"name": "林若水", "role": "antagonist"}]},
            "names-alike",
        ),
        (Stage.PLOT, {"arcs": [{"title": "A", "span_from": 0.5, "span_to": 0.5}]}, "arc-span"),
        (Stage.PLOT, {"arcs": [{"title": "A", "span_from": 0, "span_to": 0.8}]}, "ending-not-reached"),
        (Stage.PLOT, {"promises": [{"statement": "s", "setup": 0.5, "earliest": 0.4, "latest": 0.9}]}, "promise-window"),
        (Stage.PLOT, {"lines": [{"one_line": "same"}, {"one_line": "Same"}]}, "listed-twice"),
        (Stage.PLOT, {"nodes": [{**NODE, "tension": 9}, *[NODE] * 9]}, "early-climax"),
        (Stage.PLOT, {"lines": [{"one_line": "a"}], "nodes": [{**NODE, "chapter": 2}]}, "unknown-chapter"),
        (Stage.PLOT, {"nodes": [{**NODE, "chapter": 2}, NODE]}, "node-order"),
        (Stage.PLOT, {"nodes": [{**NODE, "turning": "climax"}, {**NODE, "turning": "inciting"}]}, "turning-order"),
        (Stage.DETAILS, {"names": {"people": ["Ada", "ada"]}}, "listed-twice"),
    ],
)  # fmt: skip
def test_each_fault_is_found_once_planted(stage: Stage, draft: dict[str, Any], code: str) -> None:
    assert code in codes(stage, draft)


def test_a_stranger_in_a_node_and_a_person_called_like_a_place_are_found() -> None:
    cast = {"cast": [{"name": "Ada"}]}
    assert "unknown-person" in codes(Stage.PLOT, {"nodes": [{**NODE, "cast": ["Bo"]}]}, characters=cast)
    assert "name-taken" in codes(Stage.CHARACTERS, cast, world={"places": [{"name": "ada"}]})


def test_the_author_may_use_any_name() -> None:
    assert audit(Stage.SEED, {Stage.SEED: {"protagonist": "Elara"}}, asked="Elara bakes") == []


def option(title: str, logline: str) -> dict[str, Any]:
    return {"title": title, "body": {"logline": logline}}


def test_distinctness_is_that_of_the_nearest_sibling() -> None:
    one, other, third = (
        option("A", "The keeper sells storms."),
        option("A", "The keeper sells storms."),
        option("Q", "Zebra."),
    )
    assert distinctness(one, [one, other, third]) == 0
    assert distinctness(third, [one, third]) > 0.9


def test_wishes_are_met_by_words_and_forbidden_words_break_them() -> None:
    assert is_met({"text": "storms in bottles", "kind": "must"}, "He bottles storms.") is True
    assert is_met({"text": "no dragons", "kind": "must"}, "A dragons' nest") is False
    assert is_met({"text": "dragons", "kind": "must_not"}, "A quiet town") is True
    assert is_met({"text": "不要魔法", "kind": "must"}, "镇上没有人会魔法") is False
    asked = [{"text": "storms", "kind": "must"}, {"text": "dragons", "kind": "must_not"}]
    assert fit(option("A", "He sells storms and dragons"), "", asked) == 0.5


def test_overused_names_come_last_whatever_else_they_have() -> None:
    good, worn = option("Salt", "A baker sells storms."), option("Salt", "Elara sells storms and storms.")
    scored = [{**one, "scores": scores_of(one, [good, worn], "storms", [])} for one in (worn, good)]
    assert [one["body"] for one in sorted(scored, key=standing)] == [good["body"], worn["body"]]
    worn_scores = {one["name"]: one["value"] for one in scored[0]["scores"]}
    assert worn_scores["canary"] == 1
