"""Who knows what when: the closure, rule by rule."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinite_scribe.canon.knowledge import (
    READER,
    BeliefRow,
    DisclosureRow,
    EventRow,
    KnowledgeFact,
    KnowledgeScene,
    KnowledgeWorld,
    Sighting,
    SpokenClaim,
    StoryPoint,
    earliest_knowable,
    known_at,
    veil_line,
)
from infinite_scribe.canon.knowledge_rows import END, LAST_BLOCK, Stance
from infinite_scribe.canon.rules import FactValue

MARA, INES, TOM, KEY, SHOP, HARBOUR, TOWER = (UUID(int=number) for number in range(1, 8))
FACT, OTHER = UUID(int=50), UUID(int=51)
S1, S2, S3 = (UUID(int=number) for number in (101, 102, 103))


def scene(scene_id: UUID, number: int, *stage: UUID, **members: object) -> KnowledgeScene:
    start = (number - 1) * 60
    return KnowledgeScene(scene_id, number, start, start + 60, frozenset(stage), **members)  # type: ignore[arg-type]


def during(number: int, block: int = LAST_BLOCK) -> StoryPoint:
    """Return the moment after paragraph `block` of a scene."""
    scene_id = (S1, S2, S3)[number - 1]
    return StoryPoint((number - 1) * 60, block, number, scene_id)


def holder(**members: object) -> KnowledgeFact:
    given: dict[str, object] = {
        "predicate": "held_by",
        "value": FactValue(object_id=INES),
        "subject_kind": "item",
    }
    return KnowledgeFact(FACT, KEY, **{**given, **members})  # type: ignore[arg-type]


def state(world: KnowledgeWorld, knower: UUID | str, at: StoryPoint, fact: UUID = FACT) -> str:
    return known_at(world, knower, at).state(fact)  # type: ignore[arg-type]


def test_public_facts_are_known_once_they_hold() -> None:
    world = KnowledgeWorld([holder(publicity="public", begins=StoryPoint(60))])
    assert state(world, MARA, StoryPoint(59)) == "unknown"
    assert known_at(world, MARA, StoryPoint(60)).facts[FACT].via == "public"


def test_local_facts_are_known_where_one_lives_and_in_all_that_holds_the_place() -> None:
    home = KnowledgeFact(UUID(int=60), MARA, "resides_at", FactValue(object_id=SHOP), begins=StoryPoint(30))
    part = KnowledgeFact(UUID(int=61), SHOP, "part_of", FactValue(object_id=HARBOUR))
    local = holder(publicity="local", publicity_scope_id=HARBOUR)
    world = KnowledgeWorld([home, part, local])
    assert state(world, MARA, StoryPoint(29)) == "unknown"
    assert known_at(world, MARA, StoryPoint(30)).facts[FACT].since.tick == 30
    assert state(world, TOM, StoryPoint(90)) == "unknown"
    elsewhere = KnowledgeWorld([home, part, holder(publicity="local", publicity_scope_id=TOWER)])
    assert state(elsewhere, MARA, StoryPoint(90)) == "unknown"


def test_one_knows_what_concerns_oneself_unless_it_is_hidden_from_oneself() -> None:
    parent = KnowledgeFact(FACT, MARA, "origin", FactValue(object_id=TOWER), publicity="secret")
    assert state(KnowledgeWorld([parent]), MARA, StoryPoint(0)) == "knows"
    hidden = KnowledgeFact(FACT, MARA, "origin", FactValue(object_id=TOWER), hidden_from_self=True)
    assert state(KnowledgeWorld([hidden]), MARA, StoryPoint(0)) == "unknown"
    assert state(KnowledgeWorld([holder()]), INES, StoryPoint(0)) == "knows"
    assert state(KnowledgeWorld([holder(publicity="secret")]), INES, StoryPoint(0)) == "unknown"


def test_who_is_on_stage_and_awake_sees_what_is_shown_after_the_paragraph_that_shows_it() -> None:
    shown = holder(begins=StoryPoint(60, 3, 2, S2), shown=(Sighting(S2, 3),))
    asleep = KnowledgeFact(OTHER, TOM, "consciousness", FactValue(text="asleep"), begins=StoryPoint(0))
    world = KnowledgeWorld([shown, asleep], [scene(S1, 1, MARA), scene(S2, 2, MARA, TOM), scene(S3, 3, INES)])
    assert state(world, MARA, during(2, 2)) == "unknown"
    assert known_at(world, MARA, during(2, 3)).facts[FACT].via == "witnessed"
    assert state(world, MARA, during(3)) == "knows"
    assert state(world, TOM, during(3)) == "unknown"


def test_a_secret_or_an_invisible_fact_is_not_seen_and_a_dream_shows_nothing() -> None:
    scenes = [scene(S1, 1, MARA, INES)]
    for fact in (
        holder(publicity="secret", shown=(Sighting(S1, 1),)),
        KnowledgeFact(FACT, INES, "goal", FactValue(text="leave"), shown=(Sighting(S1, 1),)),
    ):
        assert state(KnowledgeWorld([fact], scenes), MARA, during(2)) == "unknown"
    dream = KnowledgeWorld([holder(shown=(Sighting(S1, 1),))], [scene(S1, 1, MARA, is_dream=True)])
    assert state(dream, MARA, during(2)) == "unknown"


def test_what_hangs_on_somebody_present_is_in_sight_while_it_holds() -> None:
    injury = KnowledgeFact(
        FACT, INES, "health", FactValue(text="ill"), begins=StoryPoint(0), ends=StoryPoint(60)
    )
    together = KnowledgeWorld([injury], [scene(S1, 1, MARA, INES)])
    assert state(together, MARA, during(1, 0)) == "knows"
    later = KnowledgeWorld([injury], [scene(S2, 2, MARA, INES)])
    assert state(later, MARA, during(2)) == "unknown"


def test_who_took_part_in_an_event_knows_what_it_made() -> None:
    dead = KnowledgeFact(
        FACT, INES, "life_state", FactValue(text="dead"), begins=StoryPoint(60), publicity="secret",
        cause_event_id=OTHER,
    )  # fmt: skip
    world = KnowledgeWorld([dead], events=[EventRow(OTHER, frozenset({MARA, INES}), StoryPoint(60))])
    assert (state(world, MARA, StoryPoint(59)), state(world, MARA, StoryPoint(60))) == ("unknown", "knows")
    assert state(world, TOM, StoryPoint(90)) == "unknown"


def told(value: UUID, block: int = 1, **members: object) -> SpokenClaim:
    return SpokenClaim(S1, KEY, "held_by", FactValue(object_id=value), TOM, block, **members)  # type: ignore[arg-type]


def test_claims_inform_or_deceive_who_hears_them() -> None:
    scenes = [scene(S1, 1, MARA, TOM)]
    true = KnowledgeWorld([holder()], scenes, claims=[told(INES)])
    assert known_at(true, MARA, during(2)).facts[FACT].via == "told"
    lie = KnowledgeWorld([holder()], scenes, claims=[told(SHOP)])
    cell = known_at(lie, MARA, during(2)).facts[FACT]
    assert (cell.state, cell.believed) == ("believes_wrongly", FactValue(object_id=SHOP))
    assert state(lie, TOM, during(2)) == "unknown"
    corrected = KnowledgeWorld([holder()], scenes, claims=[told(INES, 5), told(SHOP, 1)])
    assert (state(corrected, MARA, during(1, 4)), state(corrected, MARA, during(1, 5))) == (
        "believes_wrongly",
        "knows",
    )
    whispered = KnowledgeWorld([holder()], scenes, claims=[told(INES, heard_by=frozenset({INES}))])
    assert state(whispered, MARA, during(2)) == "unknown"


def test_who_knows_better_is_not_deceived() -> None:
    world = KnowledgeWorld([holder(publicity="public")], [scene(S1, 1, MARA)], claims=[told(SHOP)])
    assert state(world, MARA, during(2)) == "knows"


def test_a_wrong_belief_stands_in_the_place_of_the_true_value_while_it_lasts() -> None:
    row = BeliefRow(
        UUID(int=70), MARA, "believes_wrongly", FACT, believed=FactValue(object_id=TOM),
        begins=StoryPoint(60), ends=StoryPoint(120), via="inferred",
    )  # fmt: skip
    world = KnowledgeWorld([holder(publicity="public")], beliefs=[row])
    assert [state(world, MARA, StoryPoint(tick)) for tick in (59, 60, 119, 120)] == [
        "knows",
        "believes_wrongly",
        "believes_wrongly",
        "knows",
    ]


def test_hiding_is_knowing_and_a_pattern_speaks_of_many_facts() -> None:
    row = BeliefRow(UUID(int=70), TOM, "knows", pattern={"s": str(KEY), "p": "held_by"}, hides="everyone")
    world = KnowledgeWorld([holder(publicity="secret")], beliefs=[row])
    assert (state(world, TOM, StoryPoint(0)), state(world, MARA, StoryPoint(0))) == ("hides", "unknown")
    assert known_at(world, TOM, StoryPoint(0)).knows(FACT)
    nothing = BeliefRow(UUID(int=71), TOM, "knows", pattern={})
    assert (
        state(KnowledgeWorld([holder(publicity="secret")], beliefs=[nothing]), TOM, StoryPoint(0))
        == "unknown"
    )


def test_a_guess_takes_no_knowledge_away_unless_the_author_says_so() -> None:
    guess = BeliefRow(UUID(int=70), MARA, "suspects", FACT, via="inferred")
    said = BeliefRow(UUID(int=71), MARA, "suspects", FACT, via="author")
    public = holder(publicity="public")
    assert state(KnowledgeWorld([public], beliefs=[guess]), MARA, StoryPoint(0)) == "knows"
    assert state(KnowledgeWorld([public], beliefs=[said]), MARA, StoryPoint(0)) == "suspects"
    assert state(KnowledgeWorld([holder()], beliefs=[guess]), MARA, StoryPoint(0)) == "suspects"


@pytest.mark.parametrize(
    ("modes", "expected"),
    [
        (("stated",), "knows"),
        (("implied",), "knows"),
        (("hinted",), "suspects"),
        (("misled",), "believes_wrongly"),
        (("misled", "stated"), "knows"),
        (("stated", "hinted"), "knows"),
        (("hinted", "stated"), "knows"),
    ],
)
def test_the_reader_knows_what_the_scenes_read_so_far_disclose(modes: tuple[str, ...], expected: str) -> None:
    rows = [DisclosureRow(FACT, (S1, S2)[at], at + 1, mode) for at, mode in enumerate(modes)]  # type: ignore[arg-type]
    world = KnowledgeWorld([holder(publicity="public")], [scene(S1, 1), scene(S2, 2)], disclosures=rows)
    assert state(world, READER, StoryPoint(0, reading_index=0)) == "unknown"
    assert state(world, READER, StoryPoint(0, reading_index=2)) == expected


def test_the_first_moment_of_knowing_is_found() -> None:
    shown = holder(begins=StoryPoint(60, 3, 2, S2), shown=(Sighting(S2, 3), Sighting(S3, 1)))
    scenes = [scene(S1, 1, MARA), scene(S2, 2, TOM), scene(S3, 3, MARA)]
    told_in_two = DisclosureRow(FACT, S2, 2)
    row = BeliefRow(UUID(int=70), INES, "knows", FACT, begins=StoryPoint(7))
    world = KnowledgeWorld([shown], scenes, [row], [told_in_two])
    first = {knower: earliest_knowable(world, knower, FACT) for knower in (MARA, TOM, INES)}
    assert {knower: point.order if point else None for knower, point in first.items()} == {
        MARA: (120, 1),
        TOM: (60, 3),
        INES: (7, 0),
    }
    reader = earliest_knowable(world, READER, FACT)
    assert reader is not None
    assert reader.reading_index == 2
    assert earliest_knowable(world, SHOP, FACT) is None
    assert earliest_knowable(world, MARA, OTHER) is None


def test_a_veil_speaks_of_a_fact_without_its_value() -> None:
    assert veil_line("the key", "Mara", "holder", "line", "en") == "Mara does not know the holder of the key."
    assert veil_line("钥匙", "玛拉", "持有者", "line", "zh") == "玛拉不知道钥匙的持有者。"
    assert veil_line("the key", "Mara", "holder", "silent", "en") is None
    assert veil_line("the key", "Mara", "holder", "Something is missing.", "en") == "Something is missing."


ticks = st.integers(0, 200)


@given(
    st.lists(st.tuples(ticks, ticks, st.sampled_from(["knows", "suspects", "believes_wrongly"])), max_size=6),
    ticks,
    st.sampled_from(["public", "local", "private", "secret"]),
)
def test_nothing_is_known_before_its_first_moment(
    rows: list[tuple[int, int, Stance]], at: int, publicity: str
) -> None:
    beliefs = [
        BeliefRow(UUID(int=1000 + number), MARA, stance, FACT, begins=StoryPoint(start), ends=StoryPoint(end))
        for number, (start, end, stance) in enumerate(rows)
    ]
    fact = holder(publicity=publicity, begins=StoryPoint(50), shown=(Sighting(S3, 2),))
    world = KnowledgeWorld([fact], [scene(S3, 3, MARA)], beliefs)
    first = earliest_knowable(world, MARA, FACT)
    if known_at(world, MARA, StoryPoint(at)).knows(FACT):
        assert first is not None
        assert first.order <= (at, 0)
    assert known_at(world, MARA, END) == known_at(world, MARA, END)
