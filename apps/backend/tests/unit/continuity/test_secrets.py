"""What a draft may not tell: found where it is told, and left alone where it is only near."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from factories.continuity import ELSE, HERO, OTHER, chinese, english
from infinite_scribe.canon.rules import FactValue
from infinite_scribe.continuity.reconciling import Wanted
from infinite_scribe.continuity.scene import SceneToCheck
from infinite_scribe.continuity.secrets import KNOW, REVEAL, Secret, told_secrets

NAME = {
    "en": Secret("f1", "Tomas’s real name", Wanted(OTHER, "real_name", FactValue(text="Anselm Voss"))),
    "zh": Secret("f1", "陈望的真名", Wanted(OTHER, "real_name", FactValue(text="沈砚秋"))),
}
LOVER = {
    "en": Secret("f2", "lovers", Wanted(OTHER, "lover_of", FactValue(object_id=ELSE)), is_grave=True),
    "zh": Secret("f2", "恋人", Wanted(OTHER, "lover_of", FactValue(object_id=ELSE)), is_grave=True),
}
KEPT = {
    "en": Secret("card", "Tomas sank the ferry in the storm", is_kept=True),
    "zh": Secret("card", "陈望在风暴里凿沉了渡船", is_kept=True),
}
BROTHER = Secret("card", "Anselm is Mara's brother", is_kept=True)
KILLED = Secret("card", "Mara killed her brother", is_kept=True)
KING = Secret("card", "Anselm's father is the king", is_kept=True)
STOLE = {
    "en": Secret("card", "Mara stole the letter", is_kept=True),
    "zh": Secret("card", "陈望偷走了信", is_kept=True),
}
SCENES = {"en": english, "zh": chinese}


def told(language: str, secret: Secret, *texts: str, **options: object) -> list[tuple[str, str, str]]:
    scene: SceneToCheck = SCENES[language](*texts, **options)
    found = told_secrets(scene, [secret]).found
    assert all(one.blocks for one in found)
    return [(one.rule, one.severity.value, str(one.claim["quote"])) for one in found]


TELLS: Sequence[tuple[str, Secret, str, str, str]] = [
    ("en", NAME["en"], "Rain fell. Tomas had been christened Anselm Voss.", KNOW, "major"),
    ("en", NAME["en"], "“Tomas is Anselm Voss,” Ines said.", KNOW, "major"),
    ("en", LOVER["en"], "Tomas had been in love with Marek for years.", KNOW, "blocker"),
    ("en", KEPT["en"], "It was Tomas who sank the ferry in the storm.", REVEAL, "blocker"),
    ("en", KEPT["en"], "“Tomas sank the ferry in that storm,” Marek said.", REVEAL, "blocker"),
    ("en", STOLE["en"], "It rained. Mara had stolen the letter.", REVEAL, "blocker"),
    ("en", STOLE["en"], "Mara had quietly stolen the old letter, and slept.", REVEAL, "blocker"),
    ("en", BROTHER, "“Anselm was Mara’s brother,” he said.", REVEAL, "blocker"),
    ("en", KILLED, "Everybody said that Mara had killed her brother.", REVEAL, "blocker"),
    ("en", KING, "Anselm’s father was the king.", REVEAL, "blocker"),
    ("zh", STOLE["zh"], "下着雨，原来陈望偷走了那封信。", REVEAL, "blocker"),
    ("zh", NAME["zh"], "下着雨。陈望本名沈砚秋。", KNOW, "major"),
    ("zh", NAME["zh"], "林若溪说：“陈望就是沈砚秋。”", KNOW, "major"),
    ("zh", LOVER["zh"], "陈望和周文山是相好。", KNOW, "blocker"),
    ("zh", KEPT["zh"], "原来是陈望在风暴里凿沉了渡船。", REVEAL, "blocker"),
    ("zh", KEPT["zh"], "周文山说：“陈望在风暴里凿沉了渡船。”", REVEAL, "blocker"),
]


@pytest.mark.parametrize(("language", "secret", "text", "rule", "severity"), TELLS)
def test_a_secret_that_is_told_is_found_with_its_sentence(
    language: str, secret: Secret, text: str, rule: str, severity: str
) -> None:
    ((found, grave, quote),) = told(language, secret, text)
    assert (found, grave) == (rule, severity)
    assert quote
    assert quote in text


LEAVES = [
    (
        "en",
        KEPT["en"],
        "The storm had blown for a week when Tomas, who owned half of the old ferry, sank into his chair.",
    ),
    ("en", NAME["en"], "Tomas would not say his name."),
    ("en", NAME["en"], "Anselm Voss was a name on a stone."),
    ("en", NAME["en"], "Was Tomas perhaps Anselm Voss?"),
    ("en", NAME["en"], "Tomas was not Anselm Voss."),
    ("en", NAME["en"], "“Tomas is Anselm Voss,” Marek said. So Tomas was Anselm Voss."),
    ("en", LOVER["en"], "Tomas handed Marek the rope."),
    ("en", LOVER["en"], "Tomas loved the sea, and Marek slept."),
    ("en", KEPT["en"], "The ferry rode out the storm, and Tomas watched it."),
    ("en", KEPT["en"], "Tomas never sank the ferry in the storm."),
    ("en", Secret("card", "who sank the ferry", is_kept=True), "Nobody knew who sank the ferry."),
    ("en", Secret("card", "the jar", is_kept=True), "She put down the jar."),
    ("zh", NAME["zh"], "陈望没有说自己的名字。"),
    ("zh", NAME["zh"], "陈望会是沈砚秋吗？"),
    ("zh", NAME["zh"], "周文山说：“陈望就是沈砚秋。”原来陈望是沈砚秋。"),
    ("zh", LOVER["zh"], "陈望把绳子递给周文山。"),
    ("zh", KEPT["zh"], "渡船在风暴里靠了岸，陈望看着。"),
    ("zh", KEPT["zh"], "陈望没有在风暴里凿沉渡船。"),
    ("zh", Secret("card", "是谁凿沉了渡船", is_kept=True), "没有人知道是谁凿沉了渡船。"),
]


@pytest.mark.parametrize(("language", "secret", "text"), LEAVES)
def test_what_only_comes_near_a_secret_is_left_alone(language: str, secret: Secret, text: str) -> None:
    assert not told(language, secret, text)


NEAR = [
    ("en", BROTHER, "Mara told Anselm about her brother's ship."),
    ("en", KILLED, "Her brother had killed for Mara once."),
    ("en", KILLED, "Mara was killed by her brother."),
    ("en", KILLED, "Mara killed her brother's dog."),
    ("en", KILLED, "Mara would have killed her brother."),
    ("en", KING, "Anselm's father had served the king for thirty years."),
    ("en", KING, "Anselm's father was the king's cook."),
    ("en", KING, "Anselm's father was the king of thieves."),
    ("en", STOLE["en"], "Mara's brother stole the letter."),
    ("en", STOLE["en"], "Mara watched the stolen letter burn."),
    ("en", STOLE["en"], "The man who hated Mara stole the letter."),
    ("en", STOLE["en"], "Mara stole the letter opener."),
    ("zh", STOLE["zh"], "陈望的哥哥偷走了信。"),
    ("zh", STOLE["zh"], "陈望偷走了信封。"),
    ("zh", STOLE["zh"], "信被偷走了，陈望却在家。"),
    ("zh", STOLE["zh"], "陈望看见周文山偷走了信。"),
    ("zh", Secret("card", "陈望的父亲是国王", is_kept=True), "陈望的父亲是国王的厨子。"),
    ("zh", Secret("card", "陈望杀了周文山", is_kept=True), "周文山杀了陈望的狗。"),
]


@pytest.mark.parametrize(("language", "secret", "text"), NEAR)
def test_the_words_of_a_secret_in_another_sense_stop_nothing(
    language: str, secret: Secret, text: str
) -> None:
    assert not [one for one in told_secrets(SCENES[language](text), [secret]).found if one.blocks]


def test_words_that_only_stand_near_are_shown_as_possible() -> None:
    (found,) = told_secrets(english("Mara told Anselm about her brother's ship."), [BROTHER]).found
    assert (found.rule, found.certainty) == (REVEAL, "possible")


def test_a_sentence_that_tells_counts_before_one_that_comes_near() -> None:
    text = "Mara told Anselm about her brother's ship. Anselm is Mara's brother."
    (found,) = told_secrets(english(text), [BROTHER]).found
    assert (found.certainty, found.claim["quote"]) == ("likely", "Anselm is Mara's brother.")


def test_a_tie_that_nobody_calls_a_secret_is_only_possible() -> None:
    tie = Secret("f3", "lovers", Wanted(OTHER, "lover_of", FactValue(object_id=ELSE)))
    (found,) = told_secrets(english("Tomas had been in love with Marek for years."), [tie]).found
    assert (found.certainty, found.blocks) == ("possible", False)


def test_what_code_cannot_read_is_said_and_never_counted_as_clean() -> None:
    report = told_secrets(
        english("Rain fell."),
        [Secret("card", "who sank the ferry", is_kept=True), Secret("card", "the jar", is_kept=True)],
    )
    assert [(one["rule"], one["reason"]) for one in report.not_evaluated] == [
        (REVEAL, "open_question"), (REVEAL, "too_short"),
    ]  # fmt: skip


def test_the_narrator_of_a_first_person_book_speaks_for_the_viewpoint() -> None:
    text = "“Tomas is Anselm Voss,” I said."
    assert told("en", NAME["en"], text, person="first", pov=HERO)
    assert not told("en", NAME["en"], text, person="third", pov=HERO)
