"""List the trials of a tuning job, and search for what their summaries leave out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from amtviz.errors import AwsError, TuningJobNotFoundError
from amtviz.fetch.clients import Clients, attempt
from amtviz.fetch.errors import AccessDeniedError, is_not_found
from amtviz.fetch.kept import Answers, KeptTrials, is_finished_trial
from amtviz.fetch.pages import Pages
from amtviz.fetch.patience import run_concurrently
from amtviz.fetch.tuning_jobs import DescribedJob
from amtviz.progress import progress
from amtviz.wording.lists import plural

PAGE = 100  # the most that AWS gives at once; its default is 10

_SPARE = 1000
_LOST_PARENT = (AccessDeniedError, TuningJobNotFoundError)
_NEEDED = {"TrainingJobName", "CreationTime"}  # of a record that is of any use


def fetch_training_jobs(
    jobs: Sequence[DescribedJob], requested: int, clients: Clients
) -> tuple[list[Answers], list[Answers], list[str]]:
    """Fetch the trials of tuning jobs, side by side, under a progress bar.

    Parameters
    ----------
    jobs : sequence of DescribedJob
    requested : int
        How many of them, from the first, must be listed; the rest are ancestors.
    clients : Clients

    Returns
    -------
    summaries : list of list of dict
        Per job, every entry of ListTrainingJobsForHyperParameterTuningJob.
    records : list of list of dict
        Per job, the ``TrainingJob`` records of Search, of listed trials only; may be fewer.
    notices : list of str

    Raises
    ------
    AwsError
        If the trials of a requested job can't be listed.
    """
    with progress("Fetching trials", "trial", sum(_expected(job) for job in jobs)) as advance:
        lists = [_Listing(clients, job, advance) for job in jobs]
        searches = [_Searching(clients, job) for job in jobs]
        readings: list[_Reading] = [*lists, *searches]  # the lists must succeed, so they are first
        try:
            answers = run_concurrently(
                lambda reading: attempt(reading.read),
                readings,
                clients.patience,
                unanswered=lambda reading, error: error,
            )
        finally:
            for reading in readings:  # also when somebody gave up waiting
                reading.keep()
    summaries: list[Answers] = []
    records: list[Answers] = []
    notices: list[str] = []
    for position, job in enumerate(jobs):
        trials, found = answers[position], answers[len(jobs) + position]
        if isinstance(trials, AwsError):
            if position < requested or not isinstance(trials, _LOST_PARENT):
                raise trials
            notices.append(_explain_lost_parent(job, trials))
            trials = found = []
        kept, missed = _reconcile(job, trials, found)
        summaries.append(trials)
        records.append(kept)
        notices += [*lists[position].notices, *searches[position].notices, *missed]
    return summaries, records, list(dict.fromkeys(notices))


class _Reading(ABC):
    """What AWS answers about the trials of a tuning job, as far as it is read."""

    def __init__(
        self,
        clients: Clients,
        job: DescribedJob,
        advance: Callable[[int], None] = lambda steps: None,
    ) -> None:
        self.notices: list[str] = []
        self._clients = clients
        self._job = job
        self._advance = advance
        self._kept = KeptTrials([], False)
        self._found: dict[str, dict[str, Any]] = {}
        self._whole = False
        self._saved = False

    @abstractmethod
    def read(self) -> Answers:
        """Read all pages, oldest trial first."""

    @abstractmethod
    def _save(self, trials: Answers, whole: bool) -> None:
        """Put trials into the cache."""

    def keep(self) -> None:
        """Keep what is read: a part lets the next fetch go on from there."""
        found = list(self._found.values())  # a thread that was left behind may be adding to them
        if self._saved or not (found or self._whole):
            return
        self._saved = True
        before = {} if self._whole else _by_name(self._kept.trials)
        self._save(self._in_order(before | _by_name(found)), self._whole)

    def _in_order(self, trials: Mapping[str, dict[str, Any]]) -> Answers:
        """Return trials as a list gives them that is read from the oldest."""
        found = list(trials.values())
        # what is read after what is kept comes newest first
        return sorted(found, key=lambda t: t["CreationTime"]) if self._kept.trials else found

    def _client(self) -> Any:
        return self._clients.get("sagemaker", self._job.session, self._job.region)

    def _merge(self, pages: Pages, entries: Callable[[Any], Answers]) -> Answers:
        """Read pages until the rest can only be finished trials that are kept."""
        self._whole = False
        expected = _expected(self._job)
        before = _by_name(self._kept.trials)
        unfinished = {name for name, trial in before.items() if not is_finished_trial(trial)}
        for page in pages:
            found = _by_name(entries(page))
            self._found |= found  # pages shift while the job runs: the latest counts
            self._advance(len(found))
            reached = unfinished <= self._found.keys() and not before.keys().isdisjoint(found)
            if reached and len(before | self._found) >= expected:
                self._found = before | self._found
                break
        if pages.endless:
            self.notices.append(_explain_endless(self._job, len(self._found), expected))
        self._whole = not pages.endless
        return self._in_order(self._found)

    def _most(self) -> int:
        """Return more trials than there can be: retried ones and those of parents count, too."""
        config = self._job.description.get("HyperParameterTuningJobConfig") or {}
        limit = (config.get("ResourceLimits") or {}).get("MaxNumberOfTrainingJobs") or 0
        return 2 * max(_expected(self._job), limit) + _SPARE


class _Listing(_Reading):
    def read(self) -> Answers:
        self._kept = self._clients.keeper.find_listed(self._job.kept_as)
        if self._kept.final:
            self._advance(len(self._kept.trials))
            return self._kept.trials
        client = self._client()
        pages = Pages(
            client,
            "list_training_jobs_for_hyper_parameter_tuning_job",
            lambda page: [trial["TrainingJobName"] for trial in page["TrainingJobSummaries"]],
            self._most(),
            HyperParameterTuningJobName=self._job.name,
            # sorting by the objective, the other order there is, drops the trials without one
            SortBy="CreationTime",
            SortOrder="Descending" if self._kept.trials else "Ascending",
            PaginationConfig={"PageSize": PAGE},
        )
        try:
            trials = self._merge(pages, lambda page: page["TrainingJobSummaries"])
        except AwsError as error:
            if isinstance(error.__cause__, ClientError) and is_not_found(error.__cause__):
                raise TuningJobNotFoundError(
                    f"The tuning job {self._job.name!r} was deleted before all of its trials "
                    "were read. What was saved of it earlier, with TuningData.save or as a page, "
                    "is all there is."
                ) from error
            raise
        self.keep()
        return trials

    def _save(self, trials: Answers, whole: bool) -> None:
        job = self._job
        self._clients.keeper.keep_listed(job.kept_as, job.description, trials, whole)


class _Searching(_Reading):
    def read(self) -> Answers:
        if not _expected(self._job):
            return []
        self._kept = self._clients.keeper.find_searched(self._job.kept_as)
        if self._kept.final:
            return self._kept.trials
        found = self._search("TuningJobArn", "Equals", self._job.arn)
        if not found:  # trials are named after their tuning job
            found = self._search("TrainingJobName", "Contains", f"{self._job.name}-")
        self.keep()
        return found

    def _search(self, name: str, operator: str, value: str) -> Answers:
        newest_first = {"SortBy": "CreationTime", "SortOrder": "Descending"}
        pages = Pages(
            self._client(),
            "search",
            lambda page: [record["TrainingJobName"] for record in self._own(page)],
            self._most(),
            Resource="TrainingJob",
            SearchExpression={"Filters": [{"Name": name, "Operator": operator, "Value": value}]},
            PaginationConfig={"PageSize": PAGE},
            **(newest_first if self._kept.trials else {}),
        )
        return self._merge(pages, self._own)

    def _own(self, page: Mapping[str, Any]) -> Answers:
        """Return the records of a page that are this tuning job's."""
        records = [result.get("TrainingJob") or {} for result in page.get("Results") or ()]
        return [
            record
            for record in records
            if record.get("TuningJobArn", "").lower() == self._job.key and record.keys() >= _NEEDED
        ]

    def _save(self, trials: Answers, whole: bool) -> None:
        job = self._job
        self._clients.keeper.keep_searched(job.kept_as, job.description, trials, whole)


