"""The scripted model, as users' own tests have it."""

from __future__ import annotations

from typing import Any

import pytest

from callwright import ScriptedModel, run_with_tools
from callwright.errors import ConfigurationError


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ([("add", {"a": 1})], "('add', {'a': 1}) in the script of the model is no call"),
        ([{"arguments": {}}], "no call"),
        (["add"], "'add' in the script of the model is no call"),
        (5, "The step 5 of the script is none"),
        (lambda turn: None, "The step None of the script is none"),
    ],
)
def test_a_step_that_is_none(step: Any, told: str) -> None:
    """A mistake in a script is named, with what would be right."""
    with pytest.raises(ConfigurationError) as caught:
        run_with_tools(ScriptedModel(step), "go")
    assert told in str(caught.value)
    assert caught.value.remedy.startswith("Give ")


def test_the_end_of_a_script() -> None:
    """A script that is too short fails at the turn that it lacks."""
    with pytest.raises(ConfigurationError, match=r"at its end; this is turn 1\."):
        run_with_tools(ScriptedModel(), "go")
