"""The wires that providers speak, a room for each and one for its streams; all of it pure."""
