"""What HTTP libraries log while a request with secrets in it is under way, without the secrets.

The loggers of these libraries get one filter, which changes nothing but records that hold a secret
of the request that is under way in the same task. Levels, handlers and all other loggers are left
as the user has set them.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Generator
from contextlib import contextmanager
from contextvars import ContextVar

from callwright.core.redaction import without_secrets

__all__ = ["hiding"]

_LIBRARIES = ("httpx2", "httpx", "httpcore2", "httpcore", "h11", "h2", "hpack")
_ROOMS = ("connection", "http11", "http2", "proxy", "socks", "hpack", "table")
_MIN_LENGTH = 4
"""Below it a secret is no secret, and would be found in every other word."""

_secrets: ContextVar[Collection[str]] = ContextVar("secrets", default=())


class _WithoutSecrets(logging.Filter):
    """Lets every record pass, without the secrets of the request that is under way."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace what must not be written down."""
        secrets = _secrets.get()
        if secrets:
            written = record.getMessage()
            hidden = without_secrets(written, secrets, shortest=_MIN_LENGTH)
            if hidden != written:
                record.msg, record.args = hidden, None
        return True


_filter = _WithoutSecrets()
for _library in _LIBRARIES:
    # A filter holds for the very logger that a record was made by, not for those below it.
    for _name in (_library, *(f"{_library}.{room}" for room in _ROOMS)):
        logging.getLogger(_name).addFilter(_filter)


@contextmanager
def hiding(secrets: Collection[str]) -> Generator[None]:
    """Keep these out of what HTTP libraries log in this task while the body runs."""
    token = _secrets.set(secrets)
    try:
        yield
    finally:
        _secrets.reset(token)
