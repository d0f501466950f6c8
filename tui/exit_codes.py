"""What the program ends with where it cannot begin (design section 5)."""

from store.errors import InvalidSettings, KeyUnusable, StoreUnusable, TwofoldError

EXIT_CODES: dict[type[TwofoldError], int] = {InvalidSettings: 2, StoreUnusable: 3, KeyUnusable: 4}
