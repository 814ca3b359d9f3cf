from __future__ import annotations

from importlib import resources

import pytest

from infinite_scribe.agents.director.answers import BeatsAnswer, CardsAnswer, check_beats, check_cards
from infinite_scribe.agents.editor.answers import BeatVerdict, RealiseAnswer
from infinite_scribe.agents.editor.checking import check_verdicts, proven
from infinite_scribe.agents.librarian.summaries import extract, is_faithful
from infinite_scribe.agents.runtime.prompts import PromptFileError, load_prompt, parse_prompt
from infinite_scribe.agents.runtime.prose import clean, loops, repeats_tail, without_marks, wrong_language
from infinite_scribe.agents.worldsmith import gates
from infinite_scribe.agents.worldsmith.answers import CharactersAnswer, OptionsAnswer, PlotAnswer, WorldAnswer
from infinite_scribe.agents.worldsmith.options import rank
from infinite_scribe.agents.worldsmith.seed_paths import draw_paths
from infinite_scribe.genesis.scoring import keywords, overused

AGENTS = ("worldsmith", "director", "writer", "editor", "librarian")


def option(title: str, logline: str) -> dict[str, object]:
    return {
        "title": title,
        "body": {
            "logline": logline,
            "genres": ["drama"],
            "protagonist": "Ada, a diver",
            "hook": "The bell rings.",
        },
        "gains": "a sea",
        "costs": "a year",
    }


def card(**changes: object) -> dict[str, object]:
    whole = {
        "title": "T", "summary": "S", "goal": "G", "conflict": "C", "outcome": "no", "turn": "U", "pov": "C1",
        "place": "P1", "cast": ["C1", "C2"],
    }  # fmt: skip
    return {**whole, **changes}


@pytest.mark.parametrize("agent", AGENTS)
def test_every_prompt_is_there_in_both_languages_with_the_same_variables(agent: str) -> None:
    folder = resources.files(f"infinite_scribe.agents.{agent}") / "prompts"
    names = sorted({file.name.split(".")[0] for file in folder.iterdir() if file.name.endswith(".md")})
    assert names
    for name in names:
        english, chinese = load_prompt(agent, name, "en"), load_prompt(agent, name, "zh")
        assert english.variables == chinese.variables
        assert english.version != chinese.version
        filled = english.messages(dict.fromkeys(english.variables, "VALUE"))
        assert [message.role for message in filled] == ["system", "user"]
        assert "{{" not in "".join(message.text for message in filled)


@pytest.mark.parametrize(
    "text",
    [
        "no head",
        "---\nvariables: a\n---\n\n# System\nx\n\n# Task\n{{b}}\n",
        "---\nvariables: a, b\n---\n\n# System\nx\n\n# Task\n{{a}}\n",
    ],
)
def test_a_prompt_must_declare_what_it_uses(text: str) -> None:
    with pytest.raises(PromptFileError):
        parse_prompt("p", text)
    good = parse_prompt("p", "---\nvariables: a\n---\n\n# System\nx\n\n# Task\n{{a}}\n")
    with pytest.raises(PromptFileError):
        good.messages({"b": 1})


def test_prose_is_freed_of_chatter_and_keeps_its_marks() -> None:
    found = clean("Here is the scene:\n\n```\n## Scene 1\n[[B1]]\nShe left. [[B2]] He stayed.\n```")
    assert found.text == "[[B1]]\n\nShe left.\n\n[[B2]]\n\nHe stayed."
    assert found.stripped == 4
    assert without_marks(found.text) == "She left.\n\nHe stayed."


def test_a_length_stop_ends_at_a_sentence() -> None:
    assert clean("One. Two! “Three?” Fou", stopped_by_length=True).text == "One. Two! “Three?”"
    assert clean("他走了。她留下", stopped_by_length=True).text == "他走了。"


def test_repeated_instructions_are_a_leak() -> None:
    order = "Write the whole scene in about nine hundred words and hold the person and tense of it"
    assert clean(f"{order}\n\nShe left.", prompt=f"x {order} y").text == "She left."


def test_loops_and_foreign_language_are_noticed() -> None:
    line = "she counted the jars on the shelf and counted them all over again "
    assert loops(line * 3)
    assert not loops(line * 2)
    assert wrong_language(
        "这是一段中文，写得不短，足够看出它不是英文，更不是别的什么语言，只能是中文。再多写一句，免得太短，看不出来。",
        "en",
    )
    assert not wrong_language("She left the house and did not look back at the sea behind it.", "en")
    assert repeats_tail(
        "The lamp was still burning when she came down again.",
        "and the lamp was still burning when she came down",
    )
    assert not repeats_tail("The lamp was out.", "the lamp was burning")


