"""Where somebody is, as it is counted (design D9)."""

from ipaddress import IPv6Address, IPv6Network


def counted(source: str) -> str:
    """Return what the failures of a source are counted for: itself, but for an IPv6 address its /64.

    A network of that size is the least that one subscriber gets: whoever has one address of it has them all.
    """
    try:
        return str(IPv6Network((IPv6Address(source).packed, 64), strict=False))
    except ValueError:
        return source
