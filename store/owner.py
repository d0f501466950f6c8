"""Whose a file is: what a person has to be told who may not open it."""

import os
from pathlib import Path


def other_owner(path: Path) -> str:
    """Return whose the file is, or the folder on the way that hides it; empty where that is this user."""
    for place in (path, *path.absolute().parents):
        try:
            owner = place.stat().st_uid
        except OSError:
            continue
        return "" if owner == os.geteuid() else _name(owner)
    return ""


def _name(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
