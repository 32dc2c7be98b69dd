"""An answer's content read off the wire, decoded, and no further than a cap.

What was read is at hand at every moment, so that a deadline does not lose it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from callwright.http.arriving import Arriving
from callwright.http.decode import Decoder, decoder_for
from callwright.openapi.answer.response import Answer

__all__ = ["Reading", "decoder_of"]


@dataclass(slots=True, kw_only=True)
class Reading:
    """The content of an answer, as far as it has come."""

    arriving: Arriving
    max_bytes: int
    content: bytearray = field(default_factory=bytearray, repr=False)

    async def run(self) -> Answer:
        """Read it to its end, or to the cap.

        The cap holds for what arrives as well: what unpacks to nothing has an end too.

        Raises:
            DecodingFailed: it is damaged.
        """
        decoder = decoder_of(self.arriving)
        received = 0
        async for piece in self.arriving.content:
            received += len(piece)
            for decoded in decoder.decode(piece):
                self.content += decoded
                if len(self.content) > self.max_bytes:
                    break
            if max(received, len(self.content)) > self.max_bytes:
                return self.answer(f"it has more than {self.max_bytes:,} bytes")
        decoder.finish()
        return self.answer()

    def answer(self, cut: str = "") -> Answer:
        """What has come so far; `cut` says why it is not whole, if it is not."""
        return Answer(
            status=self.arriving.status,
            headers=self.arriving.headers,
            content=bytes(self.content[: self.max_bytes]),
            cut=cut,
        )


def decoder_of(arriving: Arriving) -> Decoder:
    """What undoes the codings of an answer."""
    coding = "" if arriving.is_decoded else arriving.headers.get("content-encoding", "")
    return decoder_for(coding)
