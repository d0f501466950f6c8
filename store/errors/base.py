"""The base of every typed error."""


class TwofoldError(Exception):
    """Base of every error that a service or a rule raises on purpose."""
