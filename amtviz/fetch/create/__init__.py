"""Creating a tuning job: the request, held to AWS's model, and the call."""
