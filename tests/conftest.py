"""Fixtures for every test."""

from tests.aws.fixtures import aws, aws_environment, aws_models, aws_server, no_retry_waits

__all__ = ["aws", "aws_environment", "aws_models", "aws_server", "no_retry_waits"]
