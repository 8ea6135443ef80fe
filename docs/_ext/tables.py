"""Directives that write tables from the code, so that they can't differ from it."""

from __future__ import annotations

import json

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from amtviz import schema
from amtviz.fetch.errors import READER_POLICY, STARTER_POLICY

TABLES = {
    "trials": schema.TRIAL_COLUMNS,
    "metrics": schema.METRIC_COLUMNS,
    "listing": schema.LISTING_COLUMNS,
    **schema.NUMBER_COLUMNS,
}


class ColumnsTable(SphinxDirective):
    """``columns-table``: the columns of a table."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        rows = ["| column | dtype | unit | what it holds |", "|---|---|---|---|"]
        rows += [
            f"| `{c.name}` | `{c.dtype}` | {c.unit} | {c.description} |"
            for c in TABLES[self.arguments[0]].values()
        ]
        return self.parse_text_to_nodes("\n".join(rows))


class Policy(SphinxDirective):
    """``reader-policy``, ``starter-policy``: what allows amtviz's calls in IAM."""

    def run(self) -> list[nodes.Node]:
        policy = {"reader-policy": READER_POLICY, "starter-policy": STARTER_POLICY}[self.name]
        text = json.dumps(policy, indent=2)
        return [nodes.literal_block(text, text, language="json")]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("columns-table", ColumnsTable)
    app.add_directive("reader-policy", Policy)
    app.add_directive("starter-policy", Policy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
