"""The places in the store that values are sealed for (design D10): a value moved elsewhere does not open."""


def authenticator_context(account_id: int) -> str:
    """Return the place of an account's TOTP secret."""
    return f"authenticator.secret/{account_id}"


def backup_code_context(account_id: int, set_number: int, number: int) -> str:
    """Return the place of one backup code's digest (D6)."""
    return f"backup_code.digest/{account_id}/{set_number}/{number}"


def reset_code_context(account_id: int) -> str:
    """Return the place of an account's reset code digest (D18)."""
    return f"reset_code.digest/{account_id}"
