"""What the offline model knows of English: synonyms, cues, and when a sentence asks for a change.

No tool and no schema is known here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from callwright.core.text.words import STOP_WORDS, split_words, stem

__all__ = [
    "ACTIONS",
    "ARTICLES",
    "CUES",
    "ID_WORDS",
    "NOUNS_TOO",
    "NUMBER_WORDS",
    "READ_VERBS",
    "WRITE_VERBS",
    "asks_about_one",
    "asks_how",
    "concept",
    "concepts",
    "is_opener",
    "is_question",
    "requested_verb",
    "verb_concept",
]


def _groups(text: str) -> dict[str, str]:
    lines = [line.split() for line in text.strip().splitlines()]
    return {stem(word): words[0] for words in lines for word in words}


_CONCEPTS = _groups("""
    create add register insert adding created
    remove delete erase destroy removing deleted deletion
    update change edit modify rename changed changing
    loan borrow lend lent
    author write wrote written writer
    overdue late
    available availability
    repository repo
    message text sms
    weather forecast
    publish published publishing publication
    count statistics stat figure
    user person people profile account
    organization organisation org
    image picture photo
    multiply times
    subtract minus
    divide divided
    price cost
""")
"""Words that mean the same wherever tools are concerned, by their stems."""

_VERBS = _groups("""
    create make open put post store save book
    remove cancel drop discard
    update set mark correct increase decrease reduce raise lower move assign
    send mail email notify
