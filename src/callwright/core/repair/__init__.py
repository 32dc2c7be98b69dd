"""A model's arguments, mended where it is certain what was meant."""
