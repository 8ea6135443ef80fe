"""The covariance of functions that are a sum of effects of one, two and three hyperparameters.

The functional-ANOVA kernel of Durrande, Ginsbourger, Roustant & Carraro (2013, "ANOVA kernels and
RKHS of zero mean functions for model-based sensitivity analysis"), its orders weighed after
Duvenaud, Nickisch & Rasmussen (2011, "Additive Gaussian Processes").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular

from amtviz.analysis.shares.basis import Basis, Floats

CONSTANT = 10.0  # variance of the constant, in variances of the objective
_JITTER = 1e-5  # least noise, likewise
_TINY = 1e-7  # variance of a coefficient that isn't worth a column


@dataclass(frozen=True, eq=False)
class Strengths:
    """Variances of effects: each hyperparameter's main and combining one, pairs, triples, noise."""

    log_lengths: Floats
    main: Floats
    mixing: Floats
    pair: float
    triple: float
    noise: float


@dataclass(frozen=True, eq=False)
class _Parts:
    """What a covariance is made of."""

    variances: list[tuple[Floats, Floats]]
    grams: list[Floats]
    sum_of_one: Floats
    sum_of_two: Floats
    sum_of_three: Floats


class Kernel:
    """The kernel's parameters, standard normal a priori, and how well they explain the trials.

    Parameters are, in this order: of each basis its length, main and combining variance, as
    logarithms; then of pairs, triples and noise.

    Parameters
    ----------
    bases : sequence of Basis
    grouped : bool
        Whether the last basis is that of the groups, which may differ by much.
    """

    def __init__(self, bases: Sequence[Basis], *, grouped: bool) -> None:
        self.bases = bases
        d = self.columns = len(bases)
        pairs = max(d * (d - 1) / 2, 1)
        triples = max(d * (d - 1) * (d - 2) / 6, 1)
        self.centre = np.concatenate(
            [
                np.full(d, np.log(0.6)),
                np.full(d, np.log(0.1 / d)),
                np.zeros(d),
                np.log([0.02 / pairs, 0.002 / triples, 0.2]),
            ]
        )
        self.spread = np.concatenate([np.repeat([0.8, 2.0, 1.0], d), [1.4, 1.0, 2.0]])
        if grouped:
            self.centre[2 * d - 1], self.spread[2 * d - 1] = np.log(0.1), 2.5
            self.centre[3 * d - 1] = np.log(0.5)

    def strengths(self, parameters: Floats) -> Strengths:
        """Return what the parameters stand for."""
        logs, d = self.centre + self.spread * parameters, self.columns
        sizes = np.exp(np.clip(logs, -18, 6))
        return Strengths(logs[:d], sizes[d : 2 * d], sizes[2 * d : 3 * d], *sizes[3 * d :].tolist())

    def variances(self, log_lengths: Floats) -> list[tuple[Floats, Floats]]:
        """Return each basis's variances, and their slopes by the logarithm of the length."""
        return [b.variances(t) for b, t in zip(self.bases, log_lengths.tolist(), strict=True)]

    def covariance(self, parameters: Floats, features: Sequence[Floats]) -> Floats:
        """Return the covariance of the trials' objectives, noise included."""
        return self._covariance(self.strengths(parameters), features)[0]

    def value(self, parameters: Floats, features: Sequence[Floats], target: Floats) -> float:
        """Return the logarithm of the posterior density, up to a constant."""
        covariance = self.covariance(parameters, features)
        try:
            root = cholesky(covariance, lower=True, check_finite=False)
        except np.linalg.LinAlgError:
            return -np.inf
        whitened = solve_triangular(root, target, lower=True, check_finite=False)
        return float(
            -0.5 * whitened @ whitened - np.log(np.diag(root)).sum() - 0.5 * parameters @ parameters
        )

    def gradient(
        self, parameters: Floats, features: Sequence[Floats], target: Floats
    ) -> tuple[float, Floats]:
        """Return the logarithm of the posterior density and its gradient."""
        s, d = self.strengths(parameters), self.columns
        covariance, parts = self._covariance(s, features)
        root = cholesky(covariance, lower=True, check_finite=False)
        inverse = cho_solve((root, True), np.eye(len(target)), check_finite=False)
        alpha = inverse @ target
        weights = 0.5 * (np.outer(alpha, alpha) - inverse)
        slopes = np.zeros(len(parameters))
        for i, gram in enumerate(parts.grams):
            own = s.mixing[i] * gram
            rest = parts.sum_of_one - own  # the others' sum, then what this one is multiplied by
            other = (parts.sum_of_two - own * rest) * s.triple
            other += np.multiply(rest, s.pair, out=rest)
            other *= weights
            slopes[d + i] = s.main[i] * np.vdot(weights, gram)
            slopes[2 * d + i] = s.mixing[i] * np.vdot(other, gram)
            variances, by_length = parts.variances[i]
            if by_length.any():
                keep = variances > _TINY
                own_features = features[i][:, keep]
                moved = (s.main[i] * weights + s.mixing[i] * other) @ own_features
                slopes[i] = np.einsum("nk,nk->k", own_features, moved) @ by_length[keep]
        slopes[3 * d :] = (
            s.pair * np.vdot(weights, parts.sum_of_two),
            s.triple * np.vdot(weights, parts.sum_of_three),
            s.noise * np.trace(weights),
        )
        value = -0.5 * target @ alpha - np.log(np.diag(root)).sum() - 0.5 * parameters @ parameters
        return float(value), slopes * self.spread - parameters

    def information(self, parameters: Floats, features: Sequence[Floats]) -> Floats:
        """Return the expected information about the parameters, with the prior's."""
        s = self.strengths(parameters)
        covariance, parts = self._covariance(s, features)
        root = cholesky(covariance, lower=True, check_finite=False)
        by_length, by_main, by_mixing = [], [], []
        for i, gram in enumerate(parts.grams):
            own = s.mixing[i] * gram
            rest = parts.sum_of_one - own
            mixed = s.mixing[i] * (s.pair * rest + s.triple * (parts.sum_of_two - own * rest))
            by_main.append(s.main[i] * gram)
            by_mixing.append(mixed * gram)
            moved = (features[i] * parts.variances[i][1]) @ features[i].T
            by_length.append(moved * (s.main[i] + mixed))
        overall = [
            s.pair * parts.sum_of_two,
            s.triple * parts.sum_of_three,
            np.diag(np.full(len(covariance), s.noise)),
        ]
        flat = np.array(
            [_whiten(root, m).ravel() for m in (*by_length, *by_main, *by_mixing, *overall)]
        )
        flat *= self.spread[:, None]
        return np.asarray(0.5 * flat @ flat.T + np.eye(len(parameters)))

    def _covariance(self, s: Strengths, features: Sequence[Floats]) -> tuple[Floats, _Parts]:
        variances = self.variances(s.log_lengths)
        grams = []
        for own, (sizes, _) in zip(features, variances, strict=True):
            keep = sizes > _TINY
            grams.append((own[:, keep] * sizes[keep]) @ own[:, keep].T)
        shape = grams[0].shape
        whole, step = np.full(shape, CONSTANT), np.empty(shape)
        one, two, three = (np.zeros(shape) for _ in range(3))
        # elementary symmetric sums of the columns' kernels, in place
        for main, mixing, gram in zip(s.main, s.mixing, grams, strict=True):
            three += np.multiply(np.multiply(two, mixing, out=step), gram, out=step)
            np.multiply(gram, mixing, out=step)
            two += one * step
            one += step
            whole += np.multiply(gram, main, out=step)
        whole += np.multiply(two, s.pair, out=step)
        whole += np.multiply(three, s.triple, out=step)
        whole[np.diag_indices(len(whole))] += s.noise + _JITTER
        return whole, _Parts(variances, grams, one, two, three)


def _whiten(root: Floats, matrix: Floats) -> Floats:
    half = solve_triangular(root, matrix, lower=True, check_finite=False).T
    return np.asarray(solve_triangular(root, half, lower=True, check_finite=False))
