"""AWS in, raw answers out: the only importer of boto3."""

from amtviz.fetch.best import describe_training_job
from amtviz.fetch.clients import make_session
from amtviz.fetch.create.start import start_tuning_job
from amtviz.fetch.listing import list_summaries
from amtviz.fetch.raw import fetch_raw
from amtviz.fetch.resolve import (
    TuningJobReference,
    is_tuning_job_reference,
    tuning_job_reference,
)

__all__ = [
    "TuningJobReference",
    "describe_training_job",
    "fetch_raw",
    "is_tuning_job_reference",
    "list_summaries",
    "make_session",
    "start_tuning_job",
    "tuning_job_reference",
]
