"""Keys, read and hidden."""

from __future__ import annotations

import pytest

from callwright.core.errors import CredentialError
from callwright.models.key import EnvironmentKey, without_key
from callwright.models.providers import PROFILES

OPENAI = PROFILES["openai"]
KEY = "sk-hush-0123456789"


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


def test_a_placeholder_is_no_secret() -> None:
    """A short key, as local servers take any, does not blot out words of an answer."""
    assert without_key(b"ollama is here", "ollama") == b"ollama is here"
    assert without_key(f"has {KEY}".encode(), KEY) == b"has [key]"
    assert without_key(b"none", None) == b"none"
