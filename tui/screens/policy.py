"""The policy: who must have 2FA, how long sessions last, and what this console is called."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from store.errors import InvalidPolicy, PolicyFault, TwofoldError, TwoNeeded, UnsafeText
from store.rules.policy import BOUNDS, PolicyChanges, Whom
from store.rules.text import visible
from tui.screens.form import Form
from tui.screens.page import BACK, HELP, MENU
from tui.screens.places import Go
from tui.units import counted
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.choice import Choice
from tui.widgets.fields import PlainInput
from tui.widgets.rows import KeyHint
from tui.words import NOTHING_CHANGED, sentence

if TYPE_CHECKING:
    from store.services.views import PolicyView, WithoutSecondFactor

LOWERING = "It takes two to lower the rule: propose it, in Recovery cases, Approvals."
ONE, TWO = "one operator", "two operators"
UNITS = {
    PolicyFault.GRACE: ("Time of grace", timedelta(days=1), "days"),
    PolicyFault.IDLE: ("Ends without a key", timedelta(minutes=1), "minutes"),
    PolicyFault.KIOSK_IDLE: ("... in a kiosk", timedelta(seconds=1), "seconds"),
    PolicyFault.ABSOLUTE: ("Ends in any case", timedelta(hours=1), "hours"),
    PolicyFault.STEP_UP: ("A fresh proof serves", timedelta(minutes=1), "minutes"),
}
NAMES = {
    PolicyFault.NAME: ("Name at the top left", "empty: as below"),
    PolicyFault.ISSUER: ("Name in apps", "entries made before keep theirs"),
}


class PolicyScreen(Form[Go]):
    """Says beside each row what it was, and above the button for how many accounts that matters."""

    HEADLINE = "Policy"
    HELP_TEXT = (
        "What holds for everybody, in force at the next key of every open session. Past the time of grace, "
        "whoever must have 2FA and has it off reaches nothing but its set-up; the time begins now, for new "
        "accounts when they are made. A fresh proof serves 5 minutes at most for what operators do to "
        "others. Another name in apps is for those who set up their app from now on."
    )
    KEYS = (KeyHint("< >", "Change", "change"), BACK, MENU, HELP)
    AUTO_FOCUS = "#second_factor_for"

    def __init__(self, policy: "PolicyView", lacking: "WithoutSecondFactor", username: str) -> None:
        """Show what is in force, and count whom a demand would be about."""
        super().__init__(username=username)
        self._policy = policy
        self._lacking = lacking

    def parts(self) -> ComposeResult:
        """One row for each thing, what it will do, the button."""
        shown = _shown(self._policy)
        yield Static(Content("In force at once, for sessions that are open too."), classes="prose")
        yield Static("", classes="gap")
        yield _row("2FA is required of", Choice([*Whom], shown["second_factor_for"], id="second_factor_for"))
        yield _row("A recovery takes", Choice([ONE, TWO], shown["second_approval"], id="second_approval"))
        for fault, (label, _, _) in UNITS.items():
            yield _row(label, _field(fault, shown[fault], 6))
            if fault is PolicyFault.GRACE:
                yield Static("", classes="gap")
        yield Static("", classes="gap")
        for fault, (label, _) in NAMES.items():
            yield _row(label, _field(fault, shown[fault], 64))
        yield Static("", classes="gap")
        yield Static("", id="effect", classes="prose")
        yield Static("", id="notice", classes="notice")
        yield Actions(Action("Set this policy", id="set", main=True))

    def on_mount(self) -> None:
        """Say what each row is about."""
        self._tell()

    @on(Choice.Changed)
    @on(Input.Changed)
    def _tell(self) -> None:
        """Say in each row what it was or what it takes, and what the whole will do."""
        was, now = _shown(self._policy), self._now()
        for name in now:
            changed = now[name] != was[name]
            hint = self.query_one(f"#{name}-hint", Static)
            hint.set_classes("notice" if changed else "quiet-prose")
            hint.update(Content(_was(name, was[name]) if changed else _hint(name)))
        self.query_one("#effect", Static).update(Content(self._effect(now)))

    def _now(self) -> dict[str, str]:
        was = _shown(self._policy)
        now = {str(each.id): each.value for each in self.query(Choice)}
        for each in self.query(PlainInput):
            name, answer = str(each.id), each.answer
            now[name] = answer if answer == was[name] else answer.strip()
        return now

    def _effect(self, now: dict[str, str]) -> str:
        whom = Whom(now["second_factor_for"])
        if whom is Whom.NOBODY:
            return "Nobody needs 2FA; but without it an operator acts on nobody else."
        number = self._lacking.of(whom)
        if not number:
            return "Every account that must have 2FA has it."
        days = now[PolicyFault.GRACE]
        without = f"{counted(number, 'account')} without 2FA"
        if not days.isdecimal() or not int(days):
            return f"{without} will reach nothing but its set-up from now on."
        left = counted(int(days), "day")
        return f"{without} will have {left} to set it up. Then nothing else opens before."

    async def submit(self) -> None:
        """Set what was changed."""
        self._say("")
        try:
            changes = self._changes()
            changed = await self.ask_proven(lambda services, token: services.policy.set(token, changes))
        except InvalidPolicy as error:
            self._complain(error.fault, error)
        except UnsafeText as error:
            self._complain(PolicyFault.NAME, error)
        except TwoNeeded:
            self._say(LOWERING, "warning")
        except TwofoldError as error:
            self._say(sentence(error), "warning")
        else:
            if changed is None:
                self._say(NOTHING_CHANGED, "warning")
            else:
                await self._done(changed)

    def _changes(self) -> PolicyChanges:
        was, now = _shown(self._policy), self._now()
        changed: dict[str, Any] = {
            name: _read(name, value) for name, value in now.items() if value != was[name]
        }
        return replace(PolicyChanges(), **changed)

    async def _done(self, policy: "PolicyView") -> None:
        was, now = _shown(self._policy), _shown(policy)
        different = sum(was[name] != now[name] for name in was)
        self._policy = policy
        for field in self.query(PlainInput):
            field.fill(now[str(field.id)])
        await self.console.learn_brand()
        self._tell()
        done = f"Done: {counted(different, 'change')} in force now." if different else NOTHING_CHANGED
        self._say(done)

    def _complain(self, fault: PolicyFault, error: TwofoldError) -> None:
        hint = self.query_one(f"#{fault}-hint", Static)
        hint.set_classes("error")
        hint.update(Content("not taken"))
        self.query_one(f"#{fault}", Input).focus()
        self._say(sentence(error), "warning")

    def _say(self, words: str, look: str = "notice") -> None:
        notice = self.query_one("#notice", Static)
        notice.set_classes(look)
        notice.update(Content(words))

    def action_change(self) -> None:
        """Take the next value, where there is a choice of them."""
        if isinstance(self.focused, Choice):
            self.focused.action_step(1)

    def action_back(self) -> None:
        """Go home."""
        self.finish(Go.HOME)


def _row(label: str, field: Choice | PlainInput) -> Horizontal:
    hint = Static("", id=f"{field.id}-hint", classes="quiet-prose")
    return Horizontal(Static(Content(label), classes="label"), field, hint, classes="policy-row")


def _field(fault: PolicyFault, value: str, longest: int) -> PlainInput:
    field = PlainInput(id=fault, max_length=longest)
    field.fill(value)
    # What is typed takes the place of what stands there: most of these are two digits.
    field.select_on_focus = True
    return field


def _shown(policy: "PolicyView") -> dict[str, str]:
    """Return what stands in each row; the name is left out where it is the one in apps."""
    lengths = {PolicyFault.GRACE: policy.grace, **{PolicyFault(k): v for k, v in vars(policy.limits).items()}}
    return {
        "second_factor_for": policy.second_factor_for,
        "second_approval": TWO if policy.second_approval else ONE,
        **{fault: f"{length / UNITS[fault][1]:g}" for fault, length in lengths.items()},
        PolicyFault.NAME: "" if policy.name == policy.issuer else policy.name,
        PolicyFault.ISSUER: policy.issuer,
    }


def _hint(name: str) -> str:
    if name == "second_factor_for":
        return "left and right change it"
    if name == "second_approval":
        return "two: another one approves"
    fault = PolicyFault(name)
    if fault in NAMES:
        return NAMES[fault][1]
    _, one, unit = UNITS[fault]
    least, most = BOUNDS[fault]
    return f"{unit}, {least // one} to {most // one}"


def _was(name: str, value: str) -> str:
    # Beside the name there is no room for another one as long.
    return "changed" if name == PolicyFault.NAME else f"now {visible(value)}"


def _read(name: str, value: str) -> object:
    """Return what a row says, as the service takes it. Raises InvalidPolicy where it is no number."""
    if name == "second_factor_for":
        return Whom(value)
    if name == "second_approval":
        return value == TWO
    fault = PolicyFault(name)
    if fault in NAMES:
        return value
    if not (value.isascii() and value.isdecimal()):
        raise InvalidPolicy(fault)
    return int(value) * UNITS[fault][1]
