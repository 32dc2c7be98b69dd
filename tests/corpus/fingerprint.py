"""What the tools of documents are, as one hash for each document.

python -m tests.corpus.fingerprint FOLDER DOCUMENT...
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path

from callwright import create_tools_from_openapi_spec

__all__ = ["fingerprint"]


def fingerprint(content: bytes) -> str:
    """One hash over the names, the descriptions and the parameters of a document's tools."""
    tools = create_tools_from_openapi_spec(content)
    said = [(tool.name, tool.description, tool.parameters) for tool in tools]
    return sha256(json.dumps(said).encode()).hexdigest()


if __name__ == "__main__":
    folder, *documents = sys.argv[1:]
    hashes = {name: fingerprint((Path(folder) / name).read_bytes()) for name in documents}
    sys.stdout.write(json.dumps(hashes))
