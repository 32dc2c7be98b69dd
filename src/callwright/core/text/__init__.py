"""Texts: their words, tokens and ranks, and what is invisible or speaks to a model in them."""
