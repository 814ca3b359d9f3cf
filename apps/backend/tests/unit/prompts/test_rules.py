"""Wordings: their variables, their versions, and where values stand."""

from __future__ import annotations

import pytest

from infinite_scribe.core.ids import new_id
from infinite_scribe.model_client.filling import FilledMessage, places_of
from infinite_scribe.model_client.schemas import CallRequest
from infinite_scribe.prompts.catalogue import LANGUAGES, shipped_prompt, shipped_prompts
from infinite_scribe.prompts.errors import PromptNotFoundError, PromptVariablesError
from infinite_scribe.prompts.rules import misfit, parse_prompt, tidy, unwrapped, version_of
from infinite_scribe.prompts.service import check_wording


def test_every_shipped_prompt_is_there_in_both_languages_and_passes_its_own_check() -> None:
    names = shipped_prompts()
    assert {name.rpartition(".")[0] for name in names} >= {"writer.draft_scene", "director.beats"}
    for name, prompt in names.items():
        other = "zh" if name.endswith(".en") else "en"
        assert f"{name.rpartition('.')[0]}.{other}" in names
        assert name.rpartition(".")[2] in LANGUAGES
        check_wording(prompt, prompt.system, prompt.task)
    with pytest.raises(PromptNotFoundError):
        shipped_prompt("writer.nothing.en")


@pytest.mark.parametrize(
    ("task", "unknown", "missing"),
    [
        ("{{briefing}} {{word_budget}}", [], []),
        ("{{briefing}}", [], ["word_budget"]),
        ("{{briefing}} {{ word_budget }} {{words}}", ["words"], []),
        ("{{briefing} {{word_budget}}", [], ["briefing"]),
        ("{{简报}} {{word_budget}}", ["简报"], ["briefing"]),
        ("{{}} {{briefing}} {{word_budget}}", [""], []),
    ],
)
def test_a_wording_holds_the_variables_of_the_shipped_one(
    task: str, unknown: list[str], missing: list[str]
) -> None:
    prompt = shipped_prompt("writer.draft_scene.en")
    found = misfit(prompt.variables, "Be brief.", task)
    assert (list(found.unknown), list(found.missing)) == (unknown, missing)
    if unknown or missing:
        with pytest.raises(PromptVariablesError) as refused:
            check_wording(prompt, "Be brief.", task)
        assert refused.value.params == {"unknown": unknown, "missing": missing}
    else:
        check_wording(prompt, "Be brief.", task)


def test_a_wording_is_tidied_and_its_version_changes_with_every_letter() -> None:
    assert tidy("  a\r\n{{ briefing }}\r ") == "a\n{{briefing}}"
    assert version_of("a", "b") != version_of("ab", "")
    assert version_of("a", "b") != version_of("a", "b.")


def test_a_message_remembers_where_its_values_stand_and_travels_as_a_plain_one() -> None:
    made = FilledMessage.filled("user", "  {{a}} and {{b}}, {{a}}; {{c}} ", {"a": "{{b}}", "b": "二"})
    assert made.text == "{{b}} and 二, {{b}}; {{c}}"
    assert [(one.variable, made.text[one.start : one.end]) for one in made.places] == [
        ("a", "{{b}}"),
        ("b", "二"),
        ("a", "{{b}}"),
    ]
    longer = made.model_copy(update={"text": f"{made.text} More."})
    wire = CallRequest(
        light_key="k", path="p", task="t", agent="a", role="writer", messages=[longer], max_tokens=5,
        user_id=new_id(),
    )  # fmt: skip
    assert len(places_of(wire.messages)) == 3
    assert wire.model_dump()["messages"] == [{"role": "user", "text": longer.text}]


def test_line_ends_that_only_keep_a_file_narrow_are_no_part_of_a_prompt() -> None:
    long = "word " * 19 + "end"
    assert unwrapped(f"{long}\nand on.\n\nNew.") == f"{long} and on.\n\nNew."
    assert unwrapped(f"{long}\n- one\n- two") == f"{long}\n- one\n- two"
    assert unwrapped("Short.\nShort too.") == "Short.\nShort too."
    wide = "字" * 50 + "，"
    assert unwrapped(f"{wide}\n接着写。") == f"{wide}接着写。"
    for prompt in shipped_prompts().values():
        assert "\n\n\n" not in prompt.task


def test_a_shipped_version_names_the_words_that_are_sent() -> None:
    long = "word " * 19 + "end"
    head = "---\nvariables: briefing\n---\n\n# System\n"
    narrow = parse_prompt("a", f"{head}{long}\nand on.\n\n# Task\n{{{{briefing}}}}\n")
    wide = parse_prompt("a", f"{head}{long} and on.\n\n# Task\n{{{{briefing}}}}\n")
    other = parse_prompt("a", f"{head}{long} and so on.\n\n# Task\n{{{{briefing}}}}\n")
    assert (narrow.system, narrow.version) == (wide.system, wide.version)
    assert other.version != wide.version
    for prompt in shipped_prompts().values():
        assert prompt.version == version_of(prompt.system, prompt.task)
