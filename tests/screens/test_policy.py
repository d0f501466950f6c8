"""The page of the policy says what was, what will be and for how many, and sets it after a fresh proof."""

from dataclasses import replace
from datetime import timedelta

from store.rules.policy import PolicyChanges, Whom
from tests.desk import SHELL, Desk
from tests.screens.console import Console, use
from tui.flows import STILL_DEMANDED
from tui.screens.enrollment import DEMANDED, EnrollmentScreen
from tui.screens.home import HomeScreen
from tui.screens.log_in import LogInScreen
from tui.screens.policy import TWO, PolicyScreen
from tui.screens.step_up import StepUpScreen
from tui.widgets.choice import Choice


def operator(desk: Desk) -> None:
    desk.create("root", operator=True)
    desk.enable("root")


async def to_policy(console: Console) -> None:
    await console.to_home("root")
    await console.click("#policy")
    console.at(PolicyScreen)


async def test_what_will_change_is_said_before_and_what_changed_after(desk: Desk) -> None:
    operator(desk)
    async with use(desk) as console:
        await to_policy(console)
        assert "Every account that must have 2FA has it." in console.text
        await console.press("right")
        assert "now operators" in console.text
        await console.press("tab", "tab")
        await console.write("14")
        assert "1 account without 2FA will have 14 days to set it up." in console.text
        await console.press("tab")
        await console.write("61", "enter", "enter", "enter", "enter")
        await console.write("Acme phones", "enter", "enter")
        assert "Without a key: 1 to 60 minutes." in console.text
        assert console.app.focused is console.field("#idle")
        assert desk.services.policy.show(SHELL).second_factor_for is Whom.OPERATORS
        await console.write("10")
        await console.stale()
        await console.click("#set")
        console.at(StepUpScreen)
        desk.clock.move(seconds=30)
        await console.write(desk.code("root"), "enter")
        console.at(PolicyScreen)
        assert "Done: 4 changes in force now." in console.text
        assert console.lines[0].split()[:2] == ["Acme", "phones"]
        now = desk.services.policy.show(SHELL)
        assert (now.second_factor_for, now.grace, now.limits.idle, now.name, now.issuer) == (
            Whom.EVERYBODY,
            timedelta(days=14),
            timedelta(minutes=10),
            "Acme phones",
            "Twofold",
        )
        await console.click("#set")
        assert "Nothing was changed." in console.text


async def test_neither_a_user_nor_a_kiosk_is_offered_the_policy(desk: Desk) -> None:
    operator(desk)
    async with use(desk) as console:
        await console.to_home()
        assert not console.app.screen.query("#policy")
    desk.settings = replace(desk.settings, kiosk=True)
    async with use(desk) as console:
        await console.to_home("root")
        assert not console.app.screen.query("#policy")


async def test_a_demand_leads_an_open_session_to_enrollment_and_grace_is_told_on_home(desk: Desk) -> None:
    desk.services.policy.set(
        SHELL, PolicyChanges(second_factor_for=Whom.EVERYBODY, grace=timedelta(days=6), name="Acme phones")
    )
    async with use(desk) as console:
        assert console.lines[0].split() == ["Acme", "phones"]
        await console.to_home()
        assert "2FA will be required in 6 days: Settings" in console.text
        desk.services.policy.set(SHELL, PolicyChanges(grace=timedelta()))
        await console.click("#forwarding")
        console.at(EnrollmentScreen)
        assert DEMANDED in console.text
        console.scan()
        await console.write(desk.code(), "enter")
        await console.press("escape")
        await console.click("#leave")
        console.at(LogInScreen)
        assert STILL_DEMANDED in " ".join(console.text.split())
        await console.log_in()
        console.at(EnrollmentScreen)


async def test_where_2fa_is_required_settings_do_not_offer_to_turn_it_off(desk: Desk) -> None:
    operator(desk)
    async with use(desk) as console:
        await console.to_settings("root")
        assert "2026 and required." in console.text
        assert not console.app.screen.query("#disable")
        desk.services.policy.set(SHELL, PolicyChanges(second_factor_for=Whom.NOBODY))
        await console.press("escape")
        console.at(HomeScreen)
        await console.click("#settings")
        assert console.app.screen.query("#disable")


async def test_the_rule_of_two_begins_at_the_hosts_shell_and_the_page_names_the_command(desk: Desk) -> None:
    operator(desk)
    async with use(desk) as console:
        await to_policy(console)
        console.app.screen.query_one("#second_approval", Choice).value = TWO
        await console.click("#set")
        assert "twofold policy set --second-approval yes" in " ".join(console.text.split())
        assert not desk.services.policy.show(SHELL).second_approval
