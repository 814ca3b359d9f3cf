"""Word lists for English narration in the past and in the present tense."""

from __future__ import annotations

from infinite_scribe.continuity.word_lists import Words

_SPEECH = (
    "said says asked asks replied replies answered answers whispered whispers shouted shouts called calls "
    "muttered mutters murmured murmurs cried cries snapped snaps growled growls hissed hisses told tells "
    "added adds continued continues repeated repeats agreed agrees announced announces insisted insists "
    "breathed demanded demands explained explains spoke speaks yelled yells began begins"
)
_ACTIONS = (
    "walked walks ran runs went goes came comes stood stands sat sits rose rises turned turns looked looks "
    "took takes held holds put puts set sets drew draws gave gives threw throws caught catches opened opens "
    "closed closes shut shuts pushed pushes pulled pulls lifted lifts dropped drops picked picks reached "
    "reaches stepped steps climbed climbs crossed crosses followed follows led leads entered enters left "
    "leaves returned returns smiled smiles laughed laughs frowned frowns nodded nods shook shakes shrugged "
    "shrugs sighed sighs glanced glances stared stares watched watches listened listens waited waits "
    "stopped stops paused pauses leaned leans leant knelt kneels bent bends jumped jumps leapt leaps "
    "grabbed grabs handed hands passed passes poured pours drank drinks ate eats wrote writes read reads "
    "struck strikes hit hits kicked kicks fought fights swung swings drove drives rode rides sang sings "
    "wept weeps wiped wipes touched touches kissed kisses tied ties cut cuts lit lights counted counts "
    "brought brings carried carries kept keeps moved moves slid slides slipped slips spun spins swallowed "
    "swallows tossed tosses waved waves whistled whistles winced winces knocked knocks pointed points "
    "hurried hurries rowed rows bowed bows coughed coughs blinked blinks folded folds signed signs"
)
_NOT_ACTIONS = (
    "was is were are had has have been be died dies lay lies lain seemed seems appeared appears remained "
    "remains buried killed murdered hanged drowned shot slain executed mourned named called missed needed "
    "used owned belonged meant deserved would could might may must should did does loved hated buried rested"
)
_INTERIOR = (
    "thought thinks wondered wonders felt feels knew knows realised realizes realized realises remembered "
    "remembers hoped hopes feared fears wished wishes believed believes imagined imagines regretted regrets "
    "recalled recalls longed longs dreaded dreads suspected suspects doubted doubts"
)
_CAPITALS = (
    "I Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July "
    "August September October November December God Lord Lady Sir Madam Mister Mrs Miss Doctor Captain "
    "Father Mother English French German Latin Greek Spanish Chinese Christmas Easter North South East West "
    "Earth Sun Moon King Queen Prince Princess Street Road Avenue Chapter Part"
)

ENGLISH = Words(
    language="en",
    speech_verbs=frozenset(_SPEECH.split()),
    action_verbs=frozenset(_ACTIONS.split()),
    not_actions=frozenset(_NOT_ACTIONS.split()),
    interior_verbs=frozenset(_INTERIOR.split()),
    inference_markers=(
        "seemed",
        "seems",
        "appeared",
        "appears",
        "as if",
        "as though",
        "must have",
        "must be",
        "perhaps",
        "maybe",
        "apparently",
        "obviously",
        "clearly",
        "evidently",
        "no doubt",
        "doubtless",
        "could tell",
        "could see",
        "can tell",
        "can see",
        "saw that",
        "sees that",
        "looked like",
        "looks like",
        "probably",
        "supposed",
        "guessed",
        "later told",
        "had told",
        "would say",
        "might",
    ),
    hypothetical=(
        "if",
        "would",
        "might",
        "could",
        "may",
        "perhaps",
        "maybe",
        "whether",
        "unless",
        "suppose",
        "imagined",
        "imagine",
        "should",
    ),
    figurative=(
        "like",
        "as if",
        "as though",
        "seemed",
        "seems",
        "appeared",
        "appears",
        "almost",
        "might have been",
    ),
    remembered=(
        "remembered",
        "remembers",
        "recalled",
        "recalls",
        "once",
        "used to",
        "always",
        "often",
        "never",
        "years ago",
        "long ago",
        "back then",
        "in those days",
        "memory",
        "memories",
        "that summer",
        "that winter",
        "when they were",
        "the last time",
        "before his death",
        "before her death",
        "before the funeral",
        "in life",
    ),
    dreamed=("dream", "dreams", "dreamed", "dreamt", "nightmare", "vision", "hallucination", "hallucinated"),
    records=(
        "letter",
        "letters",
        "diary",
        "journal",
        "note",
        "recording",
        "tape",
        "voicemail",
        "photograph",
        "photo",
        "picture",
        "portrait",
        "painting",
        "statue",
        "film",
        "video",
        "screen",
        "will",
        "ghost",
        "grave",
        "tomb",
        "headstone",
        "story",
        "song",
        "legend",
        "memoir",
    ),
    lights=(
        "light",
        "moonlight",
        "firelight",
        "lamplight",
        "candlelight",
        "torchlight",
        "sunlight",
        "glow",
        "shadow",
        "shadows",
        "reflected",
        "reflection",
        "looked",
        "turned",
        "flashed",
        "glinted",
        "bruised",
    ),
    disguises=("wig", "lenses", "contacts", "disguise", "disguised", "glamour", "mask", "costume", "painted"),
    ordinary_capitals=frozenset(_CAPITALS.split()),
)
