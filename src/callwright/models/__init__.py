"""The wing that knows what providers speak; encoding and decoding are pure functions."""
