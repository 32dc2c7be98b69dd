"""The awaiting face: the same verbs under the same names, to be used inside an event loop.

It runs on asyncio and on trio.
"""

from callwright.run import ask, auto_trim_tools, run_with_tools
from callwright.stream import stream_with_tools
from callwright.tools import create_tools_from_openapi_spec

__all__ = [
    "ask",
    "auto_trim_tools",
    "create_tools_from_openapi_spec",
    "run_with_tools",
    "stream_with_tools",
]
