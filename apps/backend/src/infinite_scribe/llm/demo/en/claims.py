"""English turns of phrase that state something of named people, places and things. «C1» stands for a name."""

import re

_C, _P, _I = "«(?P<{}>C\\d+)»", "«(?P<{}>P\\d+)»", "«(?P<{}>I\\d+)»"
_WHO, _WHERE, _WHAT = _C.format("subject"), _P.format("object"), _I.format("subject")
_HOLDER = _C.format("object")
_END = r"(?=[,.;:!—]| and | with | while | as |$)"
_BY = r"(?: (?:slowly|quickly|quietly|then|at last|still|again|himself|herself|only))?"


def _row(predicate: str, kind: str, pattern: str) -> tuple[str, str, re.Pattern[str]]:
    return predicate, kind, re.compile(pattern)


#: A sentence with one of these says less than it seems to.
UNSURE = re.compile(
    r"\b(?:if|would|could|might|may|perhaps|maybe|seem(?:s|ed)|almost|nearly|not|never|no|nobody|as though|as if|"
    r"dreamt|dreamed|imagined|wondered|wanted to|n’t)\b|n’t\b|\?",
    re.IGNORECASE,
)
SPEAKER = re.compile(
    r"«(C\d+)»(?: \w+ly)? (?:said|asked|answered|replied|told|whispered|called|cried|murmured)|"
    r"(?:said|asked|answered|replied|whispered|called|cried|murmured) «(C\d+)»"
)
CLAIMS = (
    _row("located_at", "change", _WHO + _BY + r" (?:went|walked|came|climbed|hurried|ran|stepped|drove|rode|returned)"
         r"(?: (?:in|down|up|back|out|over|on))? ?(?:into|to|inside|onto) (?:the )?" + _WHERE),
    _row("located_at", "change", _WHO + _BY + r" (?:reached|entered|arrived at|got to) (?:the )?" + _WHERE),
    _row("held_by", "change", _HOLDER + _BY + r" (?:took|picked up|lifted|pocketed|carried|held|kept|hid|found) "
         r"(?:out |up |away )?(?:the |a |her |his |their )?" + _WHAT),
    _row("held_by", "change", r"«C\d+»" + _BY + r" (?:gave|handed|passed|returned) (?:the |her |his )?" + _WHAT + " to "
         + _HOLDER),
    _row("held_by", "change", r"«C\d+»" + _BY + r" (?:gave|handed|passed) " + _HOLDER + " (?:the |a |her |his )?" + _WHAT),
    _row("life_state", "change", _WHO + r" (?P<value>died|was dead|had died|fell dead|drowned|was killed)\b"),
    _row("injured_at", "event", _WHO + r" (?:broke|cut|burned|burnt|sprained|twisted|gashed) (?:his|her|their) "
         r"(?:(?:left|right) )?(?P<value>arm|hand|leg|foot|ankle|wrist|shoulder|knee|palm|finger)\b"),
    _row("wears", "state", _WHO + r" (?:wore|was wearing|put on|pulled on) (?:a|an|the|his|her|their) "
         r"(?P<value>[a-z][a-z -]{2,38}?)" + _END),
    _row("access_state", "change", r"(?:«(?P<subject>[PI]\d+)») (?:was|stood) (?P<value>locked|closed|open|guarded|blocked)\b"),
    _row("item_state", "change", _WHAT + r" (?P<value>broke|shattered|was broken|was torn|was lost)\b"),
    _row("bound_by", "event", _WHO + r" (?:swore|vowed|promised)(?: «C\d+»)? (?P<value>(?:not )?to [^.,;“”«»]{4,60}?)(?=[.,;]|$)"),
    _row("resides_at", "state", _WHO + r" (?:lived|lives|lodged) (?:in|at|above|over|behind) (?:the )?" + _WHERE),
    _row("owned_by", "state", r"«(?P<subject>[PI]\d+)» (?:still )?(?:belonged|belongs) to " + _HOLDER),
)  # fmt: skip
#: Words of the text → choices of the registry.
WORDS = {
    "died": "dead", "was dead": "dead", "had died": "dead", "fell dead": "dead", "drowned": "dead", "was killed": "dead",
    "broke": "broken", "shattered": "broken", "was broken": "broken", "was torn": "damaged",
    "was lost": "lost",
}  # fmt: skip
