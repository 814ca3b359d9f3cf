"""Rewriting a passage by real operations on its sentences. Nothing is pretended.

Each operation changes what can be changed by rule. An instruction that no operation covers is
refused (`wishes.CannotFollow`); a preset is always carried out.
"""

import re

from infinite_scribe.core.fingerprints import marks
from infinite_scribe.core.language.en import LANGUAGE
from infinite_scribe.core.language.manner import manner_from
from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.en import lexicon, morphology, wishes
from infinite_scribe.llm.demo.en.grammar import Tongue, sentence
from infinite_scribe.llm.demo.en.manners import in_manner
from infinite_scribe.llm.demo.en.shift import to_first, to_past, to_present
from infinite_scribe.llm.demo.lengths import holders, kept
from infinite_scribe.llm.demo.schemas import RewriteData
from infinite_scribe.llm.demo.wishes import LONGER, SHORTER, CannotFollow, Wish, exchanged, share_of

_FILLER = re.compile(
    r"\b(?:very|really|quite|rather|just|simply|actually|basically|somewhat|suddenly|literally|totally|perfectly|of course|in fact|a bit|a little bit|sort of|kind of|at this point|needless to say|"
    r"began to (?=\w+)|started to (?=\w+)|seemed to (?=\w+)|couldn[’']t help but|managed to (?=\w+))\s*,?\s?",
    re.IGNORECASE,
)
_ADVERB = re.compile(
    r",?\s\b(?!(?:only|early|family|reply|apply|supply|July|Italy|holy|ugly|lonely|likely|lovely|friendly|daily|belly|jelly|ally|fly|rely|Emily|Sally|Molly|Kelly|bully|nearly|hardly|barely|scarcely)\b)[a-z]{3,}ly\b",
    re.UNICODE,
)
_PAIRS = (
    (r"\bin order to\b", "to"),
    (r"\bdue to the fact that\b", "because"),
    (r"\bat that moment\b,?\s?", ""),
    (r"\bthere was (an? [\w ]+?) that ", r"\1 "),
    (r"\bthe fact that\b", "that"),
    (r"\ball of the\b", "all the"),
    (r"\bfor a moment\b,?\s?", ""),
    (r"\bcould (see|hear|feel|smell) that\b", ""),
    (r"\b(?:he|she|I|they) (?:noticed|saw|felt|heard|realised|realized) that ", ""),
    (r"\bturned around\b", "turned"),
    (r"\bnodded (?:his|her|their|my) head\b", "nodded"),
    (r"\bshrugged (?:his|her|their|my) shoulders\b", "shrugged"),
)
_TAGS = re.compile(
    r"\b(exclaimed|declared|stated|remarked|uttered|retorted|proclaimed|opined|murmured|whispered|hissed|growled|snapped|replied|answered|responded)\b"
)


def rewrite(data: RewriteData, chance: Chance) -> str:
    """The passage after what preset and instruction ask for. Raises `CannotFollow`."""
    text, have = data.text.strip(), LANGUAGE.count(data.text)
    wanted = [Wish(wishes.choose(data.preset) or "tighten")] if data.preset else []
    wanted += sorted(wishes.read(data.instruction, text), key=lambda wish: wish.name != "weather")
    target = data.target_words or _asked_words(data.instruction)
    lengths = {"tighten", "expand", "length", "words"}
    made = text
    for wish in wanted:
        if target and wish.name in lengths:
            continue
        before = made
        made = _done(wish, made, data, chance)
        if made == before and not data.preset:
            raise CannotFollow(data.instruction)
    if target or not wanted:
        target = target or round(have * share_of(SHORTER, data.variant))
        size = LANGUAGE.count(made)
        return _grow(made, target, data, chance) if target > size else _shrink(made, target, data)
    return made


