"""A model of one's own: any object with one coroutine, here with a stream beside. It is scripted.

python examples/own_model.py
"""

import asyncio
from collections.abc import AsyncIterator

from callwright import Message, Reply, TextDelta, ToolCall, Turn, aio, tool


class Scripted:
    """Calls the weather tool once, then tells what it read, word by word."""

    async def reply(self, turn: Turn) -> Reply:
        """Answer one turn."""
        last = turn.messages[-1]
        if last.role == "tool":
            return Reply(message=Message(role="assistant", content=f"Take a coat: {last.text}."))
        call = ToolCall(id="1", name="weather", arguments={"city": "Lisbon"})
        return Reply(message=Message(role="assistant", tool_calls=(call,)))

    async def stream(self, turn: Turn) -> AsyncIterator[TextDelta | Reply]:
        """Answer bit by bit; the last piece is the whole reply. It may be left out."""
        reply = await self.reply(turn)
        for word in reply.message.text.split():
            yield TextDelta(text=f"{word} ")
        yield reply


@tool
async def weather(city: str) -> str:
    """Tell the weather of a city."""
    await asyncio.sleep(0)
    return f"rain in {city}"


async def main() -> None:
    """Print the text of one run while it comes."""
    async for event in aio.stream_with_tools(Scripted(), "What do I wear in Lisbon?", [weather]):
        if event.kind == "call_finished":
            print(event.name, dict(event.arguments), event.result.value)
        elif event.kind == "text_streamed":
            print(event.text, end="", flush=True)
    print()


asyncio.run(main())
