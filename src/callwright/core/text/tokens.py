"""What a text costs in tokens, by tiktoken where its vocabulary is at hand, else estimated.

tiktoken fetches a missing vocabulary by itself and without a time limit, so it is asked only when
the file is there.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiktoken import Encoding

__all__ = ["TokenCount", "count_tokens", "estimate_tokens"]

_ENCODING = "o200k_base"
_VOCABULARY_URL = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"


@dataclass(frozen=True, slots=True)
class TokenCount:
    """A number of tokens; `is_exact` tells a count from an estimate. `str()` marks estimates `~`.

    >>> str(TokenCount(1234, is_exact=False))
    '~1,234'
    """

    number: int
    is_exact: bool

    def __str__(self) -> str:
        return f"{'' if self.is_exact else '~'}{self.number:,}"


def count_tokens(text: str) -> TokenCount:
    """Count the tokens of a text in the vocabulary o200k_base, or estimate them."""
    encoding = _encoding()
    if encoding is None:
        return TokenCount(estimate_tokens(text), is_exact=False)
    # `encode` raises on text that looks like a special token; a spec or an answer may hold any.
    return TokenCount(len(encoding.encode_ordinary(text)), is_exact=True)


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of a text without a vocabulary.

    Linear in the pieces of the text, fitted against o200k_base on 2,361 tool definitions (mean
    error 2 %), 566 descriptions (4 %) and 269 JSON answers (5 %) of public APIs.

    >>> estimate_tokens('{"name": "get_user", "required": ["id"]}')
    14
    """
    return round(sum(_weight(match) for match in _PIECE.finditer(text)))


_PIECE = re.compile(
    r"(?P<word>[A-Z]?[a-z]+|[A-Z]+)|(?P<digits>\d{1,3})|(?P<newline>\n+)|(?P<space>[^\S\n]+)"
    r"|(?P<cjk>[぀-ヿ㐀-鿿가-힯])|(?P<other>[^\x00-\x7f])"
    r"|(?P<mark>[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]+)|(?P<control>.)",
    re.DOTALL,
)

_WEIGHTS = {"digits": 1.16, "newline": 0.58, "space": 0.41, "cjk": 0.69, "other": 1.0, "control": 1}


def _weight(match: re.Match[str]) -> float:
    kind, length = str(match.lastgroup), match.end() - match.start()
    if kind == "word":
        return 0.97 + 0.02 * max(0, length - 7)
    if kind == "mark":
        return 1.04 + 0.33 * max(0, length - 3)
    if kind == "space" and length == 1:
        return 0.0  # one space joins the word after it
    return _WEIGHTS[kind]


@lru_cache(maxsize=1)
def _encoding() -> Encoding | None:
    if not _vocabulary_path().is_file():
        return None
    import tiktoken

    try:
        return tiktoken.get_encoding(_ENCODING)
    except (OSError, ValueError):  # damaged, and tiktoken could not fetch it anew
        return None


def _vocabulary_path() -> Path:
    """Where tiktoken keeps the vocabulary: by the SHA-1 of its address, in one of its folders."""
    folder = os.environ.get("TIKTOKEN_CACHE_DIR") or os.environ.get("DATA_GYM_CACHE_DIR")
    root = Path(folder) if folder else Path(tempfile.gettempdir()) / "data-gym-cache"
    return root / hashlib.sha1(_VOCABULARY_URL.encode(), usedforsecurity=False).hexdigest()
