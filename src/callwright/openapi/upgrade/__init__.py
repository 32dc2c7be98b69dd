"""From Swagger 2.0 to OpenAPI 3.0."""
