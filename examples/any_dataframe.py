"""The charts of amtviz on any DataFrame: two data sets that have nothing to do with SageMaker.

Which cars go far on a gallon of fuel, and when is Seattle warm? Every row is a trial, the column
that asks the question is the objective, and the other columns are the hyperparameters. Writes
``cars.html`` and ``weather.html`` to a folder, by default the current one. Both data sets come with
``vega_datasets``, so nothing is downloaded.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from vega_datasets import data

import amtviz
from amtviz import Hyperparameter, TuningData


def read_cars() -> TuningData:
    """Give cars of 1970 to 1982: miles per gallon, by how and where they were built."""
    cars = data.cars()
    name = cars["Name"].str.title() + cars["Year"].dt.strftime(" '%y")
    nth = cars.groupby(name).cumcount()
    cars["TrainingJobName"] = name + nth.map(lambda n: f" ({n + 1})" if n else "")
    cars["Year"] = cars["Year"].dt.year
    return TuningData.from_frame(
        cars,
        objective="Miles_per_Gallon",
        direction="Maximize",
        hyperparameters=[
            "Weight_in_lbs",
            "Horsepower",
            "Displacement",
            "Acceleration",
            "Cylinders",
            "Year",
        ],
        job_column="Origin",
    )


def read_weather() -> TuningData:
    """Give the days of 2012 to 2015 in Seattle: the highest temperature, by the other measures."""
    days = data.seattle_weather()
    days["TrainingJobName"] = days["date"].dt.strftime("%Y-%m-%d")
    days["TrainingStartTime"] = days["date"].dt.tz_localize("UTC")
    days["month"] = days["date"].dt.month
    days["year"] = days["date"].dt.year
    months = Hyperparameter("month", "integer", low=1, high=12)
    return TuningData.from_frame(
        days,
        objective="temp_max",
        direction="Maximize",
        hyperparameters=["temp_min", "wind", "precipitation", months, "weather"],
        job_column="year",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path(), help="the folder to write to")
    folder = parser.parse_args().output
    reports = {
        "cars": (read_cars(), "Cars of 1970 to 1982"),
        "weather": (read_weather(), "Seattle's weather, 2012 to 2015"),
    }
    for name, (trials, title) in reports.items():
        print("Wrote", amtviz.write_report(trials, folder / f"{name}.html", title=title))


if __name__ == "__main__":
    main()
