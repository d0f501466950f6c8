"""Steps through the console that wait for what they need, however busy the machine is.

2FA is turned on by the setup key: quicker than by the pixels of the QR, which other tests read.
"""

from tests.terminal.authenticator import Phone
from tests.terminal.console import Console


def arrive(console: Console, headline: str) -> None:
    """Wait for a page, and until it takes keys and clicks: those on their way to the page before it are lost."""
    console.wait_until(lambda: console.headline() == headline, f"waiting for {headline!r}")
    console.wait_still()


def catch_up(console: Console) -> None:
    """Wait until everything that was sent has been handled: help comes after it."""
    console.press("f1")
    console.wait_for("Help: ", timeout=60)
    console.press("esc")
    console.wait_gone("Help: ")


def clear_username(console: Console) -> None:
    """Empty the first field of the front door."""
    console.click_field("Username")
    catch_up(console)
    console.press("end")
    catch_up(console)
    console.press("ctrl+u")
    catch_up(console)
    console.wait_still()


def begin(console: Console, username: str = "alice") -> Phone:
    """Go from Home to the setup key, and type it into a phone."""
    console.choose(username, "Settings")
    console.click("Enable 2FA")
    return type_in(console, username)


def type_in(console: Console, username: str) -> Phone:
    """Type the setup key that is shown into a phone."""
    console.wait_until(lambda: len(console.setup_key()) == 32, "waiting for the setup key")
    return Phone(f"otpauth://totp/Twofold:{username}?secret={console.setup_key()}&issuer=Twofold")


def to_codes(console: Console, username: str = "alice") -> tuple[Phone, list[str]]:
    """Go from Home to the backup codes; they are on the screen for more than a second then."""
    phone = begin(console, username)
    console.type_code(phone)
    codes = console.backup_codes()
    console.rest(1.1)
    return phone, codes
