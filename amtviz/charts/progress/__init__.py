"""Is the search getting anywhere, and is it worth going on?"""
