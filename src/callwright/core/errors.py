"""Every exception of Callwright, the tree drawn on top.

    CallwrightError
    ├── ConfigurationError        what the caller wrote cannot be used
    │   ├── UnknownModel          a model name that names no model
    │   ├── UnknownTool           a name that none of the tools has; a KeyError too
    │   ├── InvalidTool           a tool, a set of tools or a tool choice that cannot be offered
    │   ├── InvalidOverride       an override whose matcher or values cannot be used
    │   ├── InvalidMessages       messages that are no conversation
    │   └── ServerMissing         an operation without an absolute server address
    ├── SpecError                 the API description cannot be used
    │   ├── SpecUnavailable       it could not be read from where it lies
    │   └── SpecInvalid           it is not an OpenAPI document that can be read
    ├── CredentialError           a credential is missing or was refused
    ├── ModelError                the model gave no usable reply
    │   ├── ModelUnavailable      it could not be reached, or answered with a failure
    │   │   └── ModelStreamCut    its stream ended before the reply was whole
    │   └── ModelReplyInvalid     it answered with something that is no reply
    └── CallError                 one tool call went wrong; the model reads it as a tool message
        ├── ArgumentsInvalid      the arguments do not fit the tool
        ├── CallTimeout           no complete answer within the time allowed
        ├── ApiUnreachable        the API could not be reached, or broke off
        ├── AddressBlocked        it has an address that the caller does not admit
        └── RedirectRefused       it points to where a call may not follow

What the programmer must fix is raised from the public verbs. A `CallError` is raised only inside
a call: the loop turns it into the message that the model reads next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = [
    "AddressBlocked",
    "ApiUnreachable",
    "ArgumentsInvalid",
    "CallError",
    "CallTimeout",
    "CallwrightError",
    "ConfigurationError",
    "CredentialError",
    "InvalidMessages",
    "InvalidOverride",
    "InvalidTool",
    "ModelError",
    "ModelReplyInvalid",
    "ModelStreamCut",
    "ModelUnavailable",
    "RedirectRefused",
    "ServerMissing",
    "SpecError",
    "SpecInvalid",
    "SpecUnavailable",
    "UnknownModel",
    "UnknownTool",
]


class CallwrightError(Exception):
    """The root of every exception that Callwright raises by itself.

    `place` says where the fault lies and `remedy` what to do; both may be empty. `answer` is the
    `Answer` that a run had come to when it was ended by this, with all that was done.
    """

    answer: Any = None

    def __init__(self, what: str, *, place: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.place = place
        self.remedy = remedy

    def __str__(self) -> str:
        parts = [self.what, f"({self.place})" if self.place else "", self.remedy]
        return " ".join(part for part in parts if part)


class ConfigurationError(CallwrightError):
    """What the caller wrote cannot be used."""


class UnknownModel(ConfigurationError):
    """A model name that names no model."""


class UnknownTool(ConfigurationError, KeyError):
    """A name that none of the tools has."""


class InvalidTool(ConfigurationError):
    """A tool, a set of tools or a tool choice that cannot be offered to a model."""


class InvalidOverride(ConfigurationError):
    """An override whose matcher or values cannot be used."""


class InvalidMessages(ConfigurationError):
    """Messages that are no conversation."""


class ServerMissing(ConfigurationError):
    """An operation that has no absolute server address."""


class SpecError(CallwrightError):
    """The API description cannot be used. `pointer` is the JSON Pointer (RFC 6901) of the fault."""

    def __init__(
        self, what: str, *, place: str = "", remedy: str = "", pointer: str | None = None
    ) -> None:
        super().__init__(what, place=place, remedy=remedy)
        self.pointer = pointer


class SpecUnavailable(SpecError):
    """The API description could not be read from where it lies."""


class SpecInvalid(SpecError):
    """The text is no OpenAPI document that can be read."""


class CredentialError(CallwrightError):
    """A credential is missing or was refused. `status` is the HTTP status, if one was received."""

    def __init__(
        self, what: str, *, place: str = "", remedy: str = "", status: int | None = None
    ) -> None:
        super().__init__(what, place=place, remedy=remedy)
        self.status = status


class ModelError(CallwrightError):
    """The model gave no usable reply. `status` is the HTTP status, if one was received."""

    def __init__(
        self, what: str, *, place: str = "", remedy: str = "", status: int | None = None
    ) -> None:
        super().__init__(what, place=place, remedy=remedy)
        self.status = status


class ModelUnavailable(ModelError):
    """The model could not be reached, or its provider answered with a failure."""


class ModelStreamCut(ModelUnavailable):
    """A model's stream ended before its reply was whole.

    `partial` is the assistant's `Message` as far as it came; its calls are not whole, and are never
    executed.
    """

    def __init__(
        self,
        what: str,
        *,
        partial: Any,  # a `Message`, whose room builds on this one
        place: str = "",
        remedy: str = "",
        status: int | None = None,
    ) -> None:
        super().__init__(what, place=place, remedy=remedy, status=status)
        self.partial = partial


class ModelReplyInvalid(ModelError):
    """The provider answered with something that is no reply."""


class CallError(CallwrightError):
    """One tool call went wrong. Its text is written for the model."""

    outcome_unknown: bool = False
    """Whether a call that may change something may have done so all the same."""
    attempts: int = 1
    """How often the request was sent, or tried to be."""


class ArgumentsInvalid(CallError):
    """The arguments do not fit the tool. `faults` holds one sentence for each fault."""

    def __init__(self, faults: Sequence[str], *, remedy: str = "") -> None:
        super().__init__("The arguments do not fit: " + " ".join(faults), remedy=remedy)
        self.faults = tuple(faults)


class CallTimeout(CallError):
    """No complete answer came within the time allowed."""


class ApiUnreachable(CallError):
    """The API could not be reached, or its answer broke off or is no HTTP."""


class AddressBlocked(CallError):
    """The API has an address that the caller's policy does not admit; nothing was sent to it.

    `host` and `port` are what was to be reached, `address` is the one that stands against it.
    """

    def __init__(
        self, what: str, *, host: str, port: int, address: str = "", remedy: str = ""
    ) -> None:
        super().__init__(what, remedy=remedy)
        self.host = host
        self.port = port
        self.address = address


class RedirectRefused(CallError):
    """The API points to where this call may not follow. `location` is where."""

    def __init__(self, what: str, *, location: str, remedy: str = "") -> None:
        super().__init__(what, remedy=remedy)
        self.location = location
