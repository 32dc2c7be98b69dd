"""How a value is written as a request body, a room for each family of media types."""
