"""What providers take in place of full JSON Schema, and how answers to it are read back."""
