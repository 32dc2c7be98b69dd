"""The wing that knows which tools a prompt needs."""
