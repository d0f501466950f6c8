"""Export of the audit log to a new file: what the list shows, all of it."""

from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from store.errors import TwofoldError
from tui import background
from tui.audit_words import asked
from tui.files import new_text
from tui.screens.page import BACK, HELP, MENU, Page
from tui.screens.places import Go
from tui.units import counted
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.words import sentence

if TYPE_CHECKING:
    from pathlib import Path

    from store.services.audit_log import AuditPage, Place, Wanted

AT_ONCE = 500
NOT_HERE = (
    "Nothing is written to a file from here, over SSH or in a kiosk: it would stay on a machine that others "
    "use. At the host's shell run: twofold audit export FILE"
)
SUFFIXES = {"csv": ".csv", "json": ".jsonl"}


class AuditExportScreen(Page["str | Go | None"]):
    """Writes a page at a time, so that it can be left at any moment; hands back what to say of it."""

    HEADLINE = "Write events to a file"
    HELP_TEXT = (
        "The file holds every event that the list is of, not only those in sight, the latest first, with "
        "times in UTC. CSV opens in a spreadsheet, where no cell is taken for a formula; JSON lines are for "
        "programs. Leaving this page before the end leaves no file behind."
    )
    KEYS = (BACK, MENU, HELP)

    def __init__(self, wanted: "Wanted", username: str | None) -> None:
        """Export these events."""
        super().__init__(username=username)
        self._wanted = wanted
        self._writes = False

    def parts(self) -> ComposeResult:
        """What is written and where to, and the two forms."""
        place = self.console.saving_place()
        yield Static("", classes="gap")
        yield Static(Content(f"{asked(self._wanted)}."), classes="prose")
        if place is None:
            yield Static(Content(NOT_HERE), classes="prose")
            yield Static("", classes="gap")
            yield Actions(Action("Back to the list", id="cancel", main=True))
        else:
            yield Static(Content(f"They go to a new file {place[1]}."), classes="prose")
            yield Static("", classes="gap")
            yield Actions(
                Action("Export as CSV", id="csv", main=True),
                Action("Export as JSON lines", id="json"),
                Action("Cancel", id="cancel"),
            )
        yield Static("", classes="gap")
        yield Static("", id="notice", classes="notice")

    @on(Action.Chosen, "#csv, #json")
    def _chosen(self, chosen: Action.Chosen) -> None:
        if not self._writes:
            self._writes = True
            background.run(self, partial(self._write, chosen.action.id or ""), group="submit", exclusive=True)

    async def _write(self, form: str) -> None:
        place = self.console.saving_place()
        if place is None:
            return
        folder, where = place
        try:
            path, count = await self._written(folder, form)
        except TwofoldError as error:
            self._say(sentence(error))
        except OSError as error:
            self._say(f"That could not be saved: {error.strerror or 'no room'}.")
        else:
            self.finish(f"{counted(count, 'event')} saved: {path.name} {where}.")
        self._writes = False

    async def _written(self, folder: "Path", form: str) -> "tuple[Path, int]":
        from tui.event_files import write_csv, write_jsonl

        count = 0
        before: Place | None = None
        with new_text(folder, "audit", SUFFIXES[form]) as (path, file):
            while True:
                page = await self._page(before)
                if form == "csv":
                    write_csv(file, page.events, heading=before is None)
                else:
                    write_jsonl(file, page.events)
                count, before = count + len(page.events), page.older
                if before is None:
                    return path, count
                self._say(f"{counted(count, 'event')} written.")

    async def _page(self, before: "Place | None") -> "AuditPage":
        return await self.ask_as(
            lambda services, token: services.audit_log.page(token, self._wanted, before=before, size=AT_ONCE)
        )

    def _say(self, words: str) -> None:
        self.query_one("#notice", Static).update(Content(words))

    @on(Action.Chosen, "#cancel")
    def action_back(self) -> None:
        """Go back to the list; a file that is not whole is taken away."""
        self.finish(None)
