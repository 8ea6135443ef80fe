"""What happened inside the training jobs?"""
