"""Roof: what is kept on disk between runs. Anything kept may be gone at any time."""