def _done(wish: Wish, text: str, data: RewriteData, chance: Chance) -> str:
    """The passage after one wish."""
    have = LANGUAGE.count(text)
    if wish.name == "rename":
        return exchanged(text, wish.old, wish.new, whole_words=True)
    if wish.name == "remove":
        return _without(text, wish.old)
    if wish.name == "weather":
        return _weather(text, wish.old, data)
    if wish.name == "length":
        target = round(have * wish.share)
        return _grow(text, target, data, chance) if target > have else _shrink(text, target)
    if wish.name == "tense_past":
        return to_past(text)
    if wish.name == "tense_present":
        return to_present(text)
    if wish.name in {"first", "third"}:
        return _person(text, data, wish.name)
    if wish.name == "expand":
        return _grow(text, round(have * share_of(LONGER, data.variant)) + 8, data, chance)
    manner = manner_from(data.style.manner) if wish.name == "voice" else None
    if manner is not None and (made := in_manner(sharpened(text), manner)) != text:
        return made
    if wish.name == "show":
        return _shown(text, data, chance)
    work = {
        "adverbs": _cut_filler,
        "dialogue": sharpened,
        "tension": _tense,
        "simple": _tense,
        "voice": _voiced,
    }.get(wish.name)
    if work is not None and (made := work(text)) != text:
        return made
    if work is not None and not data.preset:
        return text  # nothing of that kind stands here
    made = _shrink(_cut_filler(text), round(have * share_of(SHORTER, data.variant)))
    made = made if made != text else _shrink(text, round(have * 0.85))
    return made if made != text else _clauses_cut(text, round(have * 0.85), floor=0.3)


def _without(text: str, word: str) -> str:
    """The passage without the sentences that hold a word; all of it when nothing would be left."""
    rows = [
        [
            item
            for item in LANGUAGE.sentences(part)
            if not re.search(rf"(?<!\w){re.escape(word)}", item, re.IGNORECASE)
        ]
        for part in LANGUAGE.paragraphs(text)
    ]
    return "\n\n".join(" ".join(row) for row in rows if row) or text


def _weather(text: str, kind: str, data: RewriteData) -> str:
    """A sentence of weather behind the first one of narration, in the tense of the passage."""
    rows = wishes.WEATHER[kind]
    told = rows[data.variant % len(rows)]
    told = to_present(told) if data.style.tense.startswith("pres") else told  # a change of tense comes after
    paragraphs = LANGUAGE.paragraphs(text)
    at = next((index for index, part in enumerate(paragraphs) if "“" not in part), 0)
    sentences = LANGUAGE.sentences(paragraphs[at])
    paragraphs[at] = " ".join([*sentences[:1], told, *sentences[1:]])
    return "\n\n".join(paragraphs)


def _asked_words(instruction: str) -> int:
    match = re.search(r"\b(\d{2,4})\s*words?\b", instruction)
    return int(match.group(1)) if match else 0


def _tidy(text: str) -> str:
    """Blanks, marks, articles and capitals after cuts; paragraphs stay."""
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", text):
        plain = re.sub(r"\s+", " ", paragraph).strip()
        plain = re.sub(r"\s+([,.;:?!])", r"\1", plain)
        plain = re.sub(r",\s*([.;?!])", r"\1", plain)
        plain = re.sub(
            # A question or cry in quotes may be followed by its tag: “Who?” he asked.
            r"(^|[.?!…]\s+|\.[”\"]\s+)([“\"]?)([a-z])",
            lambda match: match.group(1) + match.group(2) + match.group(3).upper(),
            plain,
        )
        if plain:
            paragraphs.append(morphology.fix_articles(plain))
    return "\n\n".join(paragraphs)


def _cut_filler(text: str) -> str:
    outside = re.split(r"(“[^”]*”|\"[^\"]*\")", text)
    for index in range(0, len(outside), 2):
        part = _FILLER.sub("", outside[index])
        for pattern, swap in _PAIRS:
            part = re.sub(pattern, swap, part)
        outside[index] = _ADVERB.sub("", part)
    return _keep_verbs(text, _tidy("".join(outside)))


def _keep_verbs(before: str, after: str) -> str:
    """*began to run* lost its *began*: the bare verb takes the past where the passage is past."""
    for match in re.finditer(r"\b(?:began|started|seemed|managed) to (\w+)", before):
        verb = match.group(1)
        after = re.sub(
            rf"\b(he|she|it|they|I|[A-Z]\w+) {verb}\b", rf"\g<1> {morphology.past(verb)}", after, count=1
        )
    return re.sub(
        r"\b(?:could not|couldn[’']t)\s+help but (\w+)", lambda match: morphology.past(match.group(1)), after
    )


def _shrink(text: str, target: int, data: RewriteData | None = None) -> str:
    """Cut filler, then subordinate matter, then the sentences that a length has no room for.

    The first and the last stay, and so does whatever alone holds a name or a number.
    """
    asked = data or RewriteData()
    if LANGUAGE.count(lean := _cut_filler(text)) <= target:
        return lean if LANGUAGE.count(lean) >= target * 0.92 else _chosen(text, target, asked)
    bare = _tidy(re.sub(r"(?:, (?:which|who) [^,.;]+)(?=[,.;])|\s\([^)]*\)|\s–\s[^–]+\s–", "", lean))
    return min(
        (_chosen(one, target, asked) for one in (bare, lean, text)),
        key=lambda made: abs(LANGUAGE.count(made) - target) > target * 0.08,
    )


