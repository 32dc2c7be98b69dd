"""One answer: its text, what it says of a failure, and what a model is given of it."""
