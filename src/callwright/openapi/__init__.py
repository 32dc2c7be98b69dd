"""The wing that knows what an OpenAPI document is: from its text to tools and HTTP requests."""
