"""Terms, passages and ranking."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from infinite_scribe.core.language import language
from infinite_scribe.memory.chunks import TextBlock, chunks, text_hash
from infinite_scribe.memory.ranking import fuse, rarity
from infinite_scribe.memory.terms import term_counts, terms

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


def test_english_terms_are_words_and_chinese_ones_characters_and_pairs() -> None:
    assert terms("The Keeper's lamp, and ２ keepers") == ["keeper", "lamp", "2", "keepers"]
    assert terms("守灯人ok") == ["守", "灯", "人", "守灯", "灯人", "ok"]
    assert term_counts("rain rain lamp") == {"lamp": 1, "rain": 2}


def test_a_rare_term_weighs_more_and_one_that_all_hold_hardly_anything() -> None:
    assert rarity(100, 1) > rarity(100, 90) > rarity(100, 100) > 0


def test_fusing_gives_each_side_half_and_names_the_first_place() -> None:
    assert fuse({ONE: 0.9, TWO: 0.1}, {TWO: 4.0}) == [(ONE, 0.5), (TWO, 0.5)]
    ranked = fuse({ONE: 0.9, TWO: 0.1}, {TWO: 4.0, THREE: 1.0}, named={TWO: 1, THREE: 2})
    assert [one for one, _ in ranked] == [THREE, TWO, ONE]
    assert fuse({}, {}) == []


@given(st.lists(st.integers(1, 400), max_size=30))
def test_passages_keep_every_paragraph_once_and_in_order(sizes: list[int]) -> None:
    blocks = [TextBlock(f"p{number}", "word " * size) for number, size in enumerate(sizes)]
    made = chunks(blocks, "en")
    assert [pid for chunk in made for pid in chunk.pids] == [block.pid for block in blocks]
    for chunk in made:
        assert len(chunk.pids) == 1 or language("en").count(chunk.text) <= 220


def test_blank_paragraphs_are_no_passage_and_hashes_ignore_the_way_of_writing() -> None:
    assert chunks([TextBlock("p", "  ")], "en") == []
    assert text_hash("é") == text_hash("e\u0301") != text_hash("e")