def test_options_are_ranked_by_code() -> None:
    answer = OptionsAnswer.model_validate(
        {
            "options": [
                option("Salt", "A baker fights the sea."),
                option("Tide", "A diver sells pearls."),
                option("Aria", "Lyra saves Eldoria."),
            ]
        }
    )
    ranked = rank(answer, "a diver who sells pearls", draw_paths("en", 3, 1))
    assert [one["title"] for one in ranked] == ["Tide", "Salt", "Aria"]
    assert {score["basis"] for one in ranked for score in one["scores"]} == {"code"}


def test_a_librarian_is_no_aria() -> None:
    assert overused("the librarian and her variations") == []
    assert overused("Aria and Kael") == ["aria", "kael"]


def test_paths_differ_in_every_part_and_follow_the_seed() -> None:
    for language in ("en", "zh"):
        paths = draw_paths(language, 4, 9)
        assert paths == draw_paths(language, 4, 9) != draw_paths(language, 4, 10)
        for part in paths[0]:
            assert len({path[part] for path in paths}) == 4


def test_keywords_come_from_both_scripts() -> None:
    assert "lighthouse" in keywords("a lighthouse keeper")
    assert "灯塔" in keywords("灯塔看守")


def test_faults_of_stages_are_named() -> None:
    places = [
        {"name": name, "line": "x", "part_of": part} for name, part in (("A", None), ("A", None), ("B", "Z"))
    ]
    rules = [{"statement": "s"}] * 3
    assert len(gates.check_world(WorldAnswer.model_validate({"places": places, "rules": rules}))) == 2
    cast = [{"name": name, "line": "x", "want": "y"} for name in ("Ann", "Ann", "Bo", "Cy")]
    found = gates.check_cast(
        CharactersAnswer.model_validate(
            {"cast": cast, "relations": [{"a": "Ann", "b": "Nobody", "label": "x"}]}
        )
    )
    assert len(found) == 3
    lines = [{"title": "t", "one_line": "same"}] * 3
    assert len(gates.check_plot(PlotAnswer.model_validate({"lines": lines}), 4)) == 2


def test_cards_and_beats_know_their_people() -> None:
    good = CardsAnswer.model_validate({"cards": [card(opening_type="habit")]})
    assert good.cards[0].opening_type is None
    assert check_cards(good, {"C1", "C2"}, {"P1"}, 1) == []
    bad = CardsAnswer.model_validate({"cards": [card(pov="C9", place="P9")]})
    assert len(check_cards(bad, {"C1", "C2"}, {"P1"}, 2)) == 4
    beats = BeatsAnswer.model_validate(
        {"beats": [{"text": "x", "actor": "C1"}, {"text": "y", "actor": "C7"}, {"text": "z"}]}
    )
    assert check_beats(beats, {"C1"}) == ["C7 does not take part; the cast is C1"]


def test_a_verdict_needs_words_of_the_text() -> None:
    paragraphs = [{"pid": "p1", "text": "She said: “The lid is sweating.”"}]
    verdicts = [
        BeatVerdict(beat="B1", verdict="met", quote='"The lid is  sweating."'),
        BeatVerdict(beat="B2", verdict="met", quote="words that nobody wrote"),
        BeatVerdict(beat="B3", verdict="missing"),
    ]
    found, dropped = proven(verdicts, paragraphs)
    assert [(one["verdict"], one["pid"]) for one in found] == [
        ("met", "p1"),
        ("unverified", None),
        ("missing", None),
    ]
    assert dropped == 1
    assert check_verdicts(RealiseAnswer(verdicts=verdicts), ["B1", "B2", "B4"]) == [
        "B3 is no beat of this scene",
        "B4 has no verdict",
    ]


def test_summaries_add_no_name_and_no_number() -> None:
    source = ["Ann sold 4 jars to Bo.", "It rained.", "Bo left."]
    assert is_faithful("Ann sold 4 jars.", source, ["Ann", "Bo", "Cy"])
    assert not is_faithful("Cy sold 4 jars.", source, ["Ann", "Bo", "Cy"])
    assert not is_faithful("Ann sold 5 jars.", source, ["Ann", "Bo", "Cy"])
    assert extract(source, ["Ann", "Bo"], 11) == ["Ann sold 4 jars to Bo.", "Bo left."]
