"""Models of other libraries' clients, which the user already has; these are imported by the user.

Each is asked by our own codecs, so that what providers want and answer is known in one place.
"""
