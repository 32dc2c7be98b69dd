"""Durations and sizes in the fewest characters that a person needs."""

from __future__ import annotations

__all__ = ["counted", "duration", "size"]


def duration(seconds: float) -> str:
    """A duration.

    >>> [duration(s) for s in (0.0002, 0.0042, 0.185, 1.25, 59.96, 125)]
    ['<1 ms', '4 ms', '185 ms', '1.25 s', '60.0 s', '2 min 05 s']
    """
    if seconds < 0.001:
        return "<1 ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def size(count: int) -> str:
    """A number of bytes, in powers of ten.

    >>> [size(n) for n in (0, 999, 18_230, 4_000_000)]
    ['0 B', '999 B', '18.2 kB', '4.0 MB']
    """
    if count < 1_000:
        return f"{count} B"
    if count < 999_950:
        return f"{count / 1_000:.1f} kB"
    return f"{count / 1_000_000:.1f} MB"


def counted(count: int, noun: str) -> str:
    """A number of things.

    >>> [counted(n, "call") for n in (1, 1_223)]
    ['1 call', '1,223 calls']
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
