"""Studies of other tools to tables: a module a tool, none of which is imported."""
