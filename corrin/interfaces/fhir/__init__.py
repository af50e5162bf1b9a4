"""FHIR R4 in and out: resources to a person, an assessment to a Bundle, our questions as a form."""
