"""Results as a model reads them: framed as data, cut to size, and read on."""
