"""The story of the console: which screen follows which. Screens ask; the order is told here."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from store.errors import (
    EnrollmentEnded,
    EnrollmentNeeded,
    PasswordChangeNeeded,
    StepUpNeeded,
    StoreUnusable,
    TooBusy,
    TooLittleMemory,
    TwofoldError,
)
from tui.screens.places import DESK, Go, Next
from tui.words import NOTHING_CHANGED, sentence

if TYPE_CHECKING:
    from store.services.bundle import Services
    from store.services.views import BackupCodesShown, LastBackupCode, LoggedIn
    from tui.app import TwofoldApp

T = TypeVar("T")

ENABLED = "2FA is on. From now on you also need a code from your authenticator app."
REPLACED = "The new app and its backup codes are in force. Delete the old entry in the app."
NEW_CODES = "The codes you kept just now are in force. The old ones are dead: throw them away."
DISABLED = "2FA is off. Delete the old entry in the authenticator app: it is dead."
PASSWORD_CHANGED = "The password is changed."  # noqa: S105 - a sentence
STILL_DEMANDED = "Your account must have 2FA: begin again to set it up."
ENTRY_IS_DEAD = f"{NOTHING_CHANGED} If you scanned the QR, delete that entry in the app."


async def tell(app: "TwofoldApp", notice: str | None) -> None:
    """Tell one visit after another, for ever."""
    if app.is_first_run:
        from tui.screens.first_run import FirstRunScreen

        notice = await app.show(FirstRunScreen())
        app.is_first_run = False
    while True:
        try:
            app.ask_brand()
            notice = await _visit(app, notice)
        except TwofoldError as error:
            notice = sentence(error)
        await app.end_session()


async def _visit(app: "TwofoldApp", notice: str | None) -> str | None:
    """From the front door to the end of the session; return what the front door says next."""
    front_door = app.log_in_screen(notice)
    outcome = await app.show(front_door)
    # Loads the store's library, which is there by now: the outcome came out of it.
    from store.services.views import CodeNeeded, ResetCodeNeeded

    if isinstance(outcome, ResetCodeNeeded):
        return await _after_reset(app)
    if isinstance(outcome, CodeNeeded):
        return await _second_step(app, outcome.set_number, front_door.typed_ahead)
    return await _inside(app, Next(Go.HOME), outcome)


async def _second_step(app: "TwofoldApp", set_number: int | None, typed_ahead: str) -> str | None:
    from store.services.views import LastBackupCode, LoggedIn
    from tui.screens.code_entry import CodeEntryScreen
    from tui.screens.lost_access import LostAccessScreen

    while True:
        answer = await app.show(CodeEntryScreen(typed_ahead))
        typed_ahead = ""
        if answer is None:
            return None
        if isinstance(answer, LoggedIn):
            return await _inside(app, Next(Go.HOME), answer)
        outcome = await app.show(LostAccessScreen(set_number, half=True))
        if isinstance(outcome, LoggedIn):
            return await _inside(app, Next(Go.HOME), outcome)
        if isinstance(outcome, LastBackupCode):
            after = await _new_set_after_last_code(app, outcome)
            return after.notice if after.go is Go.LOG_OUT else await _inside(app, after)


async def _after_reset(app: "TwofoldApp") -> str | None:
    from tui.screens.reset_code import ResetCodeScreen

    if not await app.show(ResetCodeScreen()):
        return None
    after = await _enroll(app, with_menu=False)
    return after.notice if after.notice == ENABLED else f"{after.notice} The reset code works for an hour."


# Inside a session


async def _inside(app: "TwofoldApp", place: Next, logged_in: "LoggedIn | None" = None) -> str | None:
    """Go from place to place until the person logs out; return what the front door says next.

    What the log-in used up is said on Home until the person leaves it for anywhere else.
    """
    if logged_in is not None and logged_in.must_change_password:
        place = await _choose_password(app, first=logged_in.by_activation)
    elif logged_in is not None and logged_in.must_enroll:
        return await _enroll_first(app)
    while place.go is not Go.LOG_OUT:
        came_from = place.go
        try:
            place = await _at(app, place, logged_in)
        except PasswordChangeNeeded:
            # Where the session came out of the last backup code, nothing has said so before.
            place = await _choose_password(app, first=False)
        except EnrollmentNeeded:
            # Behind a new password; or demanded since the log-in, or the time of grace has run out.
            return await _enroll_first(app)
        if came_from is not place.go:
            logged_in = None
    return place.notice


async def _choose_password(app: "TwofoldApp", *, first: bool) -> Next:
    from tui.screens.change_password import FirstPasswordScreen, PasswordDueScreen

    answer = await app.show(FirstPasswordScreen() if first else PasswordDueScreen())
    return Next(answer if isinstance(answer, Go) else Go.HOME)


async def _enroll_first(app: "TwofoldApp") -> str | None:
    """Go straight to enrollment, since nothing else opens before; return what the front door says next."""
    after = await _enroll(app, with_menu=False, demanded=True)
    return after.notice if after.notice == ENABLED else f"{after.notice} {STILL_DEMANDED}"


async def _at(app: "TwofoldApp", place: Next, logged_in: "LoggedIn | None") -> Next:
    if place.go in {Go.ENABLE, Go.REPLACE}:
        return await _enroll(app, with_menu=True)
    if place.go is Go.NEW_CODES:
        return await _new_codes(app)
    home = await app.ask(lambda services: services.home.look(app.token))
    if place.go is Go.SETTINGS:
        from tui.screens.settings import SettingsScreen

        return Next(await app.show(SettingsScreen(home, place.notice)))
    if place.go is Go.DISABLE:
        from tui.screens.disable import DisableScreen

        return _done(await app.show(DisableScreen(home.username)), DISABLED)
    if place.go is Go.PASSWORD:
        from tui.screens.change_password import ChangePasswordScreen

        return _done(await app.show(ChangePasswordScreen(home.username)), PASSWORD_CHANGED)
    if place.go is Go.SESSIONS:
        from tui.screens.sessions import SessionsScreen

        sessions = await app.ask(lambda services: services.sessions.list(app.token))
        return Next(await app.show(SessionsScreen(sessions, home.username)))
    if place.go is Go.FORWARDING:
        from tui.screens.call_forwarding import CallForwardingScreen

        forwarding = await app.ask(lambda services: services.call_forwarding.look(app.token))
        return Next(await app.show(CallForwardingScreen(forwarding, home.username)))
    if place.go is Go.HISTORY:
        from tui.screens.call_history import CallHistoryScreen

        return Next(await app.show(CallHistoryScreen(home.username)))
    if place.go in DESK:
        from tui.desk_flows import at_the_desk

        return Next(await at_the_desk(app, place.go, home.username))
    from tui.screens.home import HomeScreen

    return Next(await app.show(HomeScreen(home, logged_in)))


def _done(answer: Go | bool, notice: str) -> Next:  # noqa: FBT001 - what such a screen hands back
    return Next(answer, NOTHING_CHANGED) if isinstance(answer, Go) else Next(Go.SETTINGS, notice)


async def _enroll(app: "TwofoldApp", *, with_menu: bool, demanded: bool = False) -> Next:
    """From Enable 2FA to Agree; where it is left, nothing has changed."""
    from tui.screens.enrollment import EnrollmentScreen

    enrollment = await _stepped_up(app, lambda services: services.enrollment.begin(app.token))
    if enrollment is None:
        return Next(Go.SETTINGS, NOTHING_CHANGED)
    answer = await app.show(EnrollmentScreen(enrollment, with_menu=with_menu, demanded=demanded))
    if isinstance(answer, EnrollmentEnded):
        return _left(app, Go.SETTINGS, sentence(answer))
    if isinstance(answer, Go):
        await _cancel(app)
        return _left(app, answer, ENTRY_IS_DEAD)
    return await _keep_and_agree(app, answer, REPLACED, with_menu=with_menu, with_entry=True)


async def _new_codes(app: "TwofoldApp") -> Next:
    shown = await _stepped_up(app, lambda services: services.backup_codes.new_set(app.token))
    if shown is None:
        return Next(Go.SETTINGS, NOTHING_CHANGED)
    return await _keep_and_agree(app, shown, NEW_CODES, with_menu=True, with_entry=False)


async def _new_set_after_last_code(app: "TwofoldApp", last: "LastBackupCode") -> Next:
    """The last unused code is spent only together with the Agree to a new set (D7)."""
    shown = await app.ask(lambda services: services.backup_codes.set_after_last_code(app.token))
    done = f"The last code of set {last.set_number} is used. {NEW_CODES}"
    after = await _keep_and_agree(app, shown, done, with_menu=False, with_entry=False)
    if after.notice != done:
        return Next(Go.LOG_OUT, f"{NOTHING_CHANGED} The last backup code still works.")
    return after


async def _keep_and_agree(
    app: "TwofoldApp", shown: "BackupCodesShown", done: str, *, with_menu: bool, with_entry: bool
) -> Next:
    """Show the codes until the person agrees or really leaves."""
    from tui.screens.backup_codes import BackupCodesScreen
    from tui.screens.leave_codes import LeaveCodesScreen

    first = not shown.two_factor_on
    ends_at = app.clock.elapsed() + shown.time_left
    kept = ""
    while True:
        page = BackupCodesScreen(shown, ends_at, first=first, with_menu=with_menu, kept=kept)
        answer = await app.show(page)
        kept = page.kept
        if isinstance(answer, EnrollmentEnded):
            return _left(app, Go.SETTINGS, sentence(answer))
        if answer is True:
            try:
                token = await app.ask(lambda services: services.backup_codes.agree(app.token))
            except EnrollmentEnded as error:
                return _left(app, Go.SETTINGS, sentence(error))
            except (StoreUnusable, TooBusy, TooLittleMemory) as error:
                # The codes are still pending, and perhaps on paper already: the person may try again.
                kept = sentence(error)
                continue
            if token is None:
                return Next(Go.LOG_OUT, ENABLED if first else done)
            return Next(Go.SETTINGS, done)
        leaves: bool | EnrollmentEnded = app.keeper.covered
        if not leaves:
            leaving = LeaveCodesScreen(
                ends_at, set_number=shown.set_number, first=first, with_entry=with_entry
            )
            leaves = await app.show(leaving)
        if isinstance(leaves, EnrollmentEnded):
            return _left(app, Go.SETTINGS, sentence(leaves))
        if leaves:
            await _cancel(app)
            notice = ENTRY_IS_DEAD if with_entry else NOTHING_CHANGED
            return _left(app, answer if isinstance(answer, Go) else Go.SETTINGS, notice)


def _left(app: "TwofoldApp", go: Go, notice: str) -> Next:
    """Return where it goes from a page of secrets; once that was covered, to the front door alone."""
    return Next(Go.LOG_OUT if app.keeper.was_covered else go, notice)


async def _cancel(app: "TwofoldApp") -> None:
    await app.ask(lambda services: services.enrollment.cancel(app.token))


# Step-up


async def _stepped_up(app: "TwofoldApp", act: "Callable[[Services], T]") -> T | None:
    """Do an act, after a fresh proof where it asks for one; nothing where the person would not give it."""
    try:
        return await app.ask(act)
    except StepUpNeeded as needed:
        # Answered too where 2FA is demanded and nothing else is.
        state = await app.ask(lambda services: services.sessions.check(app.token, active=True))
        return await app.ask(act) if await step_up(app, needed, state.username) else None


async def step_up(app: "TwofoldApp", needed: StepUpNeeded, username: str) -> bool:
    """Ask for a fresh proof on a page of its own; tell whether it was given."""
    from store.services.views import LastBackupCode
    from tui.screens.step_up import StepUpScreen

    proven = await app.show(StepUpScreen(username, with_code=needed.with_code))
    if isinstance(proven, LastBackupCode):
        return (await _new_set_after_last_code(app, proven)).go is not Go.LOG_OUT
    return proven is not None
