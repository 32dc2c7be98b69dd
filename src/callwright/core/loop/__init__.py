"""The tool loop and its parts: rounds, what is admitted, and how a run is kept in order."""
