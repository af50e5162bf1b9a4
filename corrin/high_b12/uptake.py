"""How much of a dose the body keeps, in micrograms: arrays in, arrays out.

Swallowed (:func:`taken_up`): intrinsic factor takes up a part that fills (capacity, half
dose), and a small fixed share of what is left crosses the gut by itself.

    kept = if_capacity * d / (d + if_half_dose) + passive_fraction * (d - what it took)

Injected (:func:`retained`): the body binds up to a capacity, and of the excess keeps a
share; the rest leaves in the urine within hours.  The bound part is that of a binding
with capacity C and half-constant k:

    bound = (C + d + k - sqrt((C + d + k)^2 - 4 C d)) / 2,   kept = bound + share * (d - bound)

Both rise with every dose, whatever the parameters.
"""

from __future__ import annotations

import numpy as np

from corrin.high_b12.parameters import Floats, Parameters
from corrin.knowledge.records_of_intake import Kept


def taken_up(dose_ug: Floats, parameters: Parameters, *, intrinsic_factor: bool = True) -> Floats:
    """Return the micrograms taken up from one swallowed dose (broadcast over draws)."""
    carried = np.zeros(())
    if intrinsic_factor:
        capacity, half = parameters["if_capacity"], parameters["if_half_dose"]
        # Never more than the dose itself, however small the half dose was drawn.
        carried = np.minimum(dose_ug, capacity * dose_ug / (dose_ug + half))
    return np.asarray(carried + parameters["passive_fraction"] * (dose_ug - carried))


def taken_up_by_nose(dose_ug: Floats, parameters: Parameters) -> Floats:
    """Return the micrograms taken up from one dose into the nose."""
    return np.asarray(parameters["nasal_fraction"] * dose_ug)


def retained(dose_ug: Floats, parameters: Parameters, *, like: Kept) -> Floats:
    """Return the micrograms kept of one injected dose (broadcast over draws)."""
    capacity, half = parameters["binding_capacity"], parameters["binding_half"]
    total = capacity + dose_ug + half
    product = capacity * dose_ug
    # The smaller root of a quadratic, written so that it does not cancel.
    bound = 2 * product / (total + np.sqrt(total**2 - 2 * 2 * product))
    share = parameters[
        "kept_of_excess" if like is Kept.CYANOCOBALAMIN else "kept_of_excess_hydroxocobalamin"
    ]
    return np.asarray(bound + share * (dose_ug - bound))
