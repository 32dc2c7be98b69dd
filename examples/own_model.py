"""A model of one's own: any object with one coroutine. This one follows a script.

python examples/own_model.py
"""

import asyncio

from callwright import Message, Reply, ToolCall, Turn, aio, tool


class Scripted:
    """Calls the weather tool once, then tells what it read."""

    async def reply(self, turn: Turn) -> Reply:
        """Answer one turn."""
        last = turn.messages[-1]
        if last.role == "tool":
            return Reply(message=Message(role="assistant", content=f"Take a coat: {last.text}."))
        call = ToolCall(id="1", name="weather", arguments={"city": "Lisbon"})
        return Reply(message=Message(role="assistant", tool_calls=(call,)))


@tool
async def weather(city: str) -> str:
    """Tell the weather of a city."""
    await asyncio.sleep(0)
    return f"rain in {city}"


async def main() -> None:
    """Stream the events of one run, and print its answer."""
    async for event in aio.stream_with_tools(Scripted(), "What do I wear in Lisbon?", [weather]):
        print(event)
        if event.kind == "run_finished":
            print(event.answer.text)


asyncio.run(main())
