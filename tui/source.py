"""Where a console stands (design section 1)."""

import os


def find_source(*, kiosk: bool, kiosk_name: str | None) -> str:
    """Return a kiosk's name, the address of an SSH peer, or host and OS user.

    Never a terminal's number, a port, or another variable: whoever opens a second window or connects anew
    would be counted anew. sshd sets SSH_CONNECTION last, so that no client can choose what stands in it.
    """
    if kiosk and kiosk_name is not None:
        return f"kiosk:{kiosk_name}"
    if (address := _peer_address()) is not None:
        return address
    import pwd
    import socket

    host = socket.gethostname()
    if kiosk:
        return f"kiosk:{host}"
    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = f"uid {uid}"
    return f"{host}/{name}"


def _peer_address() -> str | None:
    """Return the address at the other end of the SSH connection; none where there is no such address."""
    first = os.environ.get("SSH_CONNECTION", "").partition(" ")[0]
    if not first:
        return None
    import ipaddress

    try:
        # What stands behind the sign names an interface of this machine, not the peer.
        address = ipaddress.ip_address(first.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
