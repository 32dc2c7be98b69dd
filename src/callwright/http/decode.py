"""Content codings undone piece by piece, so that no small answer becomes a large one unseen."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

__all__ = ["Decoder", "DecodingFailed", "decoder_for"]

_PIECE = 256 * 1024
_MAX_CODINGS = 4
_GZIP, _WRAPPED, _BARE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_GZIP_MAGIC = 0x1F


class DecodingFailed(Exception):
    """What came is not in the coding that it says it is in. Its text is fit to be shown."""


class Decoder(Protocol):
    """Undoes one coding, or none."""

    def decode(self, piece: bytes) -> Iterator[bytes]:
        """What a piece unpacks to, in pieces that are never large.

        Raises:
            DecodingFailed: it is damaged.
        """
        ...

    def finish(self) -> None:
        """Say that no more comes.

        Raises:
            DecodingFailed: there should have been more.
        """
        ...


class _Plain:
    """No coding at all."""

    def decode(self, piece: bytes) -> Iterator[bytes]:
        yield piece

    def finish(self) -> None:
        """Anything may be the end."""


class _Zlib:
    """Gzip (RFC 1952), also of several members, or deflate with its wrapper (RFC 1950) or bare."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._unpacker = zlib.decompressobj(_GZIP)
        self._head = b""
        self._is_begun = False
        self._is_over = False

    def decode(self, piece: bytes) -> Iterator[bytes]:
        if not self._is_begun:
            piece = self._begin(piece)
        while piece and not self._is_over:
            if self._unpacker.eof:
                self._begin_next(piece)
                continue
            unpacked = self._unpacked(piece)
            yield from self._whole(unpacked)
            piece = self._unpacker.unconsumed_tail or self._unpacker.unused_data

    def _begin(self, piece: bytes) -> bytes:
        """What there is to unpack, once the first two bytes tell how."""
        self._head += piece
        if len(self._head) < 2:
            return b""
        self._is_begun = True
        if self._coding == "deflate":
            # Some servers send deflate without its wrapper (RFC 9110, 8.4.1.2, Note).
            is_wrapped = self._head[0] & 15 == 8 and int.from_bytes(self._head[:2]) % 31 == 0
            self._unpacker = zlib.decompressobj(_WRAPPED if is_wrapped else _BARE)
        begun, self._head = self._head, self._head[:2]
        return begun

    def _begin_next(self, piece: bytes) -> None:
        """A further member of gzip begins with its magic number; all else behind it is padding."""
        self._is_over = self._coding != "gzip" or piece[0] != _GZIP_MAGIC
        if not self._is_over:
            self._unpacker = zlib.decompressobj(_GZIP)

    def _whole(self, unpacked: bytes) -> Iterator[bytes]:
        """A piece, and what the unpacker holds back of it although it has taken all there is."""
        if unpacked:
            yield unpacked
        while len(unpacked) == _PIECE and not self._unpacker.unconsumed_tail:
            unpacked = self._unpacked(b"")
            if unpacked:
                yield unpacked

    def _unpacked(self, piece: bytes) -> bytes:
        try:
            return self._unpacker.decompress(piece, _PIECE)
        except zlib.error:
            raise DecodingFailed(f"It is no {self._coding}, although it says so") from None

    def finish(self) -> None:
        """Nothing at all is an end too: so some servers answer HEAD."""
        if self._head and not self._unpacker.eof:
            raise DecodingFailed(f"Its {self._coding} breaks off")


class _Refused:
    """A coding that cannot be undone; where no content comes, there is nothing to undo."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def decode(self, piece: bytes) -> Iterator[bytes]:
        raise DecodingFailed(self._reason)

    def finish(self) -> None:
        """Nothing came."""


class _Several:
    """Codings that were applied one after another."""

    def __init__(self, first: Decoder, second: Decoder) -> None:
        self._first, self._second = first, second

    def decode(self, piece: bytes) -> Iterator[bytes]:
        for unpacked in self._first.decode(piece):
            yield from self._second.decode(unpacked)

    def finish(self) -> None:
        self._first.finish()
        self._second.finish()


def decoder_for(header: str) -> Decoder:
    """What undoes the codings of a Content-Encoding header (RFC 9110, 8.4)."""
    codings = [coding.strip().lower().removeprefix("x-") for coding in header.split(",")]
    wanted = [coding for coding in codings if coding not in ("", "identity")]
    unknown = [coding for coding in wanted if coding not in ("gzip", "deflate")]
    if unknown:
        return _Refused(f"It is encoded as {unknown[0]!r}, which nobody asked for")
    if len(wanted) > _MAX_CODINGS:
        return _Refused(f"It is encoded {len(wanted)} times over")
    decoder: Decoder = _Plain()
    for coding in reversed(wanted):
        decoder = _Zlib(coding) if isinstance(decoder, _Plain) else _Several(decoder, _Zlib(coding))
    return decoder
