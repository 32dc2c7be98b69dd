"""The built-in model that is no language model: deterministic, without key or network."""
