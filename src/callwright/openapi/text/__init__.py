"""From the text of a spec to what it holds."""
