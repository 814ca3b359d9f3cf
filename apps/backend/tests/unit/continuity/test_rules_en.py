"""Planted contradictions and hard negatives of the four rules in English."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from factories.continuity import ELSE, HERO, OTHER, english, findings
from infinite_scribe.continuity.scene import Known, Name

LIFE = [
    "Marek Dunn opened the door and came in.",
    "She looked up. Marek said nothing more than that.",
    "“You are late,” said Marek.",
    "Rain fell on the pier, and Marek laughed.",
    "Marek slowly turned the key.",
]

LIFE_SILENT = [
    "They carried Marek to the boat.",
    "Marek's letter lay on the table.",
    "In the letter, Marek wrote that the keel was rotten.",
    "She remembered how Marek laughed.",
    "“Marek,” she said, “I kept your coat.”",
    "Marek lay on the slab under a sheet.",
    "Marek was buried behind the chapel.",
    "In the dream Marek stood by the window. Marek smiled at her.",
    "If Marek walked in now, she would run.",
    "It was as if Marek stood behind her.",
    "Marek had always closed the shutters.",
    "When Marek left, the house went quiet.",
    "Marek killed by his own brother: it was on every poster.",
    "Marek's brother opened the door.",
    "“Marek walked in and shot him,” she said.",
    "Marek never spoke of the war.",
    "In the photograph Marek held a fish.",
]

ATTR = [
    ("Ines's blue eyes narrowed.", "eye_colour"),
    ("Ines had pale blue eyes and a quick tongue.", "eye_colour"),
    ("Ines's eyes were brown.", "eye_colour"),
    ("Ines's black hair hung wet.", "hair_colour"),
    ("Ines was left-handed, and it showed.", "handedness"),
    ("Ines was five foot two in her boots.", "height_cm"),
    ("Ines stood 160 cm tall.", "height_cm"),
    ("There was a scar on Ines's right cheek.", "mark"),
]

ATTR_SILENT = [
    "Ines's green eyes narrowed.",
    "Ines had emerald eyes.",
    "Ines's eyes looked black in that light.",
    "Ines's eyes were black with rage.",
    "Ines was five foot eleven.",
    "Ines was 181 cm tall.",
    "Ines had dyed her hair black. Ines's black hair hung wet.",
    "“Ines's blue eyes,” he said, “I remember them.”",
    "Ines's mother had blue eyes.",
    "Ines looked into Tomas's blue eyes.",
    "If Ines had blue eyes, he would know her.",
    "Ines's eyes were like brown glass.",
    "In the dream Ines had blue eyes.",
    "Ines's red eyes told of a night without sleep.",
    "In the wig Ines had black hair.",
    "There was a scar on Ines's left cheek.",
    "Ines's hazel eyes narrowed.",
]

POV = [
    "Tomas thought of the roof.",
    "The rope slid, and Tomas felt a cold fear.",
    "Tomas wondered whether the ship would hold.",
    "Tomas knew that she was lying.",
]

POV_SILENT = [
    "Ines thought of the roof.",
    "Tomas seemed to think of the roof.",
    "Tomas felt in his pocket for the key.",
    "Tomas thought aloud.",
    "She could tell that Tomas thought of the roof.",
    "Perhaps Tomas wondered at it too.",
    "“Tomas thought you were dead,” she said.",
    "Tomas knew the harbour.",
    "Tomas remembered to lock the door.",
    "Tomas wished her good night.",
]

NAME = [
    ("She called out and saw Tomes by the pump.", "Tomes"),
    ("There stood Ignes Carrow with the ledger.", "Carrow"),
    ("By noon Tmoas had gone.", "Tmoas"),
]

NAME_SILENT = [
    "She called out and saw Tomas by the pump.",
    "The Carrows were at the table.",
    "Names like that were not for her.",
    "On Monday she saw Tomas.",
    "“Is that Tomes?” she said.",
    "Tommy waved from the pump, and she saw Tommy go.",
    "By the mast she said Tomes to Tomes and Tomes again, for Tomes was his name.",
]


@pytest.mark.parametrize("text", LIFE)
def test_the_dead_do_not_act(text: str) -> None:
    found = findings(english(text), "T0-LIFE")
    assert [one.severity for one in found] == ["blocker"]
    assert found[0].certainty == "likely"
    assert found[0].blocks
    assert "Marek" in found[0].claim["quote"]
    assert found[0].against["quote"] == "Marek drowned in the flood"


@pytest.mark.parametrize("text", LIFE_SILENT)
def test_the_dead_may_be_spoken_of(text: str) -> None:
    assert findings(english(text), "T0-LIFE") == []


def test_an_undead_person_acts() -> None:
    assert findings(english("Marek came in.", life="undead"), "T0-LIFE") == []


def test_a_flashback_is_not_judged_and_says_so() -> None:
    scene = english("Marek came in.", mode="flashback")
    assert findings(scene, "T0-LIFE") == []
    from infinite_scribe.continuity.rules import check

    assert {"rule": "T0-LIFE", "reason": "mode_flashback", "count": 1} in check(scene).not_evaluated


def test_somebody_who_died_on_the_page_does_not_go_on() -> None:
    found = findings(english("Tomas fell dead.", "Tomas opened the hatch."), "T0-LIFE")
    assert [one.certainty for one in found] == ["possible"]
    assert found[0].against["quote"] == "Tomas fell dead"


def test_an_ambiguous_name_raises_nothing() -> None:
    assert findings(english("Marek came in.", namesake=True), "T0-LIFE") == []


@pytest.mark.parametrize(("text", "predicate"), ATTR)
def test_a_changed_look_is_found(text: str, predicate: str) -> None:
    found = findings(english(text), "T0-ATTR")
    assert len(found) == 1
    assert found[0].against["quote"] == f"canon of {predicate}"
    assert found[0].certainty == "likely"


@pytest.mark.parametrize("text", ATTR_SILENT)
def test_the_same_look_in_other_words_is_left_alone(text: str) -> None:
    assert findings(english(text), "T0-ATTR") == []


def test_a_disguise_is_left_alone() -> None:
    assert findings(english("Ines's black hair hung wet.", disguised=True), "T0-ATTR") == []


@pytest.mark.parametrize("text", POV)
def test_a_slip_into_another_head_is_found(text: str) -> None:
    found = findings(english(text), "T0-POV")
    assert [one.severity for one in found] == ["major"]
    assert found[0].against["quote"] == "Ines Carrow"


@pytest.mark.parametrize("text", POV_SILENT)
def test_what_can_be_seen_from_outside_is_left_alone(text: str) -> None:
    assert findings(english(text), "T0-POV") == []


def test_an_all_knowing_narrator_may_look_into_every_head() -> None:
    assert findings(english("Tomas thought of the roof.", policy="omniscient"), "T0-POV") == []


def test_the_viewpoint_may_change_at_a_break() -> None:
    assert findings(english("Ines sat.", "***", "Tomas thought of the roof."), "T0-POV") == []


def test_a_loose_viewpoint_is_only_information() -> None:
    assert [
        one.severity for one in findings(english("Tomas thought of it.", discipline="loose"), "T0-POV")
    ] == ["info"]


def test_no_viewpoint_is_not_evaluated() -> None:
    from infinite_scribe.continuity.rules import check

    report = check(english("Tomas thought of the roof.", pov=None))
    assert {"rule": "T0-POV", "reason": "no_pov", "count": 1} in report.not_evaluated


def test_a_first_person_narrator_is_not_named_as_an_actor() -> None:
    found = findings(english("Ines opened the door.", person="first"), "T0-POV")
    assert [one.why["en"] for one in found] == ["The narration changes its person here."]


@pytest.mark.parametrize(("text", "unknown"), NAME)
def test_a_misspelt_name_is_found(text: str, unknown: str) -> None:
    found = findings(english(text), "T0-NAME")
    quotes = {one.claim["quote"] for one in found}
    assert quotes <= {unknown, "Ignes"}
    assert found


@pytest.mark.parametrize("text", NAME_SILENT)
def test_a_known_or_ordinary_name_is_left_alone(text: str) -> None:
    assert findings(english(text), "T0-NAME") == []


def test_the_bearer_of_a_house_is_no_misspelt_house() -> None:
    name = "Miss Tarrant’s boarding house"
    house = Known(UUID(int=77), "place", name, (Name(name),), 4)
    scene = english("At noon the lamps burned and Tarrant came in from the rain.")
    assert findings(replace(scene, entities=[*scene.entities, house]), "T0-NAME") == []


def test_two_entries_with_one_name_are_told() -> None:
    scene = english("Marek came in.", namesake=True, marked=False)
    assert [one.claim["quote"] for one in findings(scene, "T0-NAME")] == ["Marek"]


def test_a_fingerprint_outlives_edits_nearby() -> None:
    one = findings(english("Ines's blue eyes narrowed."), "T0-ATTR")[0]
    other = findings(english("It rained.", "Later that day, Ines's blue eyes narrowed again."), "T0-ATTR")[0]
    assert one.fingerprint == other.fingerprint
    assert findings(english("Ines's brown eyes narrowed."), "T0-ATTR")[0].fingerprint != one.fingerprint


def test_offsets_count_utf16_units() -> None:
    found = findings(english("😀 Rain. Marek came in."), "T0-LIFE")[0]
    assert found.claim["from"] == len("😀 Rain. ".encode("utf-16-le")) // 2
    assert found.claim["quote"] == "Marek came"


def test_a_third_language_is_not_evaluated() -> None:
    from dataclasses import replace

    from infinite_scribe.continuity.rules import RULES, check

    report = check(replace(english("Marek came in."), language="fr"))
    assert report.found == []
    assert [one["rule"] for one in report.not_evaluated] == list(RULES)


def test_ids_of_the_cast_differ() -> None:
    assert len({HERO, OTHER, ELSE}) == 3
    assert isinstance(HERO, UUID)
