"""What a caller gives as a model, as a model: a name that is looked up, or an object."""

from __future__ import annotations

import inspect
from typing import TypeAlias

from callwright.core.errors import UnknownModel
from callwright.core.model import Model
from callwright.http import post_to_model, stream_from_model
from callwright.models.resolve import resolve

__all__ = ["ModelLike", "as_model", "chooses_tools", "most_tools"]

ModelLike: TypeAlias = "str | Model"


def as_model(model: ModelLike) -> Model:
    """The model that is meant.

    Raises:
        UnknownModel: it is no model.
    """
    if isinstance(model, str):
        return resolve(model, post=post_to_model, stream_post=stream_from_model)
    if isinstance(model, type):
        raise UnknownModel(
            f"{model!r} is a class and no model.", remedy=f"Make one of it: {model.__name__}()."
        )
    if inspect.iscoroutinefunction(getattr(model, "reply", None)):
        return model
    raise UnknownModel(
        f"{model!r} is no model.", remedy="Give a name, or an object with `async def reply(turn)`."
    )


def chooses_tools(model: object) -> bool:
    """Whether there is any use in asking the model which tools are needed."""
    return bool(getattr(model, "chooses_tools", True))


def most_tools(model: object) -> int | None:
    """How many tools the model's provider takes, where its profile says so."""
    most = getattr(getattr(model, "profile", None), "max_tools", None)
    return most if isinstance(most, int) and most > 0 else None
