"""What models cost: their prices, and a ledger of what a run has used, model by model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from callwright.core.errors import ConfigurationError
from callwright.core.message import Usage

__all__ = ["ANY_MODEL", "Ledger", "Price", "Prices", "check_prices", "price_of"]

ANY_MODEL = "*"
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a model costs, in dollars per million tokens.

    >>> Price(input=2.0, output=8.0, cached=0.5).of(
    ...     Usage(input_tokens=1_000_000, cached_tokens=500_000, output_tokens=250_000))
    3.25
    """

    input: float
    output: float
    cached: float | None = None
    """Of input tokens that the provider had in its cache; None where they cost like others."""

    def __post_init__(self) -> None:
        for value in (self.input, self.output, self.cached or 0.0):
            if not value >= 0:
                raise ConfigurationError(f"The price {value!r} must not be below zero.")

    def of(self, usage: Usage) -> float:
        """The cost of a usage in dollars."""
        cached = min(usage.cached_tokens, usage.input_tokens)
        fresh = usage.input_tokens - cached
        per_cached = self.input if self.cached is None else self.cached
        cost = fresh * self.input + cached * per_cached + usage.output_tokens * self.output
        return cost / _MILLION


Prices: TypeAlias = Mapping[str, Price]
"""Prices by the names of models, as they are given to a run or named by their providers; the key
`"*"` is for every other."""


def check_prices(prices: object) -> Prices:
    """Read what the caller gave as prices.

    Raises:
        ConfigurationError: it is no mapping of names to prices.
    """
    if not isinstance(prices, Mapping):
        raise ConfigurationError(
            f"The prices came as {type(prices).__name__}.",
            remedy='Give {"NAME": Price(input=..., output=...)}.',
        )
    checked: dict[str, Price] = {}
    for name, price in prices.items():  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(name, str) or not isinstance(price, Price):
            raise ConfigurationError(
                f"The price of {name!r} is {price!r}.",
                remedy="Give Price(input=..., output=...), in dollars per million tokens.",
            )
        checked[name] = price
    return checked


def price_of(prices: Prices, *names: str) -> Price | None:
    """The price of the first name that has one.

    A provider's dated name (`gpt-5-2026-01-01`) has the price of the longest name it begins with.
    """
    for name in names:
        known = [key for key in prices if key != ANY_MODEL and _is_called(name, key)]
        if known:
            return prices[max(known, key=len)]
    return prices.get(ANY_MODEL)


def _is_called(name: str, key: str) -> bool:
    plain, wanted = name.partition(":")[2] or name, key.partition(":")[2] or key
    return bool(plain) and (name == key or plain == wanted or plain.startswith(f"{wanted}-"))


@dataclass(slots=True, kw_only=True)
class Ledger:
    """What a run has used so far. `model` is the name that the run's model was given by."""

    prices: Prices = field(default_factory=dict[str, Price])
    model: str = ""
    total: Usage = field(default_factory=Usage)
    trim: Usage = field(default_factory=Usage)
    """The share of it that chose the tools."""
    by_model: dict[str, Usage] = field(default_factory=dict[str, Usage])

    def priced(self, usage: Usage, model: str) -> Usage:
        """A usage with what it cost; what the provider itself says of that stands."""
        price = price_of(self.prices, model, self.model)
        if usage.dollars is not None or price is None:
            return usage
        return replace(usage, dollars=price.of(usage))

    def enter(self, usage: Usage, model: str, *, is_trim: bool = False) -> None:
        """Enter what one reply used."""
        name = model or self.model or "unnamed"
        self.total += usage
        self.by_model[name] = self.by_model.get(name, Usage()) + usage
        if is_trim:
            self.trim += usage
