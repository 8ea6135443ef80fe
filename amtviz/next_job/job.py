"""The request to create the next tuning job, made of the description of the one before."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from amtviz.answers import read_definitions
from amtviz.errors import InputError
from amtviz.model import RawTuningJob, TuningJob, TuningTables
from amtviz.next_job.differences import list_differences
from amtviz.next_job.names import check_name, propose_name
from amtviz.next_job.ranges import set_ranges
from amtviz.next_job.warm_start import Candidate, make_warm_start
from amtviz.sdk_code import rank_jobs

if TYPE_CHECKING:
    from amtviz.fetch.create.request import RequestModel

_NAME = "HyperParameterTuningJobName"
_CONFIG = "HyperParameterTuningJobConfig"
_ONE = "TrainingJobDefinition"
_LIMIT = "MaxNumberOfTrainingJobs"
_WARM = "WarmStartConfig"
_OWN = "_tuning_objective_metric"  # a static hyperparameter that AWS adds by itself

# The algorithms that AWS documents a Docker registry path for; they bring their own metrics, which
# the answer has and a request may not.
_BUILT_IN = frozenset({
    "blazingtext", "factorization-machines", "forecasting-deepar", "image-classification",
    "ipinsights", "kmeans", "knn", "lda", "linear-learner", "ntm", "object-detection",
    "object2vec", "pca", "randomcutforest", "sagemaker-xgboost", "semantic-segmentation",
    "seq2seq", "xgboost",
})  # fmt: skip
_SCRIPT = "sagemaker_program"  # an algorithm's image that runs a script has the script's metrics


class NextTuningJob(dict[str, Any]):
    """A request to create a tuning job, as boto3 and the AWS command line take it.

    Attributes
    ----------
    parent : str
        The tuning job that it was made from.
    region : str
        Where that ran.
    notes : tuple of str
        What isn't as it was suggested, or as one may expect, and why.
    differences : pandas.DataFrame
        What isn't as in the parent. Columns: Path, Before, After.
    """

    parent: str
    region: str
    notes: tuple[str, ...]
    differences: pd.DataFrame

    @property
    def name(self) -> str:
        """The name of the tuning job to be."""
        return str(self[_NAME])


def make_next_job(
    data: TuningTables,
    table: pd.DataFrame,
    by_algorithm: Mapping[str, pd.DataFrame],
    model: RequestModel,
    *,
    max_jobs: int | None = None,
    name: str | None = None,
    changes: Mapping[str, Any] | None = None,
) -> NextTuningJob:
    """Make the request; see `amtviz.TuningData.next_tuning_job`.

    Parameters
    ----------
    data : TuningTables
        With raw answers. Of several tuning jobs that were asked for, that with the best trial is
        the one to follow.
    table : pandas.DataFrame
        What `amtviz.analysis.suggest_ranges` returned for all trials.
    by_algorithm : mapping of str to pandas.DataFrame
        What it returned for each algorithm, where there are several.
    model : RequestModel
    max_jobs, name, changes
        As in `amtviz.TuningData.next_tuning_job`.

    Returns
    -------
    NextTuningJob

    Raises
    ------
    InputError
    """
    raw, jobs = _read(data)
    ranked = rank_jobs(data)
    parent = _choose_parent(jobs, ranked)
    cleaned = [_clean(model.keep_accepted(job.description)) for job in raw]
    place = jobs.index(parent)
    request, changes = copy.deepcopy(cleaned[place]), _check_changes(changes)
    request.pop(_WARM, None)
    _check_definitions(request, raw[place].name)
    taken = [job.name for job in raw]
    request[_NAME] = propose_name(raw[place].name, taken) if name is None else name
    notes = _set_objective(request, data)
    for definition, ranges in _ranges_of(request):
        of = str(definition.get("DefinitionName") or "")
        notes += set_ranges(definition, ranges, by_algorithm.get(of, table))
    _set_limit(request, max_jobs)
    late = {path: value for path, value in changes.items() if path.startswith(_WARM)}
    for path, value in changes.items():
        if path not in late:
            model.set_value(request, path, value)
    check_name(request.get(_NAME), taken)
    model.check(request)
    _check_definition_count(request)
    places = {each: rank for rank, each in enumerate(ranked)}
    candidates = [
        Candidate(each.name, (each.account, each.region), job, clean, places.get(job.name))
        for each, job, clean in zip(raw, jobs, cleaned, strict=True)
    ]
    if _WARM not in late:
        warm, told = make_warm_start(request, candidates[place], candidates)
        request |= {_WARM: warm} if warm else {}
        notes += told
    for path, value in late.items():
        model.set_value(request, path, value)
    model.check(request)
    made = NextTuningJob(request)
    made.parent, made.region = raw[place].name, raw[place].region
    made.differences = list_differences(cleaned[place], request)
    made.notes = (*notes, *_explain_sameness(request, made))
    return made


def _read(data: TuningTables) -> tuple[tuple[RawTuningJob, ...], tuple[TuningJob, ...]]:
    if data.raw is None:
        raise InputError(
            "There is no description of a tuning job here to make the next one from: these trials "
            "come from a DataFrame or another tuner, or their names were replaced. Fetch the "
            "tuning job itself, amtviz.fetch_tuning_data('my-tuning-job'), or take the ranges of "
            "suggest_ranges() and suggest_ranges_code()."
        )
    return data.raw.jobs, data.jobs


def _choose_parent(jobs: Sequence[TuningJob], ranked: Sequence[str]) -> TuningJob:
    """Return that of the tuning jobs asked for which has the best trial, else the last."""
    asked = {job.name: job for job in jobs if not job.is_ancestor}
    best = next((asked[name] for name in ranked if name in asked), None)
    return best or [*asked.values()][-1]


def _clean(request: dict[str, Any]) -> dict[str, Any]:
    """Take out what AWS itself has put into a description."""
    for definition in _definitions(request):
        static = definition.get("StaticHyperParameters") or {}
        static.pop(_OWN, None)
        algorithm = definition.get("AlgorithmSpecification") or {}
        repository = str(algorithm.get("TrainingImage") or "").rpartition("/")[2].partition(":")[0]
        if algorithm.get("AlgorithmName"):  # its image and metrics are those of the resource
            algorithm.pop("TrainingImage", None)
        if algorithm.get("AlgorithmName") or (repository in _BUILT_IN and _SCRIPT not in static):
            algorithm.pop("MetricDefinitions", None)
        if definition.get("HyperParameterTuningResourceConfig"):  # a request has one of the two
            definition.pop("ResourceConfig", None)
    return request


def _definitions(request: Mapping[str, Any]) -> list[dict[str, Any]]:
    several = request.get("TrainingJobDefinitions") or ()
    return [each for each in (request.get(_ONE), *several) if each]


def _check_definitions(request: Mapping[str, Any], name: str) -> None:
    if not _definitions(request):
        raise InputError(
            f"AWS's description of {name!r} has no training-job definition, so that there is "
            "nothing to start again. Fetch it anew, with cache=False."
        )


def _check_changes(changes: Any) -> dict[str, Any]:
    changes = {} if changes is None else changes
    if not isinstance(changes, Mapping) or not all(isinstance(path, str) for path in changes):
        raise InputError(f"changes is {changes!r}. Pass a dict of paths, as texts, with values.")
    return dict(changes)


def _check_definition_count(request: Mapping[str, Any]) -> None:
    """Raise where changes leave nothing to train, or both kinds of what is to be trained."""
    one, several = (bool(request.get(name)) for name in (_ONE, f"{_ONE}s"))
    if one == several:
        raise InputError(
            f"AWS would refuse this tuning job: it has {'both' if one else 'neither'} {_ONE} "
            f"{'and' if one else 'nor'} {_ONE}s. Set one of them."
        )


def _explain_sameness(request: Mapping[str, Any], made: NextTuningJob) -> Iterable[str]:
    """Say where a tuning job is the same once more."""
    if set(made.differences["Path"]) == {_NAME}:
        again = " It tries the same combinations again." if _is_grid(request) else ""
        yield f"Nothing but the name differs from {made.parent!r}.{again}"


def _is_grid(request: Mapping[str, Any]) -> bool:
    return bool(request[_CONFIG].get("Strategy") == "Grid")


def _ranges_of(request: dict[str, Any]) -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each definition with the ranges that hold for it."""
    for definition in _definitions(request):
        home = definition.get("HyperParameterRanges") or request[_CONFIG].get("ParameterRanges")
        if home:
            yield definition, home


