"""Where are the good values, and how do they combine?"""
