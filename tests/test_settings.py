"""The settings are read once; every fault in them has a message that names it."""

from pathlib import Path

import pytest

from store.errors import InvalidSettings
from store.settings import Settings, config_folder, default_store_url, load_settings
from tests.desk import Desk


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, so that no test reads or writes the machine's."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    return tmp_path


def load(text: str, tmp_path: Path) -> Settings:
    file = tmp_path / "my.toml"
    file.write_text(text, "utf-8")
    return load_settings("sqlite:////tmp/x.db", file, kiosk=False)


def fault(text: str, tmp_path: Path) -> str:
    with pytest.raises(InvalidSettings) as invalid:
        load(text, tmp_path)
    return invalid.value.detail


def test_without_any_file_the_defaults_stand(tmp_path: Path) -> None:
    settings = load_settings(None, None, kiosk=False)
    assert settings == Settings(
        store_url=f"sqlite:///{tmp_path / 'data' / 'twofold' / 'twofold.db'}",
        keys_folder=tmp_path / "config" / "twofold" / "keys",
        issuer="Twofold",
        region=None,
        theme="dark",
        kiosk=False,
    )
    assert settings.store_url == default_store_url()
    assert not (tmp_path / "data").exists(), "reading makes nothing"


def test_the_file_in_the_config_folder_is_read_and_a_named_one_stands_in_for_it(tmp_path: Path) -> None:
    config_folder().mkdir(parents=True)
    (config_folder() / "config.toml").write_text('issuer = "Acme"\nregion = "GR"\ntheme = "light"\n')
    settings = load_settings(None, None, kiosk=True)
    assert (settings.issuer, settings.region, settings.theme, settings.kiosk) == ("Acme", "GR", "light", True)
    other = load('issuer = "Other"', tmp_path)
    assert (other.issuer, other.region, other.theme) == ("Other", None, "dark")


@pytest.mark.parametrize("issuer", ["A", "Twofold", "a.b-c.D9", "x" * 15])
def test_an_issuer_that_fits_is_taken(tmp_path: Path, issuer: str) -> None:
    assert load(f'issuer = "{issuer}"', tmp_path).issuer == issuer


@pytest.mark.parametrize(
    "value", ['""', '"x x"', '"a:b"', '"ünïcode"', f'"{"x" * 16}"', "5", "true", '["a"]', '"a\\n"', '"[b]"']
)
def test_an_issuer_that_does_not_fit_is_named(tmp_path: Path, value: str) -> None:
    assert fault(f"issuer = {value}", tmp_path).startswith(f"in {tmp_path / 'my.toml'}: issuer takes")


@pytest.mark.parametrize("value", ['""', '"gr"', '"Greece"', '"GRC"', '"ΓΡ"', "30", "false", '["GR"]'])
def test_a_region_that_is_none_is_named(tmp_path: Path, value: str) -> None:
    assert fault(f"region = {value}", tmp_path).startswith(f"in {tmp_path / 'my.toml'}: region takes")


def test_two_letters_of_no_country_are_named_when_the_store_opens(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="region takes"):
        Desk(tmp_path, region="XX")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", ["a", "front-desk", "Hall_2.left", "9", "x" * 30])
def test_a_kiosks_name_that_fits_is_taken(tmp_path: Path, name: str) -> None:
    assert load(f'kiosk = "{name}"', tmp_path).kiosk_name == name


@pytest.mark.parametrize(
    "value", ['""', '"front desk"', '"a:b"', '"a/b"', '"-a"', f'"{"x" * 31}"', "5", "true", '["a"]', '"a\\n"']
)
def test_a_kiosks_name_that_does_not_fit_is_named(tmp_path: Path, value: str) -> None:
    assert fault(f"kiosk = {value}", tmp_path).startswith(f"in {tmp_path / 'my.toml'}: kiosk takes")


@pytest.mark.parametrize("value", ['"blue"', '"Dark"', "1", '""', '["dark"]'])
def test_a_theme_that_is_none_is_named(tmp_path: Path, value: str) -> None:
    assert fault(f"theme = {value}", tmp_path).startswith(f"in {tmp_path / 'my.toml'}: theme takes")


def test_a_key_that_is_not_known_is_named(tmp_path: Path) -> None:
    assert fault('isuer = "Acme"', tmp_path) == f"in {tmp_path / 'my.toml'}: the key isuer is not known"
    assert "kiosk" in fault("kiosk = true", tmp_path)
    assert "policy" in fault('[policy]\nissuer = "x"', tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "issuer",
        "= 5",
        'issuer = "a',
        "[[",
        'issuer = "a"\nissuer = "b"',
        f"issuer = {'9' * 5000}",
        f"issuer = {'[' * 5000}",
    ],
    ids=lambda text: text[:12],
)
def test_what_is_no_toml_is_said_with_the_files_name(tmp_path: Path, text: str) -> None:
    detail = fault(text, tmp_path)
    assert "my.toml is not valid TOML" in detail


def test_bytes_that_are_no_text_are_said(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_bytes(b"issuer = \xff")
    with pytest.raises(InvalidSettings, match=r"my\.toml is not valid TOML"):
        load_settings(None, file, kiosk=False)


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_a_named_file_that_cannot_be_read_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidSettings, match=r"cannot be read: .+"):
        load_settings(None, tmp_path / name, kiosk=False)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite:x.db",
        "/var/x.db",
        "mysql://h/d",
        "SQLITE:///x.db",
        " sqlite:///x",
        "http://x",
    ],
)
def test_a_store_that_is_no_url_is_said(url: str) -> None:
    with pytest.raises(InvalidSettings, match="store must be given as"):
        load_settings(url, None, kiosk=False)


def test_the_command_line_names_the_store_and_the_keys_stay_where_they_are(tmp_path: Path) -> None:
    settings = load_settings("sqlite:///relative.db", None, kiosk=False)
    assert settings.store_url == "sqlite:///relative.db"
    assert settings.keys_folder == config_folder() / "keys"


def test_the_keys_lie_where_the_store_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for url in (None, f"sqlite:///{tmp_path / 'shared' / 'x.db'}"):
        settings = load_settings(url, None, kiosk=False)
        assert settings.keys_folder == config_folder() / "keys"
        assert settings.store_path.parent not in {settings.keys_folder, *settings.keys_folder.parents}
