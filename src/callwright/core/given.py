"""What a caller gave, checked where it is given: a mistake is told by its name and in their words.

It is for what is no type error of Python's own, since the wrong thing would only fail much later,
or never, and somewhere else.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from callwright.core.errors import ConfigurationError
from callwright.core.json import is_object

__all__ = [
    "a_kind",
    "check_callable",
    "check_hook",
    "check_kind",
    "check_number",
    "check_options",
    "check_word",
]

_LIKENESS = 0.85
"""`aprove` is `approve` (0.92); `verbosity` and `stream_options` of providers are none of ours."""


def a_kind(value: object) -> str:
    """What kind of thing it is, with its article.

    >>> a_kind(3), a_kind("x")
    ('an int', 'a str')
    """
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def check_callable(name: str, value: object, remedy: str) -> None:
    """Refuse what is given as a function and is none.

    Raises:
        ConfigurationError: it cannot be called.
    """
    if value is not None and not callable(value):
        raise ConfigurationError(f"{name}={value!r} cannot be called.", remedy=remedy)


def check_hook(name: str, value: object) -> None:
    """Refuse a hook that nobody could call, or that would have to be awaited.

    Raises:
        ConfigurationError: it is no plain function.
    """
    check_callable(name, value, "Give a function of one argument, the event.")
    if inspect.iscoroutinefunction(value):
        raise ConfigurationError(
            f"{name}={value!r} is `async`, and events are not awaited.",
            remedy="Give a plain function; it may put the event into a queue.",
        )


def check_kind(name: str, value: object, kind: type) -> None:
    """Refuse what should be a value of one class; of a mapping the fields are said again.

    Raises:
        ConfigurationError: it is something else.
    """
    if value is None or isinstance(value, kind):
        return
    fields: Mapping[str, object] = value if is_object(value) else {}
    written = ", ".join(f"{field}={given!r}" for field, given in fields.items()) or "..."
    raise ConfigurationError(
        f"{name}={value!r} is no {kind.__name__}.", remedy=f"Write {kind.__name__}({written})."
    )


def check_number(what: str, value: object, *, whole: bool = False) -> None:
    """Refuse what is no number; None is left to whoever asks.

    Raises:
        ConfigurationError: it is none, or has a fraction and must not.
    """
    if value is None or isinstance(value, int if whole else (int, float)):
        return
    raise ConfigurationError(f"{what}={value!r} must be a {'whole ' if whole else ''}number.")


def check_word(what: str, value: object, known: Collection[str]) -> None:
    """Refuse what is none of the words that are known.

    Raises:
        ConfigurationError: it is another.
    """
    if value not in known:
        words = ", ".join(map(repr, known))
        raise ConfigurationError(f"{what} is unknown.", remedy=f"Use one of {words}.")


def check_options(
    options: Iterable[str], own: Collection[str], others: Mapping[str, Collection[str]]
) -> None:
    """Refuse an option for a provider that is one of ours, misspelt or at the wrong verb.

    `own` are the options of the verb, `others` those of other verbs by their names. What is like
    none of them may mean anything to a provider.

    Raises:
        ConfigurationError: it is one of ours.
    """
    for option in options:
        for verb, theirs in others.items():
            if option in theirs:
                raise ConfigurationError(
                    f"{option!r} is an option of {verb}.", remedy="Give it there."
                )
        ours = {_plain(name): name for name in (*own, *(n for s in others.values() for n in s))}
        near = get_close_matches(_plain(option), ours, n=1, cutoff=_LIKENESS)
        if near:
            raise ConfigurationError(
                f"There is no option {option!r}.", remedy=f"Did you mean {ours[near[0]]}?"
            )


def _plain(name: str) -> str:
    """A name without the signs by which styles of writing differ."""
    return name.replace("_", "").lower()
