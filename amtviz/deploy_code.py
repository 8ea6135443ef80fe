"""The best training job's model as code for SageMaker's SDKs 2 and 3: attach it, and deploy it."""

from __future__ import annotations

from amtviz.sdk_code import check_sdk, quote

_INSTANCE = "ml.m5.large"
_FRAMEWORK = (
    "# of a framework (SKLearn, PyTorch, …) attach with its own class, which knows the image that "
    "serves"
)


def write_deployment(training_job: str, region: str, sdk: int) -> str:
    """Write what attaches a training job and puts its model behind an endpoint.

    It names the training job only: its model, image and role are read from AWS when it runs.

    Parameters
    ----------
    training_job : str
    region : str
    sdk : {2, 3}

    Returns
    -------
    str
        Executable where that SDK is installed. An endpoint costs money until it is deleted.

    Raises
    ------
    InputError
        If there is no such SDK.
    """
    name, where = quote(training_job), quote(region)
    if check_sdk(sdk) == 2:
        return f"""\
import boto3
from sagemaker.estimator import Estimator
from sagemaker.session import Session

session = Session(boto3.Session(region_name={where}))
{_FRAMEWORK}
estimator = Estimator.attach({name}, sagemaker_session=session)
predictor = estimator.deploy(initial_instance_count=1, instance_type="{_INSTANCE}")
"""
    return f"""\
from sagemaker.core.resources import Endpoint, EndpointConfig, Model, TrainingJob
from sagemaker.core.shapes import ContainerDefinition, ProductionVariant

name, region = {name}, {where}
job = TrainingJob.get(name, region=region)
# where another image serves than trains, put that one here
container = ContainerDefinition(
    image=job.algorithm_specification.training_image,
    model_data_url=job.model_artifacts.s3_model_artifacts,
)
Model.create(
    model_name=name,
    primary_container=container,
    execution_role_arn=job.role_arn,
    region=region,
)
variant = ProductionVariant(
    variant_name="AllTraffic",
    model_name=name,
    initial_instance_count=1,
    instance_type="{_INSTANCE}",
)
EndpointConfig.create(
    endpoint_config_name=name, production_variants=[variant], region=region
)
endpoint = Endpoint.create(endpoint_name=name, endpoint_config_name=name, region=region)
"""