""")
"""Verbs that ask for a change, beside those of `_CONCEPTS`; as nouns they mean other things."""

WRITE_VERBS = frozenset(
    "create remove update loan return send cancel renew reserve pay ship archive restore merge "
    "close reopen star unstar fork follow unfollow block unblock ban invite approve reject lock "
    "unlock extend prolong enable disable start stop restart publish upload schedule buy order "
    "assign rent transfer submit replace clear reset revoke grant join leave".split()
)
ACTIONS = frozenset(
    "turn switch reboot launch run execute deploy trigger call play pause move copy write charge "
    "refund withdraw deposit kill shutdown format wipe install uninstall notify log".split()
)
"""Verbs in the names of functions that do more than tell something, beside `WRITE_VERBS`."""

READ_VERBS = frozenset(
    "find search list show get give tell fetch look check display count describe explain print "
    "read see view retrieve compare summarize summarise name query calculate compute".split()
)

_PHRASES = {
    r"check(?:ed)? out": "borrow",
    r"tak(?:e|en) out": "borrow",
    r"(?:give|hand|bring|take|brought|given|taken) back": "return",
    r"hand in": "return",
    r"sign up": "register",
    r"get rid of": "remove",
    r"look up": "find",
    r"set up": "create",
    r"how (?:many|much)": "how count",
    r"most (?=\w+ed\b)": "count ",
    r"how (?:hot|cold|warm)": "weather temperature",
    r"who(?: is|'s|\u2019s|s| are)": "who user",
    r"\bplus\b": "add",
    r"\bsum of\b": "add",
}
_PHRASE_PATTERNS = [
    (re.compile(rf"\b{key}\b", re.IGNORECASE), word) for key, word in _PHRASES.items()
]

NUMBER_WORDS: Mapping[str, int] = {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)
}
ARTICLES = frozenset("a an the this that these those my our your".split())
ID_WORDS = frozenset("id ids uuid guid number no nr key slug code".split())

_PEOPLE = frozenset("author user member owner person customer creator name username login".split())
_THINGS = frozenset("title name subject q query keyword term text topic book".split())
CUES: Mapping[str, frozenset[str]] = {
    "by": frozenset("author creator owner user artist writer assignee brand sender".split()),
    "in": frozenset("city location place country region language genre category to".split()),
    "near": frozenset("city location place address".split()),
    "at": frozenset("location place address city time".split()),
    "into": frozenset("language to target".split()),
    "to": frozenset(
        "to language recipient member user customer destination target assignee".split()
    ),
    "for": frozenset("city location member user customer recipient username query owner".split()),
    "from": frozenset("from source origin start sender since city".split()),
    "of": _PEOPLE | frozenset("title city country of".split()),
    "about": frozenset("query q topic subject title keyword text search username".split()),
    "on": frozenset("date day topic subject query q".split()),
    "with": frozenset("query q text".split()),
    "called": frozenset("name title".split()),
    "named": frozenset("name title".split()),
    "titled": frozenset("title name".split()),
    "entitled": frozenset("title name".split()),
    "wrote": _THINGS,
    "saying": frozenset("text message body content".split()),
    "that": frozenset(["text", "message"]),
    "until": frozenset("until end to before".split()),
    "since": frozenset("since start after from".split()),
    "after": frozenset("since start after from".split()),
    "before": frozenset("until end before to".split()),
    "first": frozenset("limit count size page top per max".split()),
    "top": frozenset("limit count size page top per max".split()),
    "most": frozenset("limit count size page top per max".split()),
    "has": _PEOPLE,
    "have": _PEOPLE,
    "did": _PEOPLE,
    "does": _PEOPLE,
    "is": _PEOPLE | _THINGS,
    "tag": frozenset(["tag", "label"]),
    "label": frozenset(["label", "tag"]),
}
"""A word that stands before a value, and the words of the parameters that it points to."""

_FILLERS = re.compile(
    r"^(?:please|now|then|also|and|first|finally|next|hi|hello|hey|just|kindly|ok|okay|so|"
    r"(?:can|could|would|will) you|(?:i|we) (?:want|need|wish|would like|have)(?: you)? to|"
    r"i[\u2019']d like(?: you)? to|let[\u2019']?s?(?: us| me)?|help me(?: to)?|go ahead and|try to|"
    r"[,!:]+)\s*\b",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"\b(?:wants?|would like|needs?|wish(?:es)?|has asked|asks)(?: you)? to (?P<rest>\w.*)",
    re.IGNORECASE,
)
_QUESTION = frozenset(
    "who whom whose what which when where why how is are was were has have had does do did can "
    "could may should will would am isn't aren't whats who's what's where's".split()
)


def concept(word: str) -> str:
    """The stem of a word, or the one that stands for all of its synonyms."""
    root = stem(word.lower())
    return _CONCEPTS.get(root, root)


def concepts(text: str) -> list[str]:
    """The concepts of a text in its order, stop words left out.

    >>> concepts("Who wrote it, and who has borrowed a repo?")
    ['author', 'loan', 'repository']
    """
    for pattern, instead in _PHRASE_PATTERNS:
        text = pattern.sub(instead, text)
    words = [word for word in split_words(text) if word not in STOP_WORDS and len(word) > 1]
    return [concept(word) for word in words]


def is_question(clause: str) -> bool:
    """Whether a clause asks rather than orders.

    >>> [is_question(text) for text in ("Can Hana borrow it?", "Can you borrow it?")]
    [True, False]
    """
    words = _without_fillers(clause).lower().replace("\u2019", "'").split()
    return bool(words) and words[0].strip(",?!.") in _QUESTION


def asks_about_one(clause: str) -> bool:
    """Whether a clause asks what one thing is like: "Is X available?", not "Is there an X?"."""
    words = clause.lower().split()
    return words[:1] in (["is"], ["are"], ["was"]) and words[1:2] not in (["there"], ["any"])


def asks_how(clause: str) -> bool:
    """Whether a clause wants to know how something is done, which no call can tell.

    >>> [asks_how(text) for text in ("How do I add a book?", "How many books are there?")]
    [True, False]
    """
    return _HOW.match(_without_fillers(clause)) is not None


_HOW = re.compile(r"how (?:to|(?:do|can|could|should|would|may) (?:i|we|you|one))\b", re.IGNORECASE)


def requested_verb(clause: str) -> str | None:
    """The concept of the verb with which a clause orders something, or None when it only asks.

    >>> [requested_verb(text) for text in ("Please delete it", "Ada wants to borrow it")]
    ['remove', 'loan']
    >>> requested_verb("Which books has Ada borrowed?") is None
    True
    """
    rest = _without_fillers(clause)
    for pattern, instead in _PHRASE_PATTERNS:
        rest = pattern.sub(instead, rest)
    if is_question(rest):
        return None
    wish = _WISH.search(rest)
    words = (wish["rest"] if wish else rest).lower().split()
    return verb_concept(words[0].strip(_MARKS)) if words and not _is_noun(words) else None


_MARKS = ".,:;!?\"'“”\u2018\u2019()"
NOUNS_TOO = frozenset("book order list name post mail email message query open close store".split())


def _is_noun(words: Sequence[str]) -> bool:
    """Whether what looks like an order is a thing: "books by X", "order 7", "list of pets"."""
    first, second = words[0].strip(_MARKS), (words[1:] or [""])[0].strip(_MARKS)
    if first.endswith("s") and stem(first) != first:
        return True
    if first == "open":  # An adjective, as in "open issues", unless something new is opened.
        return second not in ARTICLES | {"new"}
    bare = second in ("", "by", "of", "in", "for", "about") or second.lstrip("#").isdigit()
    return first in NOUNS_TOO and bare


def verb_concept(word: str) -> str:
    """What a word stands for as a verb: `book` and `post` create something."""
    root = stem(word)
    return _VERBS.get(root) or _CONCEPTS.get(root, root)


def is_opener(word: str) -> bool:
    """Whether a capital word may owe its capital to its place at the beginning of a sentence."""
    lower = word.lower()
    verb = verb_concept(lower)
    known = lower in STOP_WORDS or lower in _QUESTION or lower in _OPENERS or lower in NUMBER_WORDS
    return known or verb in WRITE_VERBS or verb in READ_VERBS or stem(lower) in _CONCEPTS


def _without_fillers(clause: str) -> str:
    text = clause.strip()
    while True:
        shorter = _FILLERS.sub("", text, count=1).lstrip()
        if shorter == text:
            return text
        text = shorter


_OPENERS = frozenset(
    "please now then also first finally next hi hello hey thanks thank kindly ok okay after before "
    "at by with without on under about all every each any some many most more only no not yes "
    "convert translate send book multiply subtract divide sum track order buy sell start stop run "
    "open close merge star fork follow archive enable disable restart approve reject play pause "
    "schedule plan upload download export import generate turn use using may should i i'd i'm "
    "return renew reserve pay rent ship cancel assign invite ban block close lock unlock".split()
)
