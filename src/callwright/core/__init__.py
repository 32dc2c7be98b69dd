"""The ground: values and the loop. It knows nothing of OpenAPI, of providers, of sockets."""
