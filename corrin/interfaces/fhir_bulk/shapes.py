"""The elements of resources that are read at speed; everything else is skipped unread.

A field annotated ``None`` makes a line that holds it fail to decode here, which sends it
the slow way, through the reader of one person: that costs nothing for the lines without.
Elements whose content repeats from line to line stay as bytes (``Raw``), so that what they
mean is worked out once for each distinct content.
"""

from __future__ import annotations

from msgspec import Raw, Struct

#: The bytes of an element that is not there.
NOTHING = Raw(b"")


class Reference(Struct, gc=False, rename="camel"):
    """Whose a resource is."""

    reference: str | None = None


class Quantity(Struct, gc=False, rename="camel"):
    """A number with its unit."""

    value: float | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Component(Struct, gc=False, rename="camel"):
    """A part of an Observation: looked at only for whether its code is one of ours."""

    code: Raw = NOTHING


class Observation(Struct, gc=False, rename="camel"):
    """An Observation of the usual shape."""

    resource_type: str | None = None
    id: str | None = None
    status: str | None = None
    code: Raw = NOTHING
    subject: Reference | None = None
    effective_date_time: str | None = None
    issued: str | None = None
    value_quantity: Quantity | None = None
    value_codeable_concept: Raw = NOTHING
    value_boolean: bool | None = None
    interpretation: Raw = NOTHING
    reference_range: Raw = NOTHING
    method: Raw = NOTHING
    performer: Raw = NOTHING
    component: list[Component] | None = None
    patient: None = None
    modifier_extension: None = None
    implicit_rules: None = None
    data_absent_reason: None = None
    effective_instant: None = None
    effective_period: None = None
    value_string: None = None
    value_integer: None = None
    value_decimal: None = None
    value_range: None = None
    value_ratio: None = None
    value_sampled_data: None = None
    value_time: None = None
    value_date_time: None = None
    value_period: None = None
    value_attachment: None = None
    value_reference: None = None


class ObservationCode(Struct, gc=False, rename="camel"):
    """What an Observation of an unusual shape is of."""

    resource_type: str | None = None
    code: Raw = NOTHING
    component: list[Component] | None = None


class Patient(Struct, gc=False, rename="camel"):
    """A Patient who lives and was not merged with another record."""

    resource_type: str | None = None
    id: str | None = None
    gender: str | None = None
    birth_date: str | None = None
    deceased_date_time: None = None
    modifier_extension: None = None
    implicit_rules: None = None
    link: None = None


class Condition(Struct, gc=False, rename="camel"):
    """A Condition without an end."""

    resource_type: str | None = None
    code: Raw = NOTHING
    subject: Reference | None = None
    clinical_status: Raw = NOTHING
    verification_status: Raw = NOTHING
    onset_date_time: str | None = None
    recorded_date: str | None = None
    patient: None = None
    modifier_extension: None = None
    implicit_rules: None = None
    abatement_date_time: None = None
    abatement_age: None = None
    abatement_period: None = None
    abatement_range: None = None
    abatement_string: None = None
    abatement_boolean: None = None


class Medicine(Struct, gc=False, rename="camel"):
    """A MedicationRequest or MedicationStatement with its medicine in itself."""

    resource_type: str | None = None
    status: str | None = None
    intent: str | None = None
    medication_codeable_concept: Raw = NOTHING
    subject: Reference | None = None
    authored_on: str | None = None
    dosage_instruction: Raw = NOTHING
    dosage: Raw = NOTHING
    patient: None = None
    modifier_extension: None = None
    implicit_rules: None = None
    do_not_perform: None = None
    medication_reference: None = None
    effective_date_time: None = None
    effective_period: None = None


class Encounter(Struct, gc=False, rename="camel"):
    """A visit, as far as it says whether it goes on."""

    resource_type: str | None = None
    status: str | None = None
    modifier_extension: None = None
    implicit_rules: None = None


class Answers(Struct, gc=False, rename="camel"):
    """A QuestionnaireResponse."""

    resource_type: str | None = None
    status: str | None = None
    questionnaire: str | None = None
    subject: Reference | None = None
    authored: str | None = None
    item: Raw = NOTHING
    patient: None = None
    modifier_extension: None = None
    implicit_rules: None = None


class Medication(Struct, gc=False, rename="camel"):
    """A medicine that others refer to."""

    resource_type: str | None = None
    id: str | None = None
    code: Raw = NOTHING


class Kind(Struct, gc=False, rename="camel"):
    """Which resource a line holds."""

    resource_type: str | None = None
