"""What was measured, in which unit, against which range?"""
