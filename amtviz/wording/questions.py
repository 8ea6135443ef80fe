"""The questions that tuning jobs are asked, in the order in which they are answered."""

from __future__ import annotations

#: The name of each section, and its heading.
QUESTIONS = {
    "importance": "Which hyperparameters matter?",
    "progress": "Is the search getting anywhere, and is it worth going on?",
    "values": "Where are the good values, and how do they combine?",
    "cost": "What did it cost?",
    "next": "Which tuning job did better, and what should the next one search?",
    "training": "What happened inside the training jobs?",
}

#: The first thing that is said, before any question.
OVERVIEW = "Overview"

#: What each section, and each other part of a page, is called in a list of contents.
TOPICS = {
    "overview": OVERVIEW,
    "importance": "What matters",
    "progress": "Worth going on?",
    "values": "Good values",
    "cost": "Cost",
    "next": "Next search",
    "training": "Inside the training jobs",
    "trials": "All trials",
}
