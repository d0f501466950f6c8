"""What is fixed before the console starts: where the store is, how it is named and shown."""

import os
import re
import stat
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from store.errors import InvalidSettings
from store.rules.usernames import issuer_ok

Theme = Literal["dark", "light"]

NO_REGION = 'region takes the two capital letters of a country, such as "GR"'


@dataclass(frozen=True)
class Settings:
    """Read once at the edge and handed down; nothing below looks at files or variables itself."""

    store_url: str
    """`sqlite:///PATH` (design section 5)."""
    keys_folder: Path
    """The folder of the key files, one for each store (D10)."""
    issuer: str = "Twofold"
    """Names this console in authenticator apps and at the top left (D1)."""
    region: str | None = None
    """ISO 3166 code in which a phone number without a country code is read."""
    theme: Theme = "dark"
    kiosk: bool = False
    """No quit, no save, no copy, no first run."""
    over_ssh: bool = False
    """Whether sshd began this process for somebody elsewhere: no save, no first run."""
    kiosk_name: str | None = None
    """Which kiosk this is: the source that its wrong tries are counted for (D9). Used by a kiosk alone."""

    @property
    def store_path(self) -> Path:
        """Where the store's file is."""
        return path_of(self.store_url)

    @property
    def has_store(self) -> bool:
        """Whether anything but an empty file is where the store should be; yes too where nobody may look."""
        try:
            found = self.store_path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return self.store_path.is_symlink()
        except OSError:
            return True
        return found.st_size > 0 or not stat.S_ISREG(found.st_mode)

    @property
    def has_keys(self) -> bool:
        """Whether the key of any store lies in the folder for them; yes too where nobody may look."""
        try:
            # Not by a pattern: where nobody may look, that finds nothing.
            return any(each.suffix == ".key" for each in self.keys_folder.iterdir())
        except FileNotFoundError:
            return False
        except OSError:
            return True

    @property
    def may_begin(self) -> bool:
        """Whether whoever sits here makes the store and its first operator by using it (design section 5)."""
        return not (self.kiosk or self.over_ssh or self.has_store or self.has_keys)

    @property
    def may_save(self) -> bool:
        """Whether a console writes files for a person: only where the machine they end up on is theirs."""
        return not (self.kiosk or self.over_ssh)


def default_store_url() -> str:
    """Return the URL of the store in the platform's user data folder."""
    from platformdirs import user_data_path

    return url_of(user_data_path("twofold") / "twofold.db")


def config_folder() -> Path:
    """Return the platform's folder for the configuration and the keys."""
    from platformdirs import user_config_path

    return user_config_path("twofold")


def path_of(store_url: str) -> Path:
    """Return where the store of a URL is."""
    return Path(store_url.removeprefix("sqlite:///"))


def url_of(path: Path) -> str:
    """Return the URL of a store that is, or will be, in this file."""
    return f"sqlite:///{path}"


def load_settings(store_url: str | None, config_file: Path | None, *, kiosk: bool) -> Settings:
    """Return the settings of the command line over those of the TOML file.

    Raises InvalidSettings where the file cannot be read, is not TOML, has a key that is not known or
    a value that cannot be.
    """
    url = store_url or default_store_url()
    if not url.startswith("sqlite:///") or url == "sqlite:///":
        raise InvalidSettings("the store must be given as sqlite:///PATH")
    path = config_file or config_folder() / "config.toml"
    values = {} if config_file is None and not _is_there(path) else _read(path)
    try:
        if unknown := sorted(set(values) - {"issuer", "kiosk", "region", "theme"}):
            raise InvalidSettings(f"the key {unknown[0]} is not known")
        return Settings(
            store_url=url,
            keys_folder=config_folder() / "keys",
            issuer=_issuer(values.get("issuer", "Twofold")),
            region=_region(values.get("region")),
            theme=_theme(values.get("theme", "dark")),
            kiosk=kiosk,
            # sshd sets it last, so that no client takes it away.
            over_ssh="SSH_CONNECTION" in os.environ,
            kiosk_name=_kiosk(values.get("kiosk")),
        )
    except InvalidSettings as error:
        raise InvalidSettings(f"in {path}: {error.detail}") from error


def _issuer(value: object) -> str:
    if not isinstance(value, str) or not issuer_ok(value):
        raise InvalidSettings("issuer takes 1 to 15 letters, digits, dots and dashes")
    return value


def _region(value: object) -> str | None:
    if value is None:
        return None
    # Whether it is a country's is asked when the store opens: the list takes long to load (design D15).
    if not isinstance(value, str) or not re.fullmatch("[A-Z]{2}", value):
        raise InvalidSettings(NO_REGION)
    return value


def _kiosk(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,29}", value):
        raise InvalidSettings("kiosk takes a name of 1 to 30 letters, digits, dots, dashes and underscores")
    return value


def _theme(value: object) -> Theme:
    if value == "dark" or value == "light":
        return value
    raise InvalidSettings('theme takes "dark" or "light"')


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        # Where nobody may look, reading it says so.
        return True


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InvalidSettings(f"{path} cannot be read: {error.strerror}") from error
    # Bytes that are no text, what is no TOML, a number of too many digits; and lists a thousand deep.
    except (ValueError, RecursionError) as error:
        raise InvalidSettings(f"{path} is not valid TOML: {error}") from error