_ADDED = frozenset(row for rows in wishes.WEATHER.values() for row in rows)


def _chosen(text: str, target: int, data: RewriteData) -> str:
    """The sentences that come nearest to a length; clauses go where whole sentences are too coarse."""
    rows = [LANGUAGE.sentences(part) for part in LANGUAGE.paragraphs(text)]
    flat = [one for row in rows for one in row]
    if not flat:
        return text
    counts = [LANGUAGE.count(one) for one in flat]
    numbers = re.findall(r"\d+", text)
    must = {0, len(flat) - 1} | {at for at, one in enumerate(flat) if one in _ADDED}
    must |= holders(flat, [*data.names, *numbers]) if target >= sum(counts) / 2 else set()
    out = 1 + data.variant % max(1, len(flat) - 2) if data.variant and len(flat) > 4 else None
    stay = set(kept(counts, must, target, without=None if out in must else out))
    if abs(sum(counts[at] for at in stay) - target) > target * 0.07:
        stay = set(kept(counts, must, round(target * 1.2)))
    made, at = [], 0
    for row in rows:
        line = [one for offset, one in enumerate(row) if at + offset in stay]
        at += len(row)
        if line:
            made.append(" ".join(line))
    told = _tidy("\n\n".join(made))
    return _clauses_cut(told, target) if LANGUAGE.count(told) > target * 1.05 else told


