"""The two faces: the same names and signatures, and nothing imported before it is used."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable

import pytest

import callwright
from callwright import aio, blocking

HEAVY = {"httpx2", "pydantic", "jsonschema", "yaml", "tiktoken", "click", "rich", "anyio"}


def parameters(function: Callable[..., object]) -> list[inspect.Parameter]:
    """The parameters of a verb, hints and defaults included."""
    return list(inspect.signature(function).parameters.values())


@pytest.mark.parametrize("name", aio.__all__)
def test_both_faces_have_the_same_verbs(name):
    """A blocking verb has the signature and the docstring of its awaiting twin."""
    awaiting, waiting = getattr(aio, name), getattr(callwright, name)
    for mine, twins in zip(parameters(waiting), parameters(awaiting), strict=True):
        assert mine == twins
    assert inspect.getdoc(waiting) == inspect.getdoc(awaiting)
    assert not inspect.iscoroutinefunction(waiting)


def test_no_verb_stands_on_one_face_alone():
    """The verbs of `aio` are those of `blocking`, and all are on the blocking face."""
    assert aio.__all__ == blocking.__all__
    assert set(aio.__all__) <= set(callwright.__all__)


def test_streaming_takes_what_running_takes():
    """`stream_with_tools` has the parameters of `run_with_tools`, and says what it gives."""
    assert parameters(aio.stream_with_tools) == parameters(aio.run_with_tools)
    returned = [
        inspect.signature(face.stream_with_tools).return_annotation for face in (aio, callwright)
    ]
    assert returned == ["AsyncGenerator[Event, None]", "Iterator[Event]"]


FUNCTIONS = [name for name in callwright.__all__ if inspect.isfunction(getattr(callwright, name))]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_function_has_an_example(name):
    """The docstring of a public function shows it at work."""
    assert ">>>" in (inspect.getdoc(getattr(callwright, name)) or "")


@pytest.mark.parametrize("name", callwright.__all__)
def test_every_public_name_can_be_imported_and_is_documented(name):
    """What `__all__` promises is there."""
    value = getattr(callwright, name)
    assert name in dir(callwright)
    assert name in ("__version__", "Event") or inspect.getdoc(value)


def test_an_unknown_name_is_refused():
    """The face is no grab bag."""
    with pytest.raises(AttributeError, match="nonsense"):
        _ = callwright.nonsense


def imported_by(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has imported after the code."""
    script = f"import sys\n{code}\nprint('\\n'.join(sys.modules))"
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


def test_importing_the_package_imports_nothing_heavy():
    """`import callwright` costs nothing."""
    assert not imported_by("import callwright") & HEAVY


def test_the_version_imports_nothing_heavy():
    """`run-with-tools --version` starts at once."""
    code = (
        "from callwright.cli import main\n"
        "sys.argv = ['run-with-tools', '--version']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
    )
    assert not imported_by(code) & HEAVY
