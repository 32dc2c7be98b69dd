"""How long a server wants to be left alone, as the headers of its answer say."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

__all__ = ["retry_after"]

_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


def retry_after(headers: Mapping[str, str], *, now: float) -> float | None:
    """The seconds that a server wants to be left alone, if it says so soundly.

    `Retry-After` is a number of seconds or a date (RFC 9110, 10.2.3); `retry-after-ms`, which
    providers of models send beside it, is finer. `now` is the time of day, in seconds since 1970.

    >>> [retry_after({"retry-after": text}, now=0) for text in ("7", "-5", "soon", "1e309")]
    [7.0, None, None, None]
    """
    fine, text = (headers.get(name, "").strip() for name in ("retry-after-ms", "retry-after"))
    if _NUMBER.fullmatch(fine):
        wait = float(fine) / 1_000
    elif _NUMBER.fullmatch(text):
        wait = float(text)
    else:
        try:
            wait = parsedate_to_datetime(text).timestamp() - now
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
    return wait if wait > 0 and math.isfinite(wait) else None
