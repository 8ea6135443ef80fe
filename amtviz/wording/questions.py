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