def _set_objective(request: dict[str, Any], data: TuningTables) -> list[str]:
    """Let the next one optimize what was chosen in place of its own objective."""
    wanted, names = data.objective, data.objective.metric_names
    own = [each["TuningObjective"] for each in read_definitions(request).values()]
    if all(not each or each["MetricName"] in names for each in own):
        return []
    chosen = {"Type": wanted.direction, "MetricName": wanted.metric_name}
    for definition in _definitions(request):
        if definition.get("TuningObjective"):
            definition["TuningObjective"] = dict(chosen)
    if request[_CONFIG].get("HyperParameterTuningJobObjective"):
        request[_CONFIG]["HyperParameterTuningJobObjective"] = chosen
    return [f"The objective is {wanted.metric_name!r}, as chosen here, not the tuning job's own."]


def _set_limit(request: dict[str, Any], max_jobs: int | None) -> None:
    """Set how many trials there are at most; a grid has as many as it has places."""
    limits = request[_CONFIG]["ResourceLimits"]
    if max_jobs is not None:
        limits[_LIMIT] = max_jobs
    if _is_grid(request) and _LIMIT in limits:
        (_, ranges), *_ = [*_ranges_of(request), ({}, {})]
        sizes = [len(item["Values"]) for item in ranges.get("CategoricalParameterRanges", ())]
        if max_jobs is not None and max_jobs != math.prod(sizes):
            raise InputError(
                f"max_jobs={max_jobs} can't be: a grid tries each of its {math.prod(sizes)} "
                "combinations once. Leave it out."
            )
        limits[_LIMIT] = math.prod(sizes)
