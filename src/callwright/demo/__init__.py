"""The Lantern Library: a small lending library with an HTTP API, to try Callwright on.

It runs inside the user's own process, on the loopback interface, and needs no key of anybody's.
"""

from callwright.demo.service import DEMO_KEY, DemoService, spec_path

__all__ = ["DEMO_KEY", "DemoService", "spec_path"]
