"""The dark and the light look. Every colour of the stylesheet comes from here, but for the QR's."""

from textual.theme import Theme

DARK = Theme(
    name="twofold-dark",
    primary="#7fb4ff",
    secondary="#8fa3bf",
    accent="#7fb4ff",
    warning="#f2c14e",
    error="#ff8a80",
    success="#7fd1a0",
    foreground="#e4e8ee",
    background="#14181f",
    surface="#1b212b",
    panel="#252d3a",
    dark=True,
    variables={"line": "#5a6a80", "quiet": "#a5b1c2"},
)

# In 16 colours a lighter blue becomes cyan and a lighter line white: neither can be seen on white.
LIGHT = Theme(
    name="twofold-light",
    primary="#0b4fb0",
    secondary="#4d5d73",
    accent="#0b4fb0",
    warning="#7a5200",
    error="#b3261e",
    success="#17663a",
    foreground="#1b2430",
    background="#e9edf2",
    surface="#f8fafc",
    panel="#dde4ec",
    dark=False,
    variables={"line": "#6b7a8f", "quiet": "#4a5668"},
)

THEMES = {"dark": DARK, "light": LIGHT}
