"""What is written can be read, also where the terminal has 16 colours only."""

import pytest
from rich.color import Color, ColorSystem
from textual.color import Color as Shade
from textual.theme import Theme

from tui.themes import THEMES

WRITTEN = ["foreground", "accent", "warning", "error", "quiet", "line"]


def shade(theme: Theme, name: str, system: ColorSystem) -> Shade:
    """What a terminal shows for a colour of the theme."""
    colour = theme.variables.get(name) or getattr(theme, name)
    triplet = Color.parse(colour).downgrade(system).get_truecolor()
    return Shade(*triplet)


@pytest.mark.parametrize("system", [ColorSystem.STANDARD, ColorSystem.EIGHT_BIT, ColorSystem.TRUECOLOR])
@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_what_is_written_stands_out_from_its_ground(theme: Theme, name: str, system: ColorSystem) -> None:
    least = 2.5 if name == "line" else 3
    for ground in ("background", "surface"):
        on = shade(theme, ground, system)
        assert contrast(shade(theme, name, system), on) >= least, ground


def test_what_is_blue_stays_blue_in_16_colours() -> None:
    assert Color.parse(str(THEMES["light"].accent)).downgrade(ColorSystem.STANDARD).number == 4


def contrast(one: Shade, other: Shade) -> float:
    """The ratio of WCAG 2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Shade) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
