"""Give any language model any HTTP API that has an OpenAPI document."""
