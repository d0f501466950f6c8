"""Fields of a form: a label above, a reserved line for the error below, so that nothing jumps."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from store.rules.text import visible


class PlainInput(Input):
    """A text field for what may be seen."""

    def __init__(self, *, id: str, max_length: int, password: bool = False) -> None:  # noqa: A002
        """Take at most that many characters."""
        super().__init__(id=id, max_length=max_length, password=password, select_on_focus=False)
        # A blinking cursor would write to an idle SSH connection for ever.
        self.cursor_blink = False
        self._given = ""

    def fill(self, text: str) -> None:
        """Begin with what is stored: it goes to the terminal as all foreign text does."""
        self._given = text
        self.value = visible(text)

    @property
    def answer(self) -> str:
        """What was typed; what is stored, as it is stored, where nothing was changed."""
        return self._given if self.value == visible(self._given) else self.value


class SecretInput(PlainInput):
    """A field whose content is never copied, and is gone with its screen.

    A password is masked; a code is not, since it is read from a phone or a sheet and typed with care.
    """

    BINDINGS = [
        Binding("ctrl+c,super+c", "nothing", show=False),
        Binding("ctrl+x,super+x", "nothing", show=False),
    ]

    def action_copy(self) -> None:
        """Copy nothing: Textual would hand the clear text to the terminal."""

    def action_cut(self) -> None:
        """Cut nothing."""

    def action_nothing(self) -> None:
        """Take the key, so that nothing else does."""

    def on_unmount(self) -> None:
        """Forget what was typed."""
        self.fill("")


class Field(Vertical):
    """A label, an input and a line that says what is wrong with it."""

    def __init__(self, label: str, field: PlainInput, *, beside: Widget | None = None) -> None:
        """Put the parts together; `beside` stands to the right of the input."""
        super().__init__(id=f"{field.id}-field", classes="field")
        self.input = field
        self._label = label
        self._beside = beside
        self._error = Static("", classes="error")

    def compose(self) -> ComposeResult:
        """Label, input, error line."""
        if self._label:
            yield Static(Content(self._label), classes="label")
        if self._beside is None:
            yield self.input
        else:
            yield Horizontal(self.input, self._beside, classes="input-row")
        yield self._error

    def say(self, sentence: str) -> None:
        """Put a sentence in the line below, or nothing."""
        self._error.update(Content(sentence))

    def complain(self, sentence: str) -> None:
        """Say what is wrong and take the focus back; a secret is cleared, anything else kept."""
        self.say(sentence)
        if isinstance(self.input, SecretInput):
            self.input.value = ""
        self.input.focus()

    @property
    def value(self) -> str:
        """What was typed."""
        return self.input.answer
