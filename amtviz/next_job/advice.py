"""What to do after some tuning jobs, as methods of their tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from amtviz.analysis.advice.next_ranges import Risk, check_risk
from amtviz.findings.best_model import describe_best
from amtviz.findings.facts import facts_of
from amtviz.findings.frames import TuningNumbers
from amtviz.next_job.job import NextTuningJob, make_next_job
from amtviz.sdk_code import check_sdk, write_suggestion


class TuningAdvice(TuningNumbers):
    """Tables of tuning jobs, with what to do next."""

    def suggest_ranges(self, risk: Risk = "balanced") -> pd.DataFrame:
        """Suggest what the next tuning job should search, with the evidence for it.

        Parameters
        ----------
        risk : {"balanced", "careful", "bold"}
            ``careful`` narrows only where hardly any place is cut off at which the best may lie,
            ``bold`` goes by the chance of the next search alone, ``balanced`` weighs both.

        Returns
        -------
        pandas.DataFrame
            One row per hyperparameter. Columns: Hyperparameter, Kind, Low, High, Values, Scaling,
            OldLow, OldHigh, OldValues, Change (``keep``, ``narrow``, ``extend``, ``shift`` or
            ``drop``), Evidence (a sentence); see `amtviz.analysis.suggest_ranges` for the method.

        Raises
        ------
        InputError
            If there is no such risk.
        """
        return facts_of(self).suggestions[check_risk(risk)]

    def suggest_ranges_code(self, sdk: int = 3, risk: Risk = "balanced") -> str:
        """Write what `suggest_ranges` suggests as Python, with these jobs as warm-start parents.

        Parameters
        ----------
        sdk : {3, 2}
            The generation of the SageMaker SDK.
        risk : {"balanced", "careful", "bold"}
            As for `suggest_ranges`.

        Returns
        -------
        str
            Imports, ``hyperparameter_ranges`` and ``warm_start_config``; of several algorithms
            ``hyperparameter_ranges_dict``, without a warm start, which AWS has for one only.

        Raises
        ------
        InputError
            If there is no such SDK or risk.
        """
        table = self.suggest_ranges(risk)
        by_algorithm = facts_of(self).algorithm_suggestions[risk]
        return write_suggestion(self, table, by_algorithm, check_sdk(sdk))

    def next_tuning_job(
        self,
        risk: Risk = "balanced",
        max_jobs: int | None = None,
        name: str | None = None,
        changes: Mapping[str, Any] | None = None,
    ) -> NextTuningJob:
        """Return the request to create the next tuning job: this one's, with the suggested ranges.

        Everything else that AWS described is carried over: algorithm, channels, roles, resources,
        static hyperparameters, metric definitions, limits, early stopping, completion criteria and
        seed. These tuning jobs become the parents of a warm start, as far as AWS allows it. Tags
        aren't in a description: set them with ``changes``.

        Parameters
        ----------
        risk : {"balanced", "careful", "bold"}
            As for `suggest_ranges`.
        max_jobs : int, optional
            How many trials it has at most; by default as many as this one.
        name : str, optional
            By default this one's with the next number that none of these tuning jobs has:
            ``digits-2``. AWS isn't asked; ``amtviz.api.find_free_name`` does so.
        changes : mapping of str to object, optional
            What is to be another, by its path in the request: members with dots between, in lists
            a place from 0 or a name. None takes it away::

                {
                    "HyperParameterTuningJobConfig.Strategy": "Random",
                    "TrainingJobDefinition.AlgorithmSpecification.MetricDefinitions[f1].Regex": "…",
                    "Tags": [{"Key": "team", "Value": "vision"}],
                    "WarmStartConfig": None,
                }

        Returns
        -------
        NextTuningJob
            A dict for ``boto3.client("sagemaker").create_hyper_parameter_tuning_job(**request)``.
            ``parent`` is the tuning job that it follows, of several that with the best trial;
            ``differences`` a table of what isn't as there (Path, Before, After); ``notes`` say what
            was left out of the warm start, and why.

        Raises
        ------
        InputError
            If there is no description of a tuning job to follow, no such risk or path, the name
            can't be or is taken, or AWS would refuse the request: the message names the field.
        """
        from amtviz.fetch.create.request import (
            RequestModel,  # boto3: slow to import, and needed here only
        )

        return make_next_job(
            self,
            self.suggest_ranges(risk),
            facts_of(self).algorithm_suggestions[risk],
            RequestModel(),
            max_jobs=max_jobs,
            name=name,
            changes=changes,
        )

    def best_training_job(self) -> dict[str, Any]:
        """Return the best training job as AWS described it: its model, and what made it.

        Returns
        -------
        dict
            TrainingJobName, TuningJobName, Region; Objective (MetricName, Type, Value);
            S3ModelArtifacts (where its model is; None where Search didn't tell), TrainingImage or
            AlgorithmName, RoleArn; HyperParameters (static ones, too) and Environment, by name.

        Raises
        ------
        InputError
            If these aren't SageMaker's training jobs, or none has a value.
        """
        return describe_best(self)
