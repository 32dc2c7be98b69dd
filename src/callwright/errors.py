"""Every exception of Callwright; see `callwright.core.errors` for the tree."""

from callwright.core.errors import *  # noqa: F403
from callwright.core.errors import __all__ as __all__
