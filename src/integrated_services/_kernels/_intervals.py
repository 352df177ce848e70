"""
Confidence intervals for a proportion.

An interval describes sampling, or a process that could have gone otherwise. Where all persons were counted, it
speaks of the process; whoever publishes it should say so.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def wilson(
    successes: npt.ArrayLike,
    trials: npt.ArrayLike,
    *,
    level: float = 0.95,
    continuity: bool = False,
) -> tuple[FloatArray, FloatArray]:
    r"""
    Find the score interval of a proportion.

    Parameters
    ----------
    successes : array_like
        Number of successes, from 0 to `trials`.
    trials : array_like
        Number of trials; the interval of 0 trials is nan. Broadcast against `successes`.
    level : float
        Confidence level, between 0 and 1.
    continuity : bool
        Whether to correct for continuity, which makes the interval wider and rarely too narrow.

    Returns
    -------
    low, high : arrays
        The limits, in the broadcast shape; always within 0 and 1.

    Notes
    -----
    Without the correction: the solutions of :math:`|p - x/n| = z \sqrt{p (1 - p) / n}` [1]_. With it: method 4 of
    Newcombe [2]_.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the
       American Statistical Association 22(158), 209-212. https://doi.org/10.1080/01621459.1927.10502953
    .. [2] Newcombe, R. G. (1998). Two-sided confidence intervals for the single proportion: comparison of seven
       methods. Statistics in Medicine 17(8), 857-872.
       https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E

    Examples
    --------
    >>> low, high = wilson([81, 0], [263, 20])
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.2553, 0.0], [0.3662, 0.1611])
    """
    x, n = _broadcast(successes, trials)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    square = z * z
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = 4 * x * (n - x) / n
        if continuity:
            p4 = 4 * x / n
            # the radicands are negative only at 0 or n successes, where the limit is 0 or 1 anyway
            below = 1 + z * np.sqrt(np.maximum(square - 2 - 1 / n + variance + p4, 0))
            above = 1 + z * np.sqrt(np.maximum(square + 2 - 1 / n + variance - p4, 0))
        else:
            below = above = z * np.sqrt(square + variance)
        low = (2 * x + square - below) / (2 * (n + square))
        high = (2 * x + square + above) / (2 * (n + square))
    return _limits(low, high, x, n)


def clopper_pearson(
    successes: npt.ArrayLike,
    trials: npt.ArrayLike,
    *,
    level: float = 0.95,
) -> tuple[FloatArray, FloatArray]:
    """
    Find the exact interval of a proportion, which covers it at least as often as the level says.

    Parameters
    ----------
    successes : array_like
        Number of successes, from 0 to `trials`.
    trials : array_like
        Number of trials; the interval of 0 trials is nan. Broadcast against `successes`.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    low, high : arrays
        The limits, in the broadcast shape; always within 0 and 1.

    Notes
    -----
    The limits are the proportions at which a count as large, or as small, has probability ``(1 - level) / 2`` in the
    binomial distribution [1]_, found as quantiles of the beta distribution.

    References
    ----------
    .. [1] Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated in the case
       of the binomial. Biometrika 26(4), 404-413. https://doi.org/10.1093/biomet/26.4.404

    Examples
    --------
    >>> low, high = clopper_pearson(1, 29)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0009, 0.1776)
    """
    from scipy.special import betaincinv

    x, n = _broadcast(successes, trials)
    tail = (1 - level) / 2
    low: FloatArray = betaincinv(np.maximum(x, 1), n - x + 1, tail).astype(np.float64, copy=False)
    high: FloatArray = betaincinv(x + 1, np.maximum(n - x, 1), 1 - tail).astype(np.float64, copy=False)
    return _limits(low, high, x, n)


def _broadcast(successes: npt.ArrayLike, trials: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    x, n = np.broadcast_arrays(np.asarray(successes, dtype=np.float64), np.asarray(trials, dtype=np.float64))
    return x, n


def _limits(low: FloatArray, high: FloatArray, x: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Make the limits exactly 0 at no success and 1 at no failure, and nan where nothing was tried."""
    empty = n == 0
    low = np.where(empty, np.nan, np.where(x == 0, 0.0, np.clip(low, 0.0, 1.0)))
    high = np.where(empty, np.nan, np.where(x == n, 1.0, np.clip(high, 0.0, 1.0)))
    return low, high
