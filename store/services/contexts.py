"""The places in the store that values are sealed for (design D10, D19).

A place alone does not do: what was sealed for it once could be put back, or follow a name to another account.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Owner:
    """Whose a sealed value is, and as of when."""

    username: str
    generation: int
    timeline: str

    def bind(self, place: str, state: str = "") -> str:
        """Return the context of a value that stands in this place now, and no longer."""
        return f"{place}/{state}/{self.generation}/{self.timeline}/{self.username}"


def authenticator_place(account_id: int) -> str:
    """Return the place of an account's TOTP secret."""
    return f"authenticator.secret/{account_id}"


def backup_code_place(account_id: int, set_number: int, number: int) -> str:
    """Return the place of one backup code's digest (D6)."""
    return f"backup_code.digest/{account_id}/{set_number}/{number}"


def reset_code_place(account_id: int) -> str:
    """Return the place of an account's reset code digest (D18)."""
    return f"reset_code.digest/{account_id}"


def code_state(used_at: object | None) -> str:
    """Return what a backup code's digest is bound to beside its place: an unspent one would not open."""
    return "unused" if used_at is None else "used"
