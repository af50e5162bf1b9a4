"""What explains the twitching, how likely is each cause, and why?"""
