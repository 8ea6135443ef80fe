"""Which tuning job did better, and what should the next one search?"""
