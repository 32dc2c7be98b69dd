"""Long results as a model reads them: JSON and text shortened to a budget, with what is missing."""
