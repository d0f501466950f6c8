"""Use cases: the only door to the store for every front end. `bundle.open_services` opens one."""
