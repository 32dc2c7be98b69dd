"""The public API as a user would use it, for the type checkers."""
