"""The tools of a shop, which models call in tests: a plain function and one that is awaited."""

from __future__ import annotations

from callwright import tool

__all__ = ["get_price", "get_stock"]


@tool(effect="read")
def get_stock(sku: int) -> int:
    """Units on hand."""
    return 5 + sku


@tool(effect="read")
async def get_price(sku: int) -> str:
    """Price of one unit."""
    return f"{sku / 2:.2f}"
