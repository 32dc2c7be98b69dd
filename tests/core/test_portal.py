"""The private loop: it outlives what tools and hooks do, threads, forks and other loops."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

import callwright
from callwright import aio, auto_trim_tools, run_with_tools, stream_with_tools, tool
from callwright.core.errors import UnknownModel


@tool
def add(a: int, b: int) -> int:
    """Add two whole numbers."""
    return a + b


CALL = [("1", "add", {"a": 1, "b": 1})]


def leave() -> None:
    """End the process, as a function that parses arguments may."""
    sys.exit(3)


async def leave_async() -> None:
    """End the process from a coroutine."""
    sys.exit(3)


async def cancel_itself() -> None:
    """Wait for a task of its own that is cancelled."""
    task = asyncio.create_task(asyncio.sleep(60))
    task.cancel()
    await task


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (leave, "The tool failed: RuntimeError: SystemExit: 3"),
        (leave_async, "The tool failed: RuntimeError: SystemExit: 3"),
        (cancel_itself, "The tool failed: RuntimeError: It was cancelled by a task of its own."),
    ],
)
def test_a_tool_cannot_take_the_loop_down(scripted, tool_results, function, told):
    """What would end the process is told to the model, and the next run runs."""
    calls = [("1", function.__name__, {}), ("2", "add", {"a": 1, "b": 1})]
    answer = callwright.run_with_tools(scripted(calls, "ok"), "go", [function, add])
    assert tool_results(answer.messages) == {"1": told, "2": "2"}
    assert add.call({"a": 2, "b": 2}).content == "4"


def raise_error(*args: object) -> bool:
    """Fail as a hook of the caller's may."""
    raise ValueError("hook")


