"""How a weak model breaks its answers, each way drawn by seed. Scenario models only; nothing here reaches a book unseen.

Every way takes the answer that the storyteller would have given, with its schema, and returns what a weak model
writes instead. A way that an answer offers no place for passes it on to the next.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from infinite_scribe.llm.demo.chance import Chance

Answer = dict[str, Any]
Way = Callable[[Answer, Mapping[str, Any], Chance, str], str | None]
"""From answer, schema, chance and language to the broken text; None where there is nothing to break this way."""

SHARE = 0.3
"""Share of the typed answers that the weak model breaks."""
PROSE_SHARE = 0.08
_OTHER = {
    "en": "他把灯放回窗台，数了三遍，什么也没有说，街上的人都知道今晚不会再有船靠岸了。",
    "zh": "She put the lamp back on the sill and counted three times, and everybody in the street knew why.",
}
_LOOP = {
    "en": "and then he counted the lamps on the sill once more and again ",
    "zh": "于是他又把窗台上的灯从头到尾数了一遍，",
}
_NUMBERS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_ANSWERED = {"en": "Sure! Here is what you asked for:", "zh": "好的，以下是您要的内容："}
_REMARK = {"en": "Let me know if you want {any} changes!", "zh": "如需调整请告诉我！"}
_TOLD = {
    "en": "I would begin quietly, let the two of them meet, and then close the door on it all.",
    "zh": "我会先写得安静些，让两个人碰面，最后把门关上。",
}


def _text(answer: Any) -> str:
    return json.dumps(answer, ensure_ascii=False)


def truncated(answer: Answer, _: Mapping[str, Any], chance: Chance, __: str) -> str | None:
    """The answer ends in the middle."""
    text = _text(answer)
    return text[: len(text) * chance.between(35, 75) // 100]


def chatty(answer: Answer, _: Mapping[str, Any], __: Chance, language: str) -> str | None:
    """The object stands between a greeting and a question."""
    return f"{_ANSWERED[language]}\n\n```json\n{json.dumps(answer, ensure_ascii=False, indent=1)}\n```\n\n{_REMARK[language]}"


def wrong_quotes(answer: Answer, _: Mapping[str, Any], chance: Chance, __: str) -> str | None:
    """Typographic quotes, or single ones."""
    left, right = chance.fork("quotes").pick([("“", "”"), ("‘", "’")])
    out, is_open = [], False
    for char in _text(answer):
        out.append(char if char != '"' else (right if is_open else left))
        is_open = is_open != (char == '"')
    return "".join(out)


def wrong_choice(answer: Answer, schema: Mapping[str, Any], chance: Chance, _: str) -> str | None:
    """A choice that was not offered."""
    return _with(
        answer, [place for place in _places(answer, schema, schema) if "enum" in place[2]], chance, "perhaps"
    )


def missing_field(answer: Answer, schema: Mapping[str, Any], chance: Chance, _: str) -> str | None:
    """A field that has to be there is not."""
    must = [one for one in _places(answer, schema, schema) if one[3]]
    if not must:
        return None
    copy = json.loads(_text(answer))
    path, key = chance.fork("field").pick(must)[:2]
    _at(copy, path).pop(key)
    return _text(copy)


def two_objects(answer: Answer, _: Mapping[str, Any], __: Chance, ___: str) -> str | None:
    """An example of its own, and then the answer."""
    return f'{{"example": "like this"}}\n{_text(answer)}'


def wrong_language(answer: Answer, schema: Mapping[str, Any], _: Chance, language: str) -> str | None:
    """Everything is said in another language."""
    copy = json.loads(_text(answer))
    places = [one for one in _places(copy, schema, schema) if _is_prose(_at(copy, one[0])[one[1]])]
    for path, key, *_rest in places:
        _at(copy, path)[key] = _OTHER[language]
    return _text(copy) if places else None


def empty(_: Answer, __: Mapping[str, Any], ___: Chance, ____: str) -> str | None:
    """Nothing at all."""
    return ""


def commented(answer: Answer, _: Mapping[str, Any], __: Chance, ___: str) -> str | None:
    """Comments, and commas before every closing bracket."""
    text = json.dumps(answer, ensure_ascii=False, indent=1)
    return "// the answer\n" + text.replace("\n}", ",\n}").replace("\n ]", ",\n ] /* all */")


def bare_list(answer: Answer, _: Mapping[str, Any], __: Chance, ___: str) -> str | None:
    """The list without the object around it."""
    found = next((value for value in answer.values() if isinstance(value, list) and value), None)
    return None if found is None else _text(found)


def numbers_as_words(answer: Answer, schema: Mapping[str, Any], _: Chance, __: str) -> str | None:
    """Numbers are spelt out, large ones as nobody can read them."""
    copy = json.loads(_text(answer))
    found = False
    for path, key, *_rest in _places(copy, schema, schema):
        value = _at(copy, path)[key]
        if isinstance(value, int) and not isinstance(value, bool):
            _at(copy, path)[key] = _NUMBERS[value] if 0 <= value < len(_NUMBERS) else "a good many"
            found = True
    return _text(copy) if found else None


def unknown_handle(answer: Answer, schema: Mapping[str, Any], chance: Chance, _: str) -> str | None:
    """Somebody, or something, that nobody was told of."""
    return _with(
        answer, [one for one in _places(answer, schema, schema) if "pattern" in one[2]], chance, "Q99"
    )


def table(answer: Answer, _: Mapping[str, Any], __: Chance, ___: str) -> str | None:
    """A Markdown table."""
    rows = next((value for value in answer.values() if isinstance(value, list) and value), None)
    if rows is None or not all(isinstance(row, dict) for row in rows):
        return None
    names = list(rows[0])
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    return "\n".join(
        [*lines, *(f"| {' | '.join(str(row.get(name, '')) for name in names)} |" for row in rows)]
    )


def looped(_: Answer, __: Mapping[str, Any], ___: Chance, language: str) -> str | None:
    """The same words without end."""
    return '{"' + _LOOP[language] * 40


def told(_: Answer, __: Mapping[str, Any], ___: Chance, language: str) -> str | None:
    """Talk about an answer instead of one."""
    return _TOLD[language]


def wrapped(answer: Answer, _: Mapping[str, Any], __: Chance, ___: str) -> str | None:
    """An object of its own around the object."""
    return _text({"response": answer, "confidence": 0.9})


WAYS: dict[str, Way] = {
    one.__name__: one
    for one in (
        truncated, chatty, wrong_quotes, wrong_choice, missing_field, two_objects, wrong_language, empty, commented,
        bare_list, numbers_as_words, unknown_handle, table, looped, told, wrapped,
    )
}  # fmt: skip
HOPELESS = ("told", "looped", "empty", "wrong_language")
"""Ways of which no reader can make an answer."""


def broken(answer: Answer, schema: Mapping[str, Any], chance: Chance, language: str) -> tuple[str, str]:
    """Return the name of a drawn way and the answer broken in it; the next way where one has nothing to break."""
    names = list(WAYS)
    start = names.index(chance.fork("way").pick(names))
    for name in names[start:] + names[:start]:
        text = WAYS[name](answer, schema, chance, language)
        if text is not None:
            return name, text
    return "empty", ""


def hopeless(answer: Answer, schema: Mapping[str, Any], chance: Chance, language: str) -> str:
    """Return an answer of which nothing can be used."""
    for name in (chance.fork("way").pick(list(HOPELESS)), "told"):
        text = WAYS[name](answer, schema, chance, language)
        if text is not None:
            return text
    return ""


def broken_prose(text: str, chance: Chance, language: str, *, stubborn: bool = False) -> str:
    """Return prose as a weak model spoils it: a greeting before it, a loop, another language, or nothing."""
    way = (
        "wrong_language"
        if stubborn
        else chance.fork("prose").pick(["chatty", "looped", "wrong_language", "empty"])
    )
    if way == "chatty":
        return f"{_ANSWERED[language]}\n\n{text}"
    return {"looped": _LOOP[language] * 40, "wrong_language": _OTHER[language] * 12, "empty": ""}[way]


_Place = tuple[tuple[str | int, ...], str, Mapping[str, Any], bool]
"""Path to an object, member of it, the member's schema, and whether it has to be there."""


def _places(
    value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], path: tuple[str | int, ...] = ()
) -> Iterator[_Place]:
    """Yield the members of an answer that hold a single value."""
    schema = _plain(schema, root)
    if isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _places(inner, schema.get("items", {}), root, (*path, at))
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        known = schema.get("properties", {}).get(key)
        if known is None:
            continue
        if isinstance(inner, dict | list):
            yield from _places(inner, known, root, (*path, key))
        else:
            yield path, key, _plain(known, root), key in schema.get("required", ())


def _plain(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in schema:
        return _plain(root.get("$defs", {}).get(str(schema["$ref"]).rpartition("/")[2], {}), root)
    real = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return _plain(real[0], root) if real else schema


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def _with(answer: Answer, places: list[_Place], chance: Chance, value: str) -> str | None:
    if not places:
        return None
    copy = json.loads(_text(answer))
    path, key = chance.fork("place").pick(places)[:2]
    _at(copy, path)[key] = value
    return _text(copy)


def _is_prose(value: Any) -> bool:
    return isinstance(value, str) and (len(value) >= 20 or any(ord(char) > 0x2E7F for char in value))
