"""Every wire by its name."""

from __future__ import annotations

from collections.abc import Mapping

from callwright.models.codec import Codec
from callwright.models.profile import Wire
from callwright.models.wires.anthropic import ANTHROPIC
from callwright.models.wires.chat import CHAT
from callwright.models.wires.gemini import GEMINI
from callwright.models.wires.ollama import OLLAMA
from callwright.models.wires.responses import RESPONSES
from callwright.models.wires.workers_ai import WORKERS_AI

__all__ = ["CODECS"]

CODECS: Mapping[Wire, Codec] = {
    "chat": CHAT,
    "responses": RESPONSES,
    "anthropic": ANTHROPIC,
    "gemini": GEMINI,
    "ollama": OLLAMA,
    "workers-ai": WORKERS_AI,
}
