"""What one value can have been meant as: a text as a number, a name in another case, and the like.

Nothing here looks into objects and arrays. A reading is certain or it is none: `"5"` is the number
5 where no text is admitted, but `"1,000"` and `"yes"` are nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import TypeGuard

from callwright.core.json import Json, dump_json, is_array, is_object, parse_json
from callwright.core.repair.change import quoted
from callwright.core.repair.form import KINDS, Form, kind_of, kinds_of

__all__ = ["Reading", "is_single", "parsed", "readings", "told_parsed"]

Reading = tuple["Json", str]
"""A value and, in words, how it came from the one that was given."""

_MAX_LENGTH = 100
_MAX_EXACT = 2**53
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_WORDS: dict[str, bool | None] = {
    "true": True,
    "True": True,
    "false": False,
    "False": False,
    "null": None,
    "None": None,
}
"""JSON's words, and Python's, which models mix up with them."""

_NUMERIC_FORMATS = frozenset({"int32", "int64", "uint32", "uint64", "integer", "decimal"})
_SEPARATORS = re.compile(r"[,;|\n]")


def readings(value: Json, forms: Sequence[Form]) -> Iterator[Reading]:
    """What a value that does not fit can have been meant as, where it is no object or array.

    >>> list(readings("5", [Form(({"type": "integer"},))]))
    [(5, '"5" was read as 5')]
    """
    option = _option(value, forms)
    if option is not None:
        yield option[0], _told(value, option[0])
    elif isinstance(value, str):
        yield from _text_readings(value, forms)
    elif _is_integer(value) and _takes_digits(forms):
        yield str(value), _told(value, str(value))


def _told(value: Json, meant: Json) -> str:
    return f"{quoted(value)} was read as {quoted(meant)}"


def _option(value: Json, forms: Sequence[Form]) -> tuple[Json] | None:
    """The one option of an enumeration that reads like the value."""
    if is_object(value) or is_array(value):
        return None
    options = [option for form in forms for option in form.options or ()]
    alike = {dump_json(option): option for option in options if _are_alike(option, value)}
    return (alike.popitem()[1],) if len(alike) == 1 else None


def _are_alike(option: Json, value: Json) -> bool:
    """Whether they differ only in case, in space around them, or in being a text."""
    if option is None or value is None or is_object(option) or is_array(option):
        return False
    if _plain(option) == _plain(value):
        return True
    # 5.1 may have been written 5.10, so it reads like both "5.1" and "5.10".
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and isinstance(option, str) and _number(option.strip()) == value


def _plain(value: Json) -> str:
    return value.strip().casefold() if isinstance(value, str) else dump_json(value)


def _text_readings(text: str, forms: Sequence[Form]) -> Iterator[Reading]:
    bare = text.strip()
    if "string" in kinds_of(forms, is_free=True):
        # Only a pattern notices the space: no keyword else that a text can fail is mended by it.
        if bare != text and any("pattern" in part for form in forms for part in form.parts):
            yield bare, f"the space around {quoted(bare)} was taken off"
        return
    number = None if _is_amount(bare, forms) else _number(bare)
    if number is not None:
        yield number, _told(text, number)
    if bare in _WORDS:
        yield _WORDS[bare], _told(text, _WORDS[bare])


def _is_amount(text: str, forms: Sequence[Form]) -> bool:
    """Whether a text is in another unit than the integer that is wanted: `5.00`, and not in cents.

    Prices are asked for in the smallest unit; 5 would be a hundredth of what was meant.
    """
    return bool(_AMOUNT.search(text)) and "number" not in kinds_of(forms)


_AMOUNT = re.compile(r"\.\d{2,}$", re.ASCII)


def _number(text: str) -> int | float | None:
    """The number that a text is in JSON; whole numbers are integers, `5.0` as well as `5`."""
    if len(text) > _MAX_LENGTH or not _NUMBER.fullmatch(text):
        return None
    value = parse_json(text)
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < _MAX_EXACT else value
    return value if _is_integer(value) else None


def _is_integer(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _takes_digits(forms: Sequence[Form]) -> bool:
    """Whether an integer can stand for its digits.

    They are what the model wrote: JSON has no other text for it. A fraction may have lost zeros
    (5.10 is 5.1), so it is not read as a text; nor is a number where a date or the like is wanted.
    """
    texts = [form for form in forms if "string" in form.kinds]
    is_plain = all(form.options is None and form.formats <= _NUMERIC_FORMATS for form in texts)
    return bool(texts) and is_plain


def parsed(value: Json, forms: Sequence[Form]) -> Json:
    """The object or array that a text is in JSON, where no text is admitted; else None."""
    if not isinstance(value, str) or not value.strip().startswith(("{", "[")):
        return None
    if "string" in kinds_of(forms, is_free=True):
        return None
    try:
        found = parse_json(value)
    except ValueError:
        return None
    return found if kind_of(found) in ("object", "array") else None


def told_parsed(found: Json) -> str:
    """In words, that a text was read as an object or array."""
    return f"a text was read as the JSON of an {kind_of(found)}"


def is_single(value: Json, item: Sequence[Form]) -> bool:
    """Whether a value can be the one item of an array.

    Not null; not where the items can be anything; and no text that may hold several.
    """
    if value is None or is_array(value):
        return False
    if kinds_of(item) == KINDS:
        return False
    if isinstance(value, str) and all(form.options is None for form in item):
        return bool(value.strip()) and not _SEPARATORS.search(value)
    return True
