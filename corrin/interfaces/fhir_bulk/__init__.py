"""FHIR bulk exports: many people's resources, one a line, in and out."""
