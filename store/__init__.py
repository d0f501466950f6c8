"""Everything that is true without a screen: rules, tables, secrets and use cases."""
