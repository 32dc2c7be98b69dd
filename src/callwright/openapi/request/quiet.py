"""A request that may be looked at: its repr, and so a traceback with locals, shows no secret."""

from __future__ import annotations

import httpx2

from callwright.core.redaction import without_secrets

__all__ = ["SECRETS", "QuietRequest"]

SECRETS = "callwright.secrets"
"""The extension of a request that names the credentials in it, for whoever writes about it."""


class QuietRequest(httpx2.Request):
    """A request like any other, whose repr says `[secret]` where a credential stands."""

    def __repr__(self) -> str:
        secrets = self.extensions.get(SECRETS, ())
        url = without_secrets(str(self.url), secrets)
        return f"<Request({self.method!r}, {url!r})>"
