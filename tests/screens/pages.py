"""Every page of the console with something in it, and the look of what it draws."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget

from store.errors import ApprovalState, CaseState, Covered
from store.rules.policy import Whom
from store.rules.sessions import AS_DESIGNED
from store.services.audit_log import Wanted
from store.services.overview import HowThingsStand, UpTo
from store.services.principals import SessionToken
from store.services.views import (
    AccountCounts,
    AccountPage,
    AccountView,
    ApprovalView,
    BackupCodesShown,
    Enrollment,
    Forwarding,
    Home,
    LoggedIn,
    Notice,
    NoticeKind,
    OpenSession,
    PolicyView,
    RecoveryCaseView,
    TwoOperators,
    Uncovering,
    WithoutSecondFactor,
)
from store.settings import Theme
from tests.clocks import START
from tests.desk import Desk
from tests.screens.console import Console, use
from tests.screens.page_host import PageHost
from tui.flows import ENABLED, ENTRY_IS_DEAD, NEW_CODES
from tui.screens.access_acts import Enable
from tui.screens.account import AccountScreen
from tui.screens.account_acts import ChangeRole, CreateAccount, acts_on
from tui.screens.accounts import AccountsScreen
from tui.screens.act import ActScreen
from tui.screens.acts import Once
from tui.screens.approval import ApprovalScreen
from tui.screens.approval_acts import ApproveProposal, DeclineProposal, ProposeOneOperator
from tui.screens.approvals import ApprovalsScreen
from tui.screens.audit_filter import AuditFilterScreen
from tui.screens.audit_log import AuditLogScreen
from tui.screens.backup_codes import BackupCodesScreen, lost_with
from tui.screens.call_forwarding import CallForwardingScreen
from tui.screens.call_history import CallHistoryScreen
from tui.screens.case import CaseScreen
from tui.screens.case_acts import (
    ApproveCase,
    CancelCase,
    CompleteCase,
    PhoneStolen,
    ReadProof,
    ResetTwoFactor,
)
from tui.screens.case_steps import ForgottenPassword
from tui.screens.cases import CasesScreen
from tui.screens.change_password import ChangePasswordScreen, FirstPasswordScreen
from tui.screens.code_entry import CodeEntryScreen
from tui.screens.covered import CoveredScreen
from tui.screens.disable import DisableScreen
from tui.screens.enrollment import EnrollmentScreen
from tui.screens.first_run import FirstRunScreen
from tui.screens.found import Found
from tui.screens.home import HomeScreen
from tui.screens.leave_codes import LeaveCodesScreen
from tui.screens.log_in import LogInScreen
from tui.screens.lost_access import LostAccessScreen
from tui.screens.overview import OverviewScreen
from tui.screens.page import Page
from tui.screens.policy import PolicyScreen
from tui.screens.quit import QuitScreen
from tui.screens.reset_code import ResetCodeScreen
from tui.screens.sessions import SessionsScreen
from tui.screens.settings import SettingsScreen
from tui.screens.shown_once import ShownOnceScreen
from tui.screens.step_up import StepUpScreen
from tui.widgets.action import Action
from tui.widgets.near import Near
from tui.widgets.rows import KeyTwin, TopRow, UserMenu

SHORT = "alice"
NEVER = timedelta.max
LONG = "maria.papadopoulou+night@example-corp.gr"
SETUP_KEY = "JBSWY3DPEHPK3PXPKRSXG5CTMVRXEZLU"
ONCE = "Hand it over to nobody else. At the next log-in it is asked for after the password."
CODES = tuple(f"7K3Q-9WZD-M2FT-XA{number}C" for number in range(10))


def home(username: str = SHORT, *, on: bool = True, left: int = 9) -> Home:
    return Home(
        username=username,
        display_name="",
        operator=False,
        two_factor_on=on,
        two_factor_since=START if on else None,
        set_number=301 if on else None,
        codes_left=left if on else None,
        password_changed_at=START,
        open_sessions=1,
        forwarding_to="+30 697 123 4567",
        forwarding_since=START,
        recent_calls=12,
    )


def enrollment(username: str = SHORT, *, again: bool = False, replacing: bool = False) -> Enrollment:
    before = f"otpauth://totp/Twofold:{username.replace('@', '%40').replace('+', '%2B')}?secret="
    return Enrollment(
        setup_key=SETUP_KEY,
        uri_parts=(before, SETUP_KEY, "&issuer=Twofold"),
        username=username,
        issuer="Twofold",
        again=again,
        replacing=replacing,
        time_left=timedelta(minutes=10),
    )


def codes_shown(username: str = SHORT, *, on: bool = False) -> BackupCodesShown:
    return BackupCodesShown(CODES, 301, username, "Twofold", START, on, timedelta(minutes=15))


def noticed(username: str = SHORT) -> LoggedIn:
    """A log-in after which everything there is to say is said."""
    return LoggedIn(
        SessionToken("x" * 43), username, notices=tuple(Notice(kind, 12, START) for kind in NoticeKind)
    )


def open_sessions(others: int) -> tuple[OpenSession, ...]:
    """This session, and some in places with long names."""
    return tuple(
        OpenSession(number, START, START, "terminal-in-the-office/maria.papadopoulou", number == 1)
        for number in range(1, others + 2)
    )


def how_things_stand() -> HowThingsStand:
    """A day on which much went wrong, in a store with many accounts."""
    failed = tuple((START + timedelta(hours=hour), hour * 1000) for hour in range(24))
    many = UpTo(1000, more=True)
    return HowThingsStand(many, failed, many)


def after_code(username: str = SHORT) -> LoggedIn:
    return LoggedIn(SessionToken("x" * 43), username, backup_code_used=10, set_number=301, codes_left=9)


def policy_in_force() -> PolicyView:
    return PolicyView(
        second_factor_for=Whom.EVERYBODY,
        grace=timedelta(days=90),
        demanded_since=START,
        second_approval=True,
        limits=AS_DESIGNED,
        name="Telephones of the Example Corp",
        issuer="Example-Corp.gr",
        renamed=True,
    )


def case(number: int = 123_456) -> RecoveryCaseView:
    """A case that says as much as an open case can."""
    return RecoveryCaseView(
        number=number,
        username=LONG,
        state=CaseState.APPROVED,
        password=False,
        stolen=True,
        proof="Showed a passport and the badge at the front desk, and knew the last three calls. " * 3,
        opened_by="shell:maria.papadopoulou@console.example-corp.gr",
        opened_at=START,
        expires_at=START,
        approval_needed=False,
        approved_by=LONG,
        approved_at=START,
        closed_by=None,
        closed_at=None,
        closed_by_login=False,
    )


def longest() -> RecoveryCaseView:
    """A case with the longest proof there is."""
    return replace(case(), proof="Showed a passport, and the badge that goes with it. "[:50] * 10)


def proposal(act: Covered = Covered.LIFT) -> ApprovalView:
    """A proposal that says as much as one can."""
    return ApprovalView(
        number=123_456,
        act=act,
        username=LONG,
        case_number=123_456,
        state=ApprovalState.OPEN,
        reason="Showed the phone at the front desk, and the badge that goes with it; nobody had it. " * 2,
        proposed_by="shell:maria.papadopoulou@console.example-corp.gr",
        proposed_at=START,
        expires_at=START,
        decided_by=None,
        decided_at=None,
    )


def lost() -> AccountView:
    """Somebody for whom no case is open yet."""
    return replace(account(), case=None)


def recovering() -> AccountView:
    """Somebody for whom one is open."""
    return replace(account(), lock_reason="Phone was stolen, says the front desk.")


def troubled() -> AccountView:
    """Somebody with every lock there is, the longest reason, both factors switched off, and a case."""
    return replace(
        account(),
        lock_reason="stolen, " * 25,
        authenticator_disabled=True,
        backup_set_disabled=True,
        must_change_password=True,
    )


def account(username: str = LONG) -> AccountView:
    """Somebody who is locked out by everything there is."""
    wait = timedelta(hours=1, minutes=2)
    return AccountView(
        at=START,
        username=username,
        display_name="Maria Papadopoulou-Schwarzenberger (night shift, Thessaloniki and all around it)",
        role="user",
        enabled=True,
        second_factor="on",
        two_factor_since=START,
        set_number=301,
        codes_left=9,
        own_number="+30 21 0555 0142",
        created_at=START,
        last_login_at=START,
        password_locked_for=wait,
        code_locked_for=wait,
        backup_code_locked_for=wait,
        authenticator_disabled=False,
        backup_set_disabled=False,
        locked_for=timedelta(days=90),
        lock_reason="Reported the phone as stolen at the front desk. " * 4,
        must_change_password=False,
        activation_ends=None,
        activation_spent=False,
        password_chosen=True,
        open_sessions=3,
        case=case(),
    )


def found() -> Found:
    """As many accounts as a small store has, some with long names."""
    names = (LONG, *(f"user{number:02}" for number in range(29)))
    return Found(
        Near(AccountPage(tuple(map(account, names)), 30, capped=False, before=None, after=None)),
        30,
        capped=False,
    )


ONE = TwoOperators(asked=False, counting=1)
TWO = TwoOperators(asked=True, counting=12)
TOO_FEW = TwoOperators(asked=True, counting=1)
COUNTS = AccountCounts(1_234_567, 800_123, 400_123, 34_321, 12_345, 1_000, 1_234, 999_999, 1_000)


def _under(name: str) -> Page[Any]:
    return EnrollmentScreen(enrollment(name), with_menu=True)


PAGES: dict[str, Callable[[str], Page[Any]]] = {
    "log in": lambda _: LogInScreen(None),
    "log in, 2FA on": lambda _: LogInScreen(ENABLED),
    "first run": lambda _: FirstRunScreen(),
    "code entry": lambda _: CodeEntryScreen(),
    "lost access": lambda _: LostAccessScreen(301, half=True),
    "reset code": lambda _: ResetCodeScreen(),
    "home, off": lambda name: HomeScreen(home(name, on=False)),
    "home, on": lambda name: HomeScreen(home(name)),
    "home, required soon": lambda name: HomeScreen(
        replace(home(name, on=False), two_factor_demanded=True, enroll_within=timedelta(days=6))
    ),
    "home, few codes": lambda name: HomeScreen(home(name, left=3)),
    "home, backup code used": lambda name: HomeScreen(home(name), after_code(name)),
    "home, notices": lambda name: HomeScreen(home(name), noticed(name)),
    "home, operator": lambda name: HomeScreen(replace(home(name), operator=True), noticed(name)),
    "policy": lambda name: PolicyScreen(policy_in_force(), WithoutSecondFactor(2, 812_345), name),
    "sessions, alone": lambda name: SessionsScreen(open_sessions(0), name),
    "sessions, many": lambda name: SessionsScreen(open_sessions(20), name),
    "settings, off": lambda name: SettingsScreen(home(name, on=False), ENTRY_IS_DEAD),
    "settings, on": lambda name: SettingsScreen(home(name), NEW_CODES),
    "settings, required soon": lambda name: SettingsScreen(
        replace(home(name, on=False), two_factor_demanded=True, enroll_within=timedelta(days=90)), None
    ),
    "settings, required": lambda name: SettingsScreen(
        replace(home(name), two_factor_demanded=True), NEW_CODES
    ),
    "enrollment": lambda name: EnrollmentScreen(enrollment(name), with_menu=True),
    "enrollment, again": lambda name: EnrollmentScreen(enrollment(name, again=True), with_menu=True),
    "enrollment, demanded": lambda name: EnrollmentScreen(enrollment(name), with_menu=False, demanded=True),
    "enrollment, replacing": lambda name: EnrollmentScreen(enrollment(name, replacing=True), with_menu=True),
    "backup codes, first": lambda name: BackupCodesScreen(
        codes_shown(name),
        NEVER,
        first=True,
        with_menu=True,
        kept="Saved: backup-codes-301.txt in your home folder, readable by you only.",
    ),
    "backup codes, new": lambda name: BackupCodesScreen(
        codes_shown(name, on=True), NEVER, first=False, with_menu=True
    ),
    "leave codes, first": lambda _: LeaveCodesScreen(NEVER, set_number=301, first=True, with_entry=True),
    "leave codes, replacing": lambda _: LeaveCodesScreen(NEVER, set_number=301, first=False, with_entry=True),
    "leave codes, new": lambda _: LeaveCodesScreen(NEVER, set_number=301, first=False, with_entry=False),
    "covered, password": lambda name: CoveredScreen(_under(name), Uncovering.PASSWORD),
    "covered, code": lambda name: CoveredScreen(_under(name), Uncovering.CODE),
    "covered, to be left": lambda name: CoveredScreen(_under(name), Uncovering.NOTHING),
    "quit": lambda _: QuitScreen(""),
    "quit, enrolling": lambda name: QuitScreen(_under(name).lost_by_leaving),
    "quit, codes": lambda _: QuitScreen(lost_with(301, first=True)),
    "step-up, code": lambda name: StepUpScreen(name, with_code=True),
    "step-up, password": lambda name: StepUpScreen(name, with_code=False),
    "disable": DisableScreen,
    "change password": ChangePasswordScreen,
    "first password": lambda _: FirstPasswordScreen(),
    "call forwarding, off": lambda name: CallForwardingScreen(Forwarding(None, None, None), name),
    "call forwarding, on": lambda name: CallForwardingScreen(
        Forwarding("+30 21 0555 0142", "+30 697 123 4567", START), name
    ),
    "call history": CallHistoryScreen,
    "accounts": lambda name: AccountsScreen(found(), COUNTS, name),
    "account": lambda name: AccountScreen(
        recovering(), acts_on(recovering(), two=TWO), "Done: 3 sessions were ended.", name
    ),
    "account, every trouble": lambda name: AccountScreen(
        troubled(), acts_on(troubled(), two=TWO), "Done: 3 sessions were ended.", name
    ),
    "account, no case": lambda name: AccountScreen(lost(), acts_on(lost(), two=TWO), "Done.", name),
    "act, reset": lambda name: ActScreen(ResetTwoFactor(lost(), two=TWO), name),
    "act, stolen": lambda name: ActScreen(PhoneStolen(lost(), two=TWO), name),
    "act, approve": lambda name: ActScreen(ApproveCase(case(), account()), name),
    "act, complete": lambda name: ActScreen(CompleteCase(case(), account()), name),
    "act, cancel a case": lambda name: ActScreen(CancelCase(case(), account(), two=TWO), name),
    "cases": lambda name: CasesScreen(tuple(map(case, range(30))), name, more=True),
    "case": lambda name: CaseScreen(
        case(), account(), "Done: the case has its second operator.", name, two=TWO
    ),
    "case, to be approved": lambda name: CaseScreen(
        replace(
            case(),
            state=CaseState.OPEN,
            stolen=False,
            approval_needed=True,
            approved_by=None,
            approved_at=None,
        ),
        account(),
        "Done: the case is open.",
        name,
        two=TWO,
    ),
    "case, too old": lambda name: CaseScreen(
        replace(case(), state=CaseState.EXPIRED), account(), None, name, two=TWO
    ),
    "case, the longest proof": lambda name: CaseScreen(longest(), account(), "Done.", name, two=TWO),
    "case, a password": lambda name: CaseScreen(
        replace(case(), password=True, stolen=False), account(), None, name, two=TWO
    ),
    "case, too few": lambda name: CaseScreen(case(), account(), None, name, two=TOO_FEW),
    "act, read the proof": lambda name: ActScreen(ReadProof(longest(), account()), name),
    "act, cancel, too few": lambda name: ActScreen(CancelCase(case(), account(), two=TOO_FEW), name),
    "act, forgotten password": lambda name: ActScreen(ForgottenPassword(lost(), two=TWO), name),
    "act, forgotten, one operator": lambda name: ActScreen(ForgottenPassword(lost(), two=ONE), name),
    "act, role": lambda name: ActScreen(ChangeRole(lost(), two=TWO), name),
    "act, role, too few": lambda name: ActScreen(ChangeRole(lost(), two=TOO_FEW), name),
    "act, enable an operator": lambda name: ActScreen(
        Enable(replace(lost(), role="operator", enabled=False), two=TWO), name
    ),
    "approvals": lambda name: ApprovalsScreen(tuple(map(proposal, [*Covered] * 6)), TWO, name, more=True),
    "approvals, too few": lambda name: ApprovalsScreen((proposal(),), TOO_FEW, name, more=False),
    "approvals, none": lambda name: ApprovalsScreen((), ONE, name, more=False),
    "approval": lambda name: ApprovalScreen(proposal(), None, name),
    "approval, declined": lambda name: ApprovalScreen(
        replace(proposal(), state=ApprovalState.DECLINED, decided_by=LONG, decided_at=START),
        "Done: declined. Nothing was changed.",
        name,
    ),
    "act, approve a proposal": lambda name: ActScreen(ApproveProposal(proposal()), name),
    "act, decline a proposal": lambda name: ActScreen(DeclineProposal(proposal()), name),
    "act, propose one operator": lambda name: ActScreen(ProposeOneOperator(), name),
    "act, create": lambda name: ActScreen(CreateAccount(), name),
    "shown once": lambda _: ShownOnceScreen(Once("The reset code", CODES[0], ONCE)),
    "overview": lambda name: OverviewScreen(how_things_stand(), COUNTS, name),
    "audit log": AuditLogScreen,
    "audit filter": lambda name: AuditFilterScreen(Wanted(), name),
}


@asynccontextmanager
async def show(
    desk: Desk,
    page: str | Page[Any],
    username: str = SHORT,
    *,
    size: tuple[int, int] = (80, 24),
    theme: Theme = "dark",
) -> AsyncIterator[Console]:
    """Open a console that shows this page at once, as the session of the desk's alice."""
    desk.settings = replace(desk.settings, theme=theme)
    shown = PAGES[page](username) if isinstance(page, str) else page
    async with use(desk, size, PageHost(desk, shown, desk.log_in())) as console:
        yield console


