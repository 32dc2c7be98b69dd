"""What happens in a run: the events, how they are written down, and what is logged."""
