"""Recovery cases at the desk: from somebody who lost phone and codes to the reset code handed over."""

import pytest

from store.rules.policy import PolicyChanges
from store.services.views import CodeNeeded, LoggedIn
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.screens.console import Console, use
from tests.screens.test_account_acts import open_account
from tests.screens.test_secrets import holders
from tests.tables import events
from tui.screens.account import AccountScreen
from tui.screens.accounts import AccountsScreen
from tui.screens.act import ActScreen
from tui.screens.case import CaseScreen
from tui.screens.cases import CasesScreen
from tui.screens.home import HomeScreen
from tui.screens.shown_once import SHOWN_ONCE, ShownOnceScreen
from tui.screens.step_up import StepUpScreen
from tui.words import NOTHING_CHANGED

PROOF = "showed a passport"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A store with an operator, and alice, who both have 2FA."""
    desk.create("olga", operator=True)
    desk.enable("olga")
    desk.enable("alice")
    return desk


def prose(console: Console) -> str:
    return " ".join(console.text.split())


def steps(console: Console) -> list[str | None]:
    """The steps that the page of a case offers."""
    return [each.id for each in console.at(CaseScreen).query(".actions Action")]


async def to_cases(console: Console, username: str = "olga") -> None:
    await console.to_home(username)
    await console.click("#cases")
    console.at(CasesScreen)


async def test_a_reset_is_told_before_proven_and_its_code_shown_once(desk: Desk) -> None:
    async with use(desk) as console:
        await open_account(console)
        desk.clock.move(minutes=6)
        await console.click("#reset-2fa")
        page = console.at(ActScreen)
        assert "Nothing of alice's changes yet" in prose(console)
        assert "second operator" not in prose(console)
        await console.press("enter")
        assert "Say who proved what" in console.text
        console.field("#proof").value = f"{PROOF}\u202e"
        await console.press("enter")
        console.at(StepUpScreen)
        await console.press("escape")
        assert (console.app.screen, console.says("#said")) == (page, NOTHING_CHANGED)
        await console.click("#do")
        await console.write(desk.code("olga"), "enter")
        assert "That holds a character that can't be shown." in console.text
        console.field("#proof").value = PROOF
        await console.press("enter")
        assert steps(console) == ["complete", "cancel-case"]
        assert console.says("#notice") == "Done: the case is open."
        assert PROOF in console.text
        await console.press("enter")
        assert "every backup code of alice stop working at once" in prose(console)
        await console.press("enter")
        once = console.at(ShownOnceScreen)
        assert once._once is not None
        code = once._once.secret
        assert code in console.text
        assert SHOWN_ONCE in console.text
        await console.press("enter", "escape", "f4", "space", "enter")
        assert console.app.screen is once
        desk.clock.move(seconds=1)
        await console.press("tab", "enter")
        assert console.says("#notice") == "Done: the old app and the old backup codes are dead."
        assert steps(console) == []
        assert once._once is None
        del once, page
        await console.press("escape")
        assert "reset; waits for the reset code" in console.text
        await console.press("escape")
        console.at(AccountsScreen)
        assert holders(code) == set()
    half = desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert not isinstance(half, (CodeNeeded, LoggedIn))
    desk.services.reset.use_code(half.token, code)


async def test_a_stolen_phone_suspends_at_once_and_is_cancelled_from_the_list(desk: Desk) -> None:
    desk.log_in("alice")
    async with use(desk) as console:
        await open_account(console)
        await console.click("#phone-stolen")
        assert "At once no code and no backup code of alice opens anything, and 1 open session ends" in prose(
            console
        )
        await console.write(PROOF, "enter")
        console.at(CaseScreen)
        assert "no code of alice opens anything, and every session has ended." in console.says("#notice")
        assert "stolen: no code opens anything" in console.text
        assert events(desk, "2FA suspended")[-1].actor == "olga"
        await console.press("escape")
        assert "Phone stolen: no code opens anything until recovery case 1 is closed." in console.text
        offered = [each.id for each in console.at(AccountScreen).query(".act-row Action")]
        assert offered[0] == "case"
        assert not {"reset-2fa", "phone-stolen"} & set(offered)
        await console.press("enter")
        for page in (AccountScreen, AccountsScreen, HomeScreen):
            await console.press("escape")
            console.at(page)
        await console.click("#cases")
        assert "to be completed, stolen" in console.text
        await console.press("enter")
        await console.click("#cancel-case")
        assert "work again at once, as they did before" in prose(console)
        await console.write("found the phone", "enter")
        assert console.says("#notice").startswith("Done: the case is cancelled.")
        await console.press("escape")
        assert "No case is open." in console.text
    desk.log_in("alice")


async def test_where_policy_demands_two_the_second_operator_approves_and_the_first_does_not(
    desk: Desk,
) -> None:
    desk.create("carol", operator=True)
    desk.enable("carol")
    desk.services.policy.set(SHELL, PolicyChanges(second_approval=True))
    async with use(desk) as console:
        await open_account(console)
        await console.click("#reset-2fa")
        assert "A second operator has to approve it" in prose(console)
        await console.write(PROOF, "enter")
        assert steps(console) == ["cancel-case"]
        assert "You opened it, so another operator has to approve it" in prose(console)
        await console.press("escape")
        assert "Recovery case 1 waits for a second operator." in console.text
    async with use(desk) as console:
        await to_cases(console, "carol")
        assert "to be approved" in console.text
        await console.press("enter")
        assert steps(console) == ["approve", "cancel-case"]
        await console.press("enter")
        assert f"olga has on record: {PROOF}" in prose(console)
        await console.press("enter")
        assert console.says("#notice") == "Done: the case has its second operator."
        assert steps(console) == ["complete", "cancel-case"]


async def test_a_case_that_a_log_in_cancelled_meanwhile_says_so(desk: Desk) -> None:
    desk.services.recovery.open(SHELL, "alice", PROOF)
    async with use(desk) as console:
        await to_cases(console)
        await console.press("enter")
        await console.click("#complete")
        desk.log_in("alice")
        await console.press("enter")
        assert "This case was cancelled, by an operator or by a log-in." in prose(console)
        await console.press("escape")
        assert "alice proved after all what was said to be lost, which cancelled it." in prose(console)
        assert steps(console) == []


async def test_a_case_that_is_too_old_is_begun_again_from_its_page(desk: Desk) -> None:
    desk.services.recovery.open(SHELL, "alice", PROOF, stolen=True)
    desk.clock.move(days=7)
    async with use(desk) as console:
        await to_cases(console)
        assert "too old, stolen" in console.text
        await console.press("enter")
        assert steps(console) == ["reset-2fa", "cancel-case"]
        await console.press("enter")
        assert "The second factor stays suspended." in prose(console)
        await console.write("came back with the passport", "enter")
        assert console.says("#headline") == "Recovery case 2: alice"
        assert steps(console) == ["complete", "cancel-case"]
