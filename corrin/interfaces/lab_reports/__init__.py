"""Reads laboratory reports: a file in, the values found in it out, each to be confirmed."""
