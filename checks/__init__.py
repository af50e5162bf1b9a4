"""The checks behind ``make check``; each module is one check."""
