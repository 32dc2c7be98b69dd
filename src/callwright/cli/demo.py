"""`run-with-tools demo`: a small API of our own, its tools, and prompts that are answered by it.

It needs no key, no network and no set-up. What it writes is gone when it ends.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from callwright.cli.error import OK
from callwright.cli.option import loudness_options, option
from callwright.cli.progress import Progress
from callwright.cli.screen import Screen, errors, output, visible
from callwright.core.errors import ConfigurationError

if TYPE_CHECKING:
    from callwright.demo import DemoService
    from callwright.tools import Tools

__all__ = ["demo_command"]

_PORT = 8765
_PROMPTS = (
    "Which loans are overdue?",
    "Which fantasy books are available?",
    "What does Amara Okafor have on loan?",
    "Lend Dune to Hana Sato.",
    "What does Hana Sato have on loan?",
)
_KEY_VARIABLE = "LIBRARY_KEY"
_WARNING = (
    "Its data is thrown away at the end, so writes go unasked here; elsewhere they ask first."
)
_NEXT = """What next:
  your own question    run-with-tools demo "When is the library open?"
  the API by itself    run-with-tools demo --serve
  your own API         run-with-tools tools --spec https://HOST/openapi.json
                       run-with-tools --spec https://HOST/openapi.json --model offline "..."
  a larger model       --model openai:NAME, ollama:NAME, http://HOST:PORT/v1#NAME, ..."""


@click.command("demo", short_help="Show it all on a made-up lending library.")
@click.argument("words", nargs=-1, metavar="[PROMPT]...")
@click.option(
    "-m",
    "--model",
    metavar="NAME",
    default="offline",
    show_default=True,
    help="The model that answers; none is taken from the environment.",
)
@option("--serve", is_flag=True, help="Leave the API up, to be called from elsewhere.")
@option("--port", type=click.IntRange(0, 65535), metavar="N", help="The API's port.")
@loudness_options
def demo_command(
    words: Sequence[str], model: str, serve: bool, port: int | None, quiet: bool, **given: Any
) -> int:
    """Show it all on a made-up lending library; with PROMPT, answer that.

    Needs no key, no network and no set-up.
    """
    import anyio

    if serve and words:
        raise click.UsageError("--serve takes no prompt.", click.get_current_context())
    with ExitStack() as stack:
        api = _open(stack, port, default=_PORT if serve else 0)
        if serve:
            return _serve(api)
        if words:
            return anyio.run(_answer, api, model, " ".join(words), errors(is_silent=quiet))
        return anyio.run(_tour, api, model)


def _open(stack: ExitStack, port: int | None, *, default: int) -> DemoService:
    """The API on the port that was asked for; else on the default one, or any that is free."""
    from callwright.demo import DemoService

    try:
        return stack.enter_context(DemoService(port=default if port is None else port))
    except OSError as error:
        if port is None:
            return stack.enter_context(DemoService())
        raise ConfigurationError(
            f"The port {port} cannot be used: {error.strerror}.",
            remedy="Choose another --port; 0 takes a free one.",
        ) from None


async def _tools(api: DemoService) -> Tools:
    from callwright.aio import create_tools_from_openapi_spec
    from callwright.demo import DEMO_KEY
    from callwright.openapi.override import Override

    key = Override("*", headers={"X-Library-Key": DEMO_KEY})
    return await create_tools_from_openapi_spec(api.spec_url, overrides=[key])


async def _answer(api: DemoService, model: str, prompt: str, screen: Screen) -> int:
    tools = await _tools(api)
    screen.line(_about(api, model), "faint")
    screen.line(_WARNING, "faint")
    output().answer(await _ask(model, prompt, tools, screen))
    return OK


async def _ask(model: str, prompt: str, tools: Tools, screen: Screen) -> str:
    from callwright.aio import run_with_tools

    progress = Progress(
        screen=screen, tools=tools, has_header=False, has_turns=False, has_bodies=True
    )
    return (await run_with_tools(model, prompt, tools, on_event=progress)).text


async def _tour(api: DemoService, model: str) -> int:
    """Every prompt with its exchanges and its answer. All of it is the output asked for."""
    screen = output()
    tools = await _tools(api)
    screen.line(_about(api, model))
    screen.line(_WARNING)
    for prompt in _PROMPTS:
        screen.line()
        screen.line(f"> {prompt}", "strong")
        screen.answer(await _ask(model, prompt, tools, screen))
    screen.line()
    screen.line(_NEXT)
    return OK


def _about(api: DemoService, model: str) -> str:
    return f"Lantern Library, a made-up API at {api.url}; the model is {visible(model)!r}."


def _serve(api: DemoService) -> int:
    from callwright.demo import DEMO_KEY

    screen = output()
    screen.line(f"Lantern Library is open at {api.url} until Ctrl-C.")
    screen.line(f"  spec    {api.spec_url}")
    screen.line(f"  header  X-Library-Key: {DEMO_KEY}")
    screen.line("In a second terminal:")
    screen.line(
        f"  {_KEY_VARIABLE}={DEMO_KEY} run-with-tools --spec {api.spec_url} "
        f'--header "X-Library-Key: env:{_KEY_VARIABLE}" --model offline "{_PROMPTS[0]}"'
    )
    # A shell starts its background jobs deaf to SIGINT; this one is to be stopped by it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        errors().line("closed", "faint")
    return OK