def _grow(text: str, target: int, data: RewriteData, chance: Chance) -> str:
    """Add details of the place between sentences until the target is near."""
    words = f"{' '.join(place.name + ' ' + place.line for place in data.places)} {text}".lower()
    kind = next(
        (kind for word, kind in lexicon.place_words().items() if re.search(rf"\b{re.escape(word)}\b", words)),
        "any",
    )
    tense = "present" if data.style.tense.startswith("pres") else "past"
    tongue = Tongue(tense, {}, {})
    rows = [
        row.split("|")[1]
        for name in (kind, "any", "street")
        for row in lexicon.table("places")[name]["details"]
    ]
    told = {*data.used.told, *marks(text)}
    fresh = [one for row in chance.shuffled(rows) if not told & {*marks(one := sentence(tongue.say(row)))}]
    paragraphs = [LANGUAGE.sentences(part) for part in LANGUAGE.paragraphs(text)] or [[]]
    turn = 0
    have = LANGUAGE.count(text)
    while have < target * 0.95:
        room = target * 1.06 - have
        fitting = [one for one in fresh if LANGUAGE.count(one) <= room and one not in text]
        if not fitting:
            break
        line = paragraphs[turn % len(paragraphs)]
        line.insert(min(len(line), 1 + 2 * (turn // len(paragraphs))), fitting[-1])
        fresh.remove(fitting[-1])
        have += LANGUAGE.count(fitting[-1])
        turn += 1
    return "\n\n".join(" ".join(line) for line in paragraphs)


#: A feeling that is named → what a body does instead.
_FEELINGS: tuple[tuple[str, str], ...] = (
    ("angry|furious|irritated|annoyed", "set the nearest thing down hard"),
    ("afraid|scared|frightened|terrified", "moved half a step toward the door"),
    ("sad|unhappy|sorrowful|miserable|heartbroken", "said nothing for a while"),
    ("happy|glad|delighted|joyful", "pressed a smile flat, and it came back"),
    ("nervous|anxious|tense|uneasy|worried", "went over the knuckles of one hand with the other"),
    ("tired|exhausted|weary", "leaned on the door frame"),
    ("embarrassed|ashamed|awkward", "looked on the floor for something that was not there"),
    ("surprised|shocked|astonished|stunned", "stopped with one hand in the air"),
    ("lonely|alone", "wiped the other chair as well"),
    ("guilty|sorry|remorseful", "went round the mirror"),
)


def _shown(text: str, data: RewriteData, chance: Chance) -> str:
    """Named feelings become what a body does; where none is named, one thing of the place is seen."""
    parts = re.split(r"(“[^”]*”|\"[^\"]*\")", text)
    for index in range(0, len(parts), 2):
        for words, act in _FEELINGS:
            parts[index] = re.sub(
                rf"\b(?:was|were|felt|looked|became|grew|seemed)(?: (?:very|so|quite|rather|too|really|a little))? (?:{words})\b",
                act,
                parts[index],
            )
    made = "".join(parts)
    return made if made != text else _grow(text, LANGUAGE.count(text) + 10, data, chance)


def _voiced(text: str) -> str:
    """Nearer to somebody who tells it: plain tags, no filler, shorter breath."""
    return _tense(sharpened(text))


def _clauses_cut(text: str, target: int, floor: float = 0.9) -> str:
    """Clauses behind commas go, outside speech, until the text is short enough."""
    while LANGUAGE.count(text) > target * 1.05:
        rows = [
            match
            for match in re.finditer(r"(?:,|;) [^,.;:!?“”\"]{3,80}(?=[,.;!?])", text)
            if text.count("“", 0, match.start()) == text.count("”", 0, match.start())
            and LANGUAGE.count(text) - LANGUAGE.count(match.group()) >= target * floor
        ]
        if not rows:
            return text
        over = LANGUAGE.count(text) - target
        gone = min(rows, key=lambda match: (abs(LANGUAGE.count(match.group()) - over), match.start()))
        text = text[: gone.start()] + text[gone.end() :]
    return text


def sharpened(text: str) -> str:
    """Said and asked for showy tags, no adverb at a tag, no greeting and no padding in a line."""
    text = _TAGS.sub("said", text)
    text = re.sub(r"(\?”[^.“]{0,24})\bsaid\b", r"\1asked", text)
    text = re.sub(r"\b(said|asked)(\s\w+)?\s\w+ly\b", r"\1\2", text)
    text = re.sub(
        r"“(?:Well|Oh|Look|Listen|You know|I mean|So|Hello|Hi), (\w)",
        lambda match: f"“{match.group(1).upper()}",
        text,
    )
    text = re.sub(
        r"(“[^”.?!]{4,60}), (?:you know|I think|I guess|I suppose|to be honest|right)\b", r"\1", text
    )
    return _tidy(text)


def _tense(text: str) -> str:
    """Long sentences split where they join; softeners go; what follows stands alone."""
    text = _cut_filler(text)
    parts = re.split(r"(“[^”]*”|\"[^\"]*\")", text)
    for index in range(0, len(parts), 2):
        parts[index] = re.sub(r", (?:and|but) (?=(?:he|she|I|they|it|the|[A-Z]\w+) \w+)", ". ", parts[index])
        parts[index] = re.sub(r"; ", ". ", parts[index])
    return _tidy("".join(parts))


def _person(text: str, data: RewriteData, operation: str) -> str:
    lead = next((member for member in data.cast if member.is_pov), data.cast[0] if data.cast else None)
    name = (lead.name if lead else "") or (data.names[0] if data.names else "")
    gender = re.split(r"[/ ]", lead.pronouns.lower())[0] if lead and lead.pronouns else "she"
    table = {"she": ("she", "her", "her", "herself"), "he": ("he", "him", "his", "himself")}.get(
        gender, ("they", "them", "their", "themself")
    )
    parts = re.split(r"(“[^”]*”|\"[^\"]*\")", text)
    for index in range(0, len(parts), 2):
        part = parts[index]
        if operation == "first":
            part = to_first(part, [name, name.split(" ")[0]], data.style.tense or "past")
            part = re.sub(rf"\b{table[0]}\b", "I", part, flags=re.IGNORECASE)
            part = re.sub(rf"\b{table[3]}\b", "myself", part)
            part = (
                re.sub(rf"\b{table[2]}\b (?=\w)", "my ", part)
                if table[1] != table[2]
                else re.sub(r"\bher\b(?= [a-z])", "my", part)
            )
            part = re.sub(rf"\b{table[1]}\b", "me", part)
            part = part.replace("I were", "I was").replace("I is", "I am").replace("I has", "I have")
        else:
            part = re.sub(r"\bI am\b", f"{table[0]} is", re.sub(r"\bI have\b", f"{table[0]} has", part))
            for mine, theirs in (
                (r"\bmyself\b", table[3]),
                (r"\bmy\b", table[2]),
                (r"\bMy\b", table[2].capitalize()),
                (r"\bme\b", table[1]),
                (r"\bmine\b", table[2]),
                (r"\bI\b", table[0]),
            ):
                part = re.sub(mine, theirs, part)
            if name and index == 0:
                part = re.sub(rf"\b{table[0]}\b", name.split(" ")[0], part, count=1, flags=re.IGNORECASE)
        parts[index] = part
    return _tidy("".join(parts))