@pytest.mark.parametrize(
    "options",
    [
        {"approve": raise_error},
        {"trim_function": raise_error},
        {"on_event": lambda event: event.kind == "call_started" and raise_error()},
    ],
    ids=lambda options: next(iter(options)),
)
def test_what_a_hook_raises_comes_out_as_it_is(scripted, options):
    """A fault of a hook is the caller's own: not wrapped in a group, not told to the model."""
    with pytest.raises(ValueError, match="hook"):
        callwright.run_with_tools(scripted(CALL, "ok"), "go", [add], **options)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_gets_a_loop_of_its_own():
    """After a fork the blocking verbs work in the child, which inherited no thread."""
    code = (
        "import os, warnings; warnings.simplefilter('ignore')\n"
        "from callwright import tool\n"
        "def one() -> int: return 1\n"
        "assert tool(one).call().content == '1'\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    os._exit(0 if tool(one).call().content == '1' else 1)\n"
        "raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0  # noqa: S603


_INTERRUPTED = """
import os, signal, sys, threading
import callwright
from callwright import ScriptedModel, tool
started = threading.Event()
@tool
async def hang() -> None:
    "Never end."
    import anyio
    started.set()
    await anyio.sleep_forever()
def interrupt():
    started.wait(60)
    os.kill(os.getpid(), signal.SIGINT)
seen = []
signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Thread(target=interrupt, daemon=True).start()
def run():
    model = ScriptedModel([("1", "hang", {})])
    if sys.argv[1] == "stream":
        for event in callwright.stream_with_tools(model, "go", [hang], on_event=seen.append):
            pass
    else:
        callwright.run_with_tools(model, "go", [hang], on_event=seen.append)
try:
    run()
except KeyboardInterrupt:
    answer = seen[-1].answer
    print(seen[-1].kind, answer.stop_reason, len(answer.messages))
"""


@pytest.mark.parametrize("verb", ["run", "stream"])
def test_an_interrupted_run_has_told_its_end(verb):
    """After Ctrl-C the hook knows the answer so far, by the time that the verb is left."""
    command = [sys.executable, "-c", _INTERRUPTED, verb]
    done = subprocess.run(command, timeout=60, check=False, capture_output=True, text=True)  # noqa: S603
    assert (done.stdout, done.stderr) == ("run_finished cancelled 3\n", "")


def test_waiting_tools_do_not_starve_others(scripted):
    """Many calls that each wait for another call inside all come to their end."""
    count = 45
    all_there = threading.Barrier(count, timeout=60)

    @tool
    def outer() -> str:
        """Wait for the others, then call another tool."""
        all_there.wait()
        return add.call({"a": 2, "b": 3}).content

    texts: list[str] = []

    def run() -> None:
        answer = callwright.run_with_tools(scripted([("1", "outer", {})], "ok"), "go", [outer])
        texts.append(answer.calls[0].result.content)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == ["5"] * count


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_blocking_verb_inside_an_awaiting_run_has_connections_of_its_own(
    library, scripted, backend
):
    """A `def` tool and a trim that block do not borrow the outer loop's connections."""

    async def main() -> str:
        tools = await aio.create_tools_from_openapi_spec(library.spec_url)

        @tool
        def nested() -> str:
            """Call the API, blocking."""
            return tools["search_books"].call({"title": "dune"}).content

        calls = [("1", "search_books", {"title": "dune"}), ("2", "nested", {})]
        model = scripted([("0", "keep_tools", {"names": ["nested", "search_books"]})], calls, "ok")
        answer = await aio.run_with_tools(
            model,
            "go",
            [*tools, nested],
            trim_function=lambda *given: auto_trim_tools(*given, limit=5),
        )
        first, second = answer.calls
        assert not first.result.is_error
        assert first.result.content == second.result.content
        return answer.text

    assert anyio.run(main, backend=backend) == "ok"


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_awaiting_hook_given_by_a_plain_function_is_awaited(scripted, backend):
    """A lambda that gives a coroutine is as good as a coroutine function."""
    given: list[str] = []

    async def decide(request: object) -> bool:
        given.append("asked")
        return True

    async def main() -> None:
        hook: Callable[..., object] = lambda request: decide(request)  # noqa: E731
        await aio.run_with_tools(scripted(CALL, "ok"), "go", [add], approve=hook)

    anyio.run(main, backend=backend)
    assert given == ["asked"]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_stream_can_be_left_early(scripted, backend):
    """Closing the generator cancels the run quietly; what the body raises is what comes out."""

    async def main() -> None:
        async with contextlib.aclosing(
            aio.stream_with_tools(scripted(CALL, "ok"), "go", [add])
        ) as events:
            async for event in events:
                if event.kind == "model_asked":
                    break
        with pytest.raises(KeyError, match="mine"):
            async with contextlib.aclosing(
                aio.stream_with_tools(scripted(CALL, "ok"), "go", [add])
            ) as events:
                async for _ in events:
                    raise KeyError("mine")

    anyio.run(main, backend=backend)


def test_a_stream_can_be_broken_off_in_asyncio(scripted):
    """Even without closing it, leaving the iteration harms nobody, and ends the run."""

    async def main() -> str:
        started, ended = asyncio.Event(), asyncio.Event()

        @tool
        async def hang() -> None:
            """Never end."""
            started.set()
            try:
                await asyncio.sleep(3600)
            finally:
                ended.set()

        async for event in aio.stream_with_tools(scripted([("1", "hang", {})]), "go", [hang]):
            if event.kind == "call_started":
                await started.wait()
                break
        answer = await aio.run_with_tools(scripted("fine"), "go")
        await asyncio.wait_for(ended.wait(), 60)
        return answer.text

    assert asyncio.run(main()) == "fine"


def test_an_error_of_ours_has_a_short_trace():
    """Between the caller's line and the message stand no threads and no event loops."""
    with pytest.raises(UnknownModel) as caught:
        run_with_tools("nobody:x", "hi")
    files = {Path(entry.path).name for entry in caught.traceback}
    assert files <= {"test_portal.py", "portal.py"}
    with pytest.raises(UnknownModel) as caught:
        list(stream_with_tools("nobody:x", "hi"))
    files = {Path(entry.path).name for entry in caught.traceback}
    assert files <= {"test_portal.py", "portal.py", "blocking.py"}


def test_an_error_of_the_callers_keeps_its_trace():
    """What a hook of the caller's raised leads to the line in the hook."""

    def hook(_event):
        raise ZeroDivisionError("in the hook")

    with pytest.raises(ZeroDivisionError) as caught:
        run_with_tools("offline", "hi", on_event=hook)
    assert caught.traceback[-1].name == "hook"
