"""`python -m callwright` is `run-with-tools`."""

import sys

from callwright.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    sys.exit(main())
