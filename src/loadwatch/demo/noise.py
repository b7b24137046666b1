"""Noise as sensors make it: slow to change, and the same again for the same seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def smooth(values: Floats, *, width: float) -> Floats:
    """Gaussian mean along an array, its ends continued outwards.

    Parameters
    ----------
    values
        One value a step.
    width
        Standard deviation of the kernel. [steps]

    Returns
    -------
    numpy.ndarray
        As long as `values`.
    """
    reach = int(np.ceil(3 * width))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    return np.convolve(np.pad(values, reach, mode="edge"), kernel / kernel.sum(), mode="valid")


def wander(random: np.random.Generator, size: int, *, sd: float, width: float) -> Floats:
    """Noise that wanders around zero.

    Parameters
    ----------
    random
        Source of chance.
    size
        Number of values.
    sd
        Standard deviation of the values.
    width
        How many steps the values take to forget where they were. [steps]

    Returns
    -------
    numpy.ndarray
        The noise.
    """
    reach = int(np.ceil(3 * width))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    white = random.standard_normal(size + 2 * reach)
    return sd * np.convolve(white, kernel / np.sqrt((kernel**2).sum()), mode="valid")
