"""The only room that opens a socket: specs are fetched, calls sent and models asked from here.

Every answer has a byte cap and every exchange a deadline that also holds for a server that drips.
"""

from callwright.http.model import post_to_model, stream_from_model
from callwright.http.sender import Client, Sender
from callwright.http.session import session
from callwright.http.spec import fetch_spec

__all__ = ["Client", "Sender", "fetch_spec", "post_to_model", "session", "stream_from_model"]
