"""What takes two operators, at the desk: proposed on the page of the act, decided beside Recovery cases."""

import pytest

from store.rules.policy import PolicyChanges
from tests.desk import SHELL, Desk
from tests.screens.console import Console, use
from tests.screens.test_account_acts import open_account
from tests.screens.test_policy import to_policy
from tests.screens.test_recovery_cases import PROOF, prose, steps, to_cases
from tui.screens.account import AccountScreen
from tui.screens.act import ActScreen
from tui.screens.acts import PROPOSED
from tui.screens.approval import ApprovalScreen
from tui.screens.approvals import ApprovalsScreen
from tui.screens.case import CaseScreen
from tui.screens.cases import CasesScreen
from tui.screens.policy import LOWERING
from tui.screens.shown_once import ShownOnceScreen

WHY = "both of us looked at it"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A store with two operators, and alice, who all have 2FA; policy asks for two."""
    for name in ("olga", "root"):
        desk.create(name, operator=True)
        desk.enable(name)
    desk.enable("alice")
    desk.services.policy.set(SHELL, PolicyChanges(second_approval=True))
    return desk


async def to_approvals(console: Console, username: str) -> None:
    await to_cases(console, username)
    await console.click("#approvals")
    console.at(ApprovalsScreen)


async def test_a_role_is_proposed_by_one_and_given_by_the_approval_of_another(desk: Desk) -> None:
    async with use(desk) as console:
        await open_account(console)
        await console.click("#change-role")
        assert "Policy asks for two operators: this proposes it" in prose(console)
        await console.press("enter")
        assert "Say why" in console.text
        await console.write(WHY, "enter")
        assert console.says("#notice") == PROPOSED
        assert desk.services.accounts.show(SHELL, "alice").role == "user"
        await console.click("#change-role")
        await console.write(WHY, "enter")
        assert "It is proposed already: approval 1." in prose(console)
    async with use(desk) as console:
        await to_approvals(console, "olga")
        await console.press("enter")
        console.at(ApprovalScreen)
        assert "You proposed it, so another operator has to approve it" in prose(console)
        assert [each.id for each in console.at(ApprovalScreen).query(".actions Action")] == ["decline"]
    async with use(desk) as console:
        await to_approvals(console, "root")
        assert "make alice an operator" in console.text
        assert "Policy asks for two operators; 2 have working 2FA." in console.text
        await console.press("enter")
        await console.press("enter")
        assert f"olga says why: {WHY}" in prose(console)
        await console.press("enter")
        assert console.says("#notice") == "Done: approved, and in force now."
        assert desk.services.accounts.show(SHELL, "alice").role == "operator"
        await console.press("escape")
        console.at(ApprovalsScreen)
        await console.press("escape")
        console.at(CasesScreen)


async def test_a_suspension_is_lifted_by_two(desk: Desk) -> None:
    number = desk.services.recovery.open(SHELL, "alice", PROOF, stolen=True).number
    async with use(desk) as console:
        await to_cases(console)
        await console.press("enter")
        await console.click("#cancel-case")
        assert "this proposes it" in prose(console)
        await console.write("found the phone", "enter")
        assert console.says("#notice") == PROPOSED
        assert desk.services.recovery.show(SHELL, number).live
    async with use(desk) as console:
        await to_approvals(console, "root")
        await console.press("enter")
        await console.click("#decline")
        await console.write("not so", "enter")
        assert console.says("#notice") == "Done: declined. Nothing was changed."
        assert desk.services.recovery.show(SHELL, number).live


async def test_the_rule_is_lowered_by_two_and_the_policy_page_says_where(desk: Desk) -> None:
    async with use(desk) as console:
        await to_policy(console)
        await console.press("tab", "left")
        await console.click("#set")
        assert LOWERING in prose(console)
        assert desk.services.policy.show(SHELL).second_approval
    async with use(desk) as console:
        await to_approvals(console, "olga")
        await console.click("#lower")
        await console.write(WHY, "enter")
        assert "one operator is enough from then on" in console.text
    async with use(desk) as console:
        await to_approvals(console, "root")
        for _ in range(3):
            await console.press("enter")
        assert not desk.services.policy.show(SHELL).second_approval


async def test_a_forgotten_password_ends_in_one_shown_once(desk: Desk) -> None:
    async with use(desk) as console:
        await open_account(console)
        await console.click("#forgotten-password")
        await console.write(PROOF, "enter")
        console.at(CaseScreen)
        assert "there; the password is forgotten" in console.text
        assert steps(console) == ["cancel-case"]
    async with use(desk) as console:
        await to_cases(console, "root")
        for _ in range(3):
            await console.press("enter")
        assert steps(console) == ["complete", "cancel-case"]
        await console.press("enter")
        assert "2FA stays, and is asked for as ever." in prose(console)
        await console.press("enter")
        once = console.at(ShownOnceScreen)
        assert once._once is not None
        password = once._once.secret
        assert password in console.text
    assert desk.half("alice", password)


@pytest.mark.parametrize(
    ("two", "says"),
    [
        (False, "A forgotten password is reset at the host's shell, not here."),
        (True, "Policy asks for two operators, and fewer than two have working 2FA."),
    ],
)
async def test_what_only_the_shell_can_do_is_said_with_its_command(
    desk: Desk,
    two: bool,  # noqa: FBT001 - the rule
    says: str,
) -> None:
    if two:
        desk.services.access.disable(SHELL, "root", WHY)
    else:
        desk.services.policy.set(SHELL, PolicyChanges(second_approval=False))
    async with use(desk) as console:
        await open_account(console)
        await console.click("#forgotten-password")
        assert says in prose(console)
        assert "twofold account reset-password alice --reason TEXT" in console.text
        assert not console.at(ActScreen).query("#do")
        await console.press("enter")
        console.at(AccountScreen)
        if two:
            await console.click("#change-role")
            assert "twofold account role alice operator --reason TEXT" in console.text


async def test_with_fewer_than_two_left_each_page_names_the_shells_command(desk: Desk) -> None:
    desk.services.recovery.open(SHELL, "alice", PROOF, stolen=True)
    desk.services.access.disable(SHELL, "root", WHY)
    async with use(desk) as console:
        await to_cases(console)
        await console.press("enter")
        assert "At the host's shell: twofold recovery complete 1" in prose(console)
        assert steps(console) == ["cancel-case"]
        await console.press("enter")
        assert "twofold recovery cancel 1 --reason TEXT" in console.text
        await console.press("escape")
        await console.press("escape")
        await console.click("#approvals")
        assert "twofold policy set --second-approval no" in console.text
        assert not console.app.screen.query("#lower")


async def test_a_long_proof_is_cut_and_read_on_a_page_of_its_own(desk: Desk) -> None:
    proof = "showed a passport and a badge. " * 16
    desk.services.recovery.open(SHELL, "alice", proof)
    async with use(desk) as console:
        await to_cases(console)
        await console.press("enter")
        assert "..." in console.text
        assert steps(console)[-1] == "proof"
        await console.click("#proof")
        assert prose(console).count("showed a passport and a badge.") == 16
        await console.press("enter")
        console.at(CaseScreen)
