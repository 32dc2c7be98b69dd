"""Keys, read and hidden."""

from __future__ import annotations

import pytest

from callwright.core.errors import CredentialError
from callwright.models.key import EnvironmentKey
from callwright.models.providers import PROFILES

OPENAI = PROFILES["openai"]


@pytest.mark.parametrize("key", ["sk-a b", "sk-\nX", "schlüssel"])
def test_a_key_that_is_none_is_not_shown(key: str) -> None:
    """A key that could be no header is refused by the name of its variable."""
    with pytest.raises(CredentialError, match="OPENAI_API_KEY holds no key") as caught:
        EnvironmentKey(profile=OPENAI, environ={"OPENAI_API_KEY": key})()
    assert key not in str(caught.value)


def test_the_key_is_read_when_it_is_used() -> None:
    """A key that is set, changed or written with blanks around it later is the one that counts."""
    environ: dict[str, str] = {}
    key = EnvironmentKey(profile=PROFILES["gemini"], environ=environ)
    environ["GOOGLE_API_KEY"] = " second\n"
    assert key() == "second"
    environ["GEMINI_API_KEY"] = "first"
    assert key() == "first"
