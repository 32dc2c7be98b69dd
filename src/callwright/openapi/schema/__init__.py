"""From the schemas of a document to those that a model is shown."""
