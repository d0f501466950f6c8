"""The accounts near the line of a list that may be a million long: a few pages, never all of them."""

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.services.views import AccountPage, AccountView, Cursor

SIZE = 50
"""Accounts of one page."""
AHEAD = 60
"""So many are there before the line comes to them: as many as the tallest usual window has rows."""
MOST_PAGES = 5


class Near:
    """Where the line stands, and the pages around it."""

    def __init__(self, page: "AccountPage") -> None:
        """Begin with the line on the first account of a page."""
        self._pages = deque([page])
        self.accounts = list(page.accounts)
        self.line = 0
        """The place of the line among these accounts."""
        self.top = 0
        """The place of the first one in sight."""
        self._owed = 0

    @property
    def current(self) -> "AccountView | None":
        """The account that the line is on."""
        return self.accounts[self.line] if self.accounts else None

    @property
    def after(self) -> "Cursor | None":
        """What the page after these is asked for with; none where they are the last."""
        return self._pages[-1].after

    @property
    def before(self) -> "Cursor | None":
        """What the page before these is asked for with; none where they are the first."""
        return self._pages[0].before

    @property
    def lacks(self) -> int:
        """Which page should be fetched: the one after (1), the one before (-1), or none (0)."""
        if self.after is not None and len(self.accounts) - self.line <= AHEAD:
            return 1
        if self.before is not None and self.line < AHEAD:
            return -1
        return 0

    def move(self, by: int) -> None:
        """Move the line; what lies past these accounts is made good once their page is there."""
        wanted = self.line + self._owed + by
        self.line = max(0, min(wanted, len(self.accounts) - 1))
        owed = wanted - self.line
        more = self.before if owed < 0 else self.after
        self._owed = owed if more is not None else 0

    def fit(self, rows: int) -> None:
        """Have so many rows in sight, the line among them."""
        lowest = max(0, len(self.accounts) - rows)
        self.top = max(min(self.top, self.line, lowest), self.line - rows + 1, 0)

    def add(self, page: "AccountPage", way: int) -> None:
        """Take in the page after or before, and let the farthest one go."""
        if way > 0:
            self._pages.append(page)
            self.accounts += page.accounts
            if len(self._pages) > MOST_PAGES:
                gone = len(self._pages.popleft().accounts)
                del self.accounts[:gone]
                self._shift(-gone)
        else:
            self._pages.appendleft(page)
            self.accounts[:0] = page.accounts
            self._shift(len(page.accounts))
            if len(self._pages) > MOST_PAGES:
                gone = len(self._pages.pop().accounts)
                del self.accounts[len(self.accounts) - gone :]
        self.move(0)

    def _shift(self, by: int) -> None:
        self.line += by
        self.top += by

    def put_on(self, username: str) -> None:
        """Put the line on this account where it is among these."""
        for place, account in enumerate(self.accounts):
            if account.username == username:
                self.line = place

    def replace(self, account: "AccountView") -> None:
        """Show one account as it is now."""
        self.accounts = [account if each.username == account.username else each for each in self.accounts]
