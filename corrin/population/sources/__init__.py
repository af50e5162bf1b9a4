"""Readers of a population's sources: tables of a site, OMOP CDM, Corrin's own table."""
