"""English segmentation and counting."""

from infinite_scribe.core.language import language

EN = language("en-GB")


def test_sentences_keep_quotes_and_abbreviations() -> None:
    """Closing quotes stay; a tag after a mark belongs to the sentence; titles do not end one."""
    text = "“Run!” he said. Dr. Moss ran. “No,” she said. “Wait.” It cost 3.50 then."
    assert EN.sentences(text) == [
        "“Run!” he said.",
        "Dr. Moss ran.",
        "“No,” she said.",
        "“Wait.”",
        "It cost 3.50 then.",
    ]
    assert "".join(EN.sentences(text)).replace(" ", "") == text.replace(" ", "")


def test_count_and_paragraphs() -> None:
    """A hyphenated word is one word; blank lines part paragraphs."""
    assert EN.count("It’s a well-worn rope.") == 4
    assert EN.paragraphs("one\n\n two \n\n\nthree") == ["one", "two", "three"]


def test_names_are_not_sentence_openers() -> None:
    """A capital at the start of a sentence alone is no name."""
    assert EN.names("Then Ada Moss ran. Ada fell. The rope of Ada broke in London.") == [
        "Ada Moss",
        "Ada",
        "London",
    ]
