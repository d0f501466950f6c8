"""What was sought in the list of accounts, and what was found."""

from dataclasses import dataclass, replace

from store.services.views import Order, Sought
from tui.widgets.near import Near

FILTERS = {
    "all": ("All", Sought()),
    "operators": ("Operators", Sought(role="operator")),
    "never-logged-in": ("Never logged in", Sought(never_logged_in=True)),
    "two-factor-on": ("2FA on", Sought(second_factor="on")),
    "two-factor-off": ("2FA off", Sought(second_factor="off")),
    "two-factor-reset": ("2FA reset", Sought(second_factor="reset")),
    "few-codes": ("Few codes", Sought(few_codes=True, enabled=True)),
    "locked": ("Locked", Sought(locked=True)),
    "disabled": ("Disabled", Sought(enabled=False)),
}
ROWS = (
    ("all", "operators", "never-logged-in"),
    ("two-factor-on", "two-factor-off", "two-factor-reset", "few-codes"),
    ("locked", "disabled"),
)
SORTED = {Order.USERNAME: "sorted by username", Order.LAST_LOGIN: "latest log-in first"}


@dataclass
class Found:
    """What was sought, and where the line stands: kept while the page of one account is open."""

    near: Near
    total: int
    capped: bool
    text: str = ""
    only: str = "all"
    """Which of the filters."""
    order: Order = Order.USERNAME

    @property
    def sought(self) -> Sought:
        """What the services are asked for."""
        return replace(FILTERS[self.only][1], text=self.text)


def number_found(found: Found) -> str:
    """Return how many there are; of very many a search finds only the first, and says so."""
    if found.capped:
        return f"the first {found.total:,} found\nmore letters find others"
    return f"{found.total:,} {'account' if found.total == 1 else 'accounts'}"