async def turn_to(console: Console, page: Page[Any]) -> None:
    """Lay another page over the one that is shown."""
    console.app.run_worker(console.app.show(page), group="story")
    await console.until(lambda: console.app.screen is page)
    await console.settle()


# What is seen


def seen(screen: Screen[Any]) -> list[Widget]:
    """Every widget that is displayed and takes room."""
    return [
        widget
        for widget in screen.walk_children(Widget)
        if all(each.display for each in widget.ancestors_with_self if isinstance(each, Widget))
        and widget.region
    ]


def regions(screen: Screen[Any]) -> dict[str, Region]:
    """Where everything stands, by its place in the tree."""
    return {
        f"{number} {type(widget).__name__} {widget.id}": widget.region
        for number, widget in enumerate(seen(screen))
    }


def clipped(screen: Screen[Any]) -> list[str]:
    """What is not wholly seen: widgets cut by what holds them, and text longer than its place."""
    cut = []
    for widget in seen(screen):
        place = screen.find_widget(widget)
        if place.region.intersection(place.clip) != place.region or not screen.region.contains_region(
            place.region
        ):
            cut.append(f"{widget}: {place.region} in {place.clip}")
        elif not widget.children and widget.id not in {"qr", "calls", "accounts", "lines", "hours"}:
            needed = widget.get_content_height(widget.container_size, screen.size, widget.content_size.width)
            if needed > widget.content_size.height:
                cut.append(f"{widget}: {needed} lines in {widget.content_size.height}")
    return cut


def scrolling(screen: Screen[Any]) -> list[str]:
    """What would have to be scrolled to be seen."""
    return [
        f"{widget} by {widget.max_scroll_x}, {widget.max_scroll_y}"
        for widget in (screen, *seen(screen))
        if widget.show_vertical_scrollbar or widget.show_horizontal_scrollbar
    ]


def labels(screen: Screen[Any]) -> list[str]:
    """The words of every button and link of the page; not those of the top row and its menu."""
    return [
        label_of(action)
        for action in screen.query(Action)
        if action in seen(screen)
        and not any(isinstance(each, (TopRow, UserMenu)) for each in action.ancestors)
    ]


def label_of(action: Action) -> str:
    return re.sub(r"^\[ (.*) \]$", r"\1", str(action.render()))


def times(words: str, text: str) -> int:
    """How often words stand in a text, letter case and line ends aside."""
    return " ".join(text.split()).casefold().count(words.casefold())


def twins(console: Console) -> dict[str, KeyTwin]:
    """The keys in the bottom row."""
    shown = seen(console.app.screen)
    return {str(twin.content).split()[0]: twin for twin in console.app.screen.query(KeyTwin) if twin in shown}