def _by_name(trials: Answers) -> dict[str, dict[str, Any]]:
    return {trial["TrainingJobName"]: trial for trial in trials}


def _explain_lost_parent(job: DescribedJob, error: AwsError) -> str:
    if isinstance(error, AccessDeniedError):
        return (
            f"The trials of {job.name!r}, a warm-start parent, may not be listed "
            f"({error.action} is denied): they are left out."
        )
    return (
        f"{job.name!r}, a warm-start parent, was deleted before its trials were read: they are "
        "left out."
    )


def _explain_endless(job: DescribedJob, found: int, expected: int) -> str:
    return (
        f"AWS's pages about the trials of {job.name!r} didn't come to an end: they were read up to "
        f"{plural(found, 'trial')}, and AWS counts {expected:,}. Fetch again if some are missing."
    )


def _reconcile(
    job: DescribedJob, trials: Answers, found: Answers | AwsError
) -> tuple[Answers, list[str]]:
    """Keep the records of listed trials, in the list's order, and say what is missing."""
    lost = "final metrics, billable time and instances"
    if isinstance(found, AccessDeniedError):
        return [], [f"The {lost} of the trials are unknown: {found.action} is denied."]
    if isinstance(found, AwsError):
        return [], [f"The {lost} of the trials of {job.name!r} are unknown. {found}"]
    by_name = {record["TrainingJobName"]: record for record in found}
    records = [by_name[name] for trial in trials if (name := trial["TrainingJobName"]) in by_name]
    notices = []
    if len(records) < len(trials):
        notices.append(
            f"Search knows {len(records)} of the {len(trials)} trials of {job.name!r}: the {lost} "
            "of the others are unknown. It lags behind; fetch again later for the rest."
        )
    if unlisted := len(by_name) - len(records):
        notices.append(
            f"Trials of {job.name!r} that Search knows but its list doesn't have yet are left out: "
            f"{unlisted}. Fetch again to have them."
        )
    return records, notices


def _expected(job: DescribedJob) -> int:
    """Count the trials that AWS says there are, for the bar and to save a search for none."""
    counters = job.description.get("TrainingJobStatusCounters") or {}
    return sum(count for count in counters.values() if isinstance(count, int))
