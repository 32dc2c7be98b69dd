"""Credentials: which of those that the caller gave an operation needs, and where they stand."""
