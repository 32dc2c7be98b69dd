"""The tables of a configuration file in which secrets stand: headers, credentials, rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from callwright.cli.credential import (
    SOURCES,
    Home,
    is_source,
    read_auth,
    read_value,
    remedy_for,
)
from callwright.cli.header import check_header
from callwright.cli.mistyped import unknown_key
from callwright.core.errors import ConfigurationError
from callwright.core.json import is_array, is_object
from callwright.openapi.secret import Value

__all__ = ["SecretReader"]

T = TypeVar("T")

_RULE = ("match", "headers", "query", "path", "body", "cookies", "form", "auth", "fields")


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretReader:
    """Reads them as a file of this home means them."""

    home: Home

    def auth(self, given: object, place: str) -> Any:
        """What stands in an `auth`.

        Raises:
            ConfigurationError: it is no credential.
        """
        if given is None:
            return None
        return _at(place, partial(read_auth, given, self.home))

    def headers(self, given: object, place: str) -> Mapping[str, Value]:
        """Headers by their names.

        Raises:
            ConfigurationError: one is none, or a secret is written in it.
        """
        if not is_object(given):
            raise ConfigurationError("The headers must be a table.", place=place)
        return {name: _at(place, partial(self._header, name, item)) for name, item in given.items()}

    def _header(self, name: str, given: object) -> Value:
        if isinstance(given, str) and given.partition(":")[0] in SOURCES:
            # At the terminal it would be read; sent as it stands, it is what nobody means.
            raise ConfigurationError(
                f"The header {name!r} is not written so in a file.", remedy=remedy_for(given)
            )
        if not isinstance(given, str) and not is_object(given):
            raise ConfigurationError(f"The header {name!r} must be text.", remedy=remedy_for(given))
        value = given if isinstance(given, str) else self._value(given)
        try:
            check_header(name, value)
        except ConfigurationError as error:
            remedy = f'Write "{name}" = {{ env = "NAME" }}.'
            raise ConfigurationError(error.what, remedy=remedy) from None
        return value

    def _value(self, given: object) -> Value:
        return read_value(given, self.home)

    def overrides(self, given: object, place: str) -> tuple[Mapping[str, Any], ...]:
        """The rules of `[[spec.NAME.override]]`, each by the arguments of an `Override`.

        Raises:
            ConfigurationError: one is no rule.
        """
        if not is_array(given):
            raise ConfigurationError(
                "The rules must be tables.", place=place, remedy="Write [[spec.NAME.override]]."
            )
        return tuple(self._rule(item, place) for item in given)

    def _rule(self, given: object, place: str) -> Mapping[str, Any]:
        if not is_object(given) or not isinstance(given.get("match"), str):
            raise ConfigurationError(
                "A rule has no match.", place=place, remedy='Write match = "GET *".'
            )
        unknown = [key for key in given if key not in _RULE]
        if unknown:
            raise unknown_key(unknown[0], _RULE, place)
        rule: dict[str, Any] = {"matcher": given["match"]}
        for name in (name for name in _RULE[1:] if name in given):
            match name:
                case "headers":
                    rule[name] = self.headers(given[name], f"{place} headers")
                case "auth":
                    rule[name] = self.auth(given[name], f"{place} auth")
                case _:
                    rule[name] = _at(place, partial(self._deep, given[name]))
        return rule

    def _deep(self, given: object) -> object:
        """A value of any kind; `{ env = "NAME" }` and its like in it are read."""
        if is_source(given):
            return self._value(given)
        if is_object(given):
            return {name: self._deep(item) for name, item in given.items()}
        return list(map(self._deep, given)) if is_array(given) else given


def _at(place: str, read: Callable[[], T]) -> T:
    """What is read, its faults with their place."""
    try:
        return read()
    except ConfigurationError as error:
        raise ConfigurationError(error.what, place=place, remedy=error.remedy) from None
