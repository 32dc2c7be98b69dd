"""Events as JSON Lines: written as they happen, and read back as the values that they were.

Files are opened here, and only those that the caller names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, TypeAlias, get_args

from callwright.core.events.event import Event, OnEvent
from callwright.core.events.record import from_record
from callwright.core.json import dump_json, is_object, parse_json

__all__ = ["Place", "event_from_dict", "events_from_jsonl", "events_to_jsonl"]

Place: TypeAlias = "str | Path | IO[str]"
"""A path, or a file that is open for text."""

_KINDS: dict[str, type[Any]] = {kind.kind: kind for kind in get_args(Event)}


def events_to_jsonl(place: Place) -> OnEvent:
    """Make a hook that writes each event as one line of JSON; give it as `on_event=` to a run.

    A path is made anew when the first event comes, and every line is flushed, so that what was done
    is on record whatever happens then. No credential is in an event; results and prompts are.

    >>> import io
    >>> from callwright import events_from_jsonl, events_to_jsonl, run_with_tools
    >>> file = io.StringIO()
    >>> answer = run_with_tools("offline", "Hello.", on_event=events_to_jsonl(file))
    >>> [event.kind for event in events_from_jsonl(io.StringIO(file.getvalue()))]
    ['run_started', 'model_asked', 'model_replied', 'run_finished']
    """
    if isinstance(place, (str, Path)):
        return _writer_to(Path(place))
    return _writer(place)


def _writer_to(path: Path) -> OnEvent:
    begun = False

    def write(event: Event) -> None:
        nonlocal begun
        with path.open("a" if begun else "w", encoding="utf-8", errors="replace") as file:
            _writer(file)(event)
        begun = True

    return write


def _writer(file: IO[str]) -> Callable[[Event], None]:
    def write(event: Event) -> None:
        file.write(dump_json(event.to_dict()) + "\n")
        file.flush()

    return write


def events_from_jsonl(place: Place) -> Iterator[Event]:
    """Read events that `events_to_jsonl` has written, one after another.

    Raises:
        ValueError: a line holds no event. A last line that was cut off is left out.

    >>> import io
    >>> from callwright import events_from_jsonl
    >>> list(events_from_jsonl(io.StringIO('{"kind": "model_asked", "at": 0.5, "round": 1}')))
    [ModelAsked(at=0.5, round=1)]
    """
    if isinstance(place, (str, Path)):
        with Path(place).open(encoding="utf-8") as file:
            yield from events_from_jsonl(file)
        return
    for line in place:
        event = _read_line(line)
        if event is not None:
            yield event


def _read_line(line: str) -> Event | None:
    try:
        record = parse_json(line)
    except ValueError:
        if line.endswith("\n"):
            raise
        return None  # the program ended while it was written
    return event_from_dict(record)


def event_from_dict(record: object) -> Event:
    """The event that a dict of `Event.to_dict()` stands for.

    Raises:
        ValueError: it stands for none.
    """
    kind = _KINDS.get(str(record.get("kind"))) if is_object(record) else None
    if kind is None:
        raise ValueError(f"This is no event: {str(record)[:80]}")
    event: Event = from_record(kind, record)
    return event
