"""Raw answers, and any DataFrame, to tidy tables: pandas only, pure functions."""

from amtviz.tidy.anonymous import Pseudonyms
from amtviz.tidy.combine import combine_tuning_data
from amtviz.tidy.document import from_document, to_document
from amtviz.tidy.frame import tidy_frame
from amtviz.tidy.listing import tidy_listing
from amtviz.tidy.notes import (
    check_notes_kept,
    name_trial,
    note_trial,
    read_notes,
    star_trial,
    write_notes,
)
from amtviz.tidy.raw import tidy_tuning_data
from amtviz.tidy.shapes import check_tables
from amtviz.tidy.sources import tidy_source
from amtviz.tidy.studies.files import LOG_ENDINGS
from amtviz.tidy.studies.runs import Wish

__all__ = [
    "LOG_ENDINGS",
    "Pseudonyms",
    "Wish",
    "check_notes_kept",
    "check_tables",
    "combine_tuning_data",
    "from_document",
    "name_trial",
    "note_trial",
    "read_notes",
    "star_trial",
    "tidy_frame",
    "tidy_listing",
    "tidy_source",
    "tidy_tuning_data",
    "to_document",
    "write_notes",
]
