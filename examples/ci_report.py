"""A scheduled job: report on the tuning jobs of the last day, in S3, with a link to pass on.

Run it from cron, a CI schedule or a Lambda function, with credentials that may read tuning jobs and
write to the bucket. It writes one page for all tuning jobs that were created in the last ``--days``
(or for those that are named), uploads it, and prints a presigned link that opens it without an AWS
account until it expires. On GitHub Actions the link stands in the run's summary as well.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import boto3
from botocore.config import Config

import amtviz


def find_jobs(session: boto3.Session, days: float) -> list[str]:
    """Name the tuning jobs that were created in the last so many days, newest first."""
    since = datetime.now(timezone.utc) - timedelta(days=days)
    return amtviz.list_tuning_jobs(since=since, session=session)["TuningJobName"].tolist()


def upload(session: boto3.Session, page: Path, bucket: str, key: str, hours: float) -> str:
    """Put a page into a bucket; give a link to it."""
    # signed for the bucket's own region, as buckets of newer regions demand
    s3 = session.client("s3", config=Config(signature_version="s3v4"))
    headers = {"ContentType": "text/html; charset=utf-8", "ServerSideEncryption": "AES256"}
    s3.upload_file(str(page), bucket, key, ExtraArgs=headers)
    target = {"Bucket": bucket, "Key": key}
    return s3.generate_presigned_url("get_object", Params=target, ExpiresIn=round(hours * 3600))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jobs", nargs="*", help="tuning jobs; by default those of the last days")
    parser.add_argument("--days", type=float, default=1, help="how far to look back (1)")
    parser.add_argument("--bucket", required=True)
    parser.add_argument("--prefix", default="tuning-reports", help="folder in the bucket")
    # a link lives no longer than the credentials that signed it: a role's, 12 hours at most
    parser.add_argument("--hours", type=float, default=12, help="how long the link lives (12)")
    parser.add_argument("--region")
    options = parser.parse_args()
    session = boto3.Session(region_name=options.region)
    jobs = options.jobs or find_jobs(session, options.days)
    if not jobs:
        print(f"No tuning job was created in the last {24 * options.days:g} hours: no report.")
        return
    now = datetime.now(timezone.utc)
    key = f"{options.prefix.strip('/')}/{now:%Y-%m-%dT%H%M%SZ}.html"
    with tempfile.TemporaryDirectory() as folder:
        page = amtviz.write_report(jobs, Path(folder) / "report.html", session=session)
        link = upload(session, page, options.bucket, key, options.hours)
    what = f"{len(jobs)} tuning job{'s' * (len(jobs) > 1)}"
    print(f"Reported on {what} in s3://{options.bucket}/{key}")
    print(link)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        with open(summary, "a", encoding="utf-8") as file:
            file.write(f"[Report on {what}]({link})\n")


if __name__ == "__main__":
    main()
