"""One request: where values go, how they are written, and how it is shown."""
