#!/usr/bin/env python3
"""Scores rows bit for bit as format-score.md specifies, in pure Python.

    python3 score.py MODEL.flow < ROWS

A line of ROWS has the values of a row, each as RAW:FRAC, which means RAW * 2^-FRAC. It prints the
score, the p-value, the lower tail, the class, whether the row is out of range, and the contributions
of all dimensions. It is meant to be read together with the specification, and is slow.
"""

import struct
import sys

from reader import CATEGORY, COSINE, INTEGER, NEXT_CATEGORY, SINE, Model
from reader import limit, network, rounded, saturate, slopes

MANTISSAS = (32768, 35734, 38968, 42495, 46341, 50535, 55109, 60097)


def limit32(x):
    return max(-(1 << 31), min((1 << 31) - 1, x))


def share(s, p, a):
    """Returns s · p / a, rounded to the nearest, for 0 ≤ p ≤ a."""
    return (2 * s * p + a) // (2 * a) if a else 0


def rescaled(value, frac):
    """Returns a value in `frac` fractional bits, rounded and limited to an i32."""
    raw, own = value
    shift = frac - own
    if shift >= 0:
        return limit32(raw << min(shift, 512))
    return rounded(raw, -shift) if shift > -32 else 0


def limited(model, at, value):
    """Returns the limited raw value, and whether it was beyond the limits."""
    frac, exact = model.fracs[at], rescaled(value, model.fracs[at])
    raw = exact
    if exact not in (model.mins[at], model.maxs[at]):
        if model.kinds[at] == INTEGER and frac > 0:
            raw = limit32(exact + (1 << frac - 1)) >> frac << frac if frac < 32 else 0
        raw = max(model.mins[at], min(model.maxs[at], raw))
    return raw, abs(exact - raw) > tolerance(model, at, raw)


def tolerance(model, at, raw):
    if model.kinds[at] == INTEGER:
        return 1 << model.fracs[at] - 1 if 1 <= model.fracs[at] <= 31 else 0
    return 1 | abs(raw >> 20)


def quotient(difference, multiplier):
    """Returns the quotient in Q5.26, toward zero; beyond ±16 one that no state has."""
    size = min((abs(difference) << 26) // abs(multiplier), 1 << 31)
    return size if (difference < 0) == (multiplier < 0) else -size


def number(model, at, value):
    raw, outside = limited(model, at, value)
    multiplier, difference = model.multipliers[at], raw - model.offsets[at]
    if multiplier == 0:
        is_category = model.kinds[at] in (CATEGORY, NEXT_CATEGORY)
        other = abs(difference) > tolerance(model, at, model.offsets[at])
        return 0, outside or (other and not is_category)
    x = quotient(difference, multiplier)
    outside |= limit(x) != x
    gap = 1 << 25 if multiplier > 0 else -(1 << 25)
    low, high = model.gaps[at]
    if low and raw == model.mins[at]:
        x -= gap
    elif high and raw == model.maxs[at]:
        x += gap
    return limit(x), outside


def on_curve(model, at, value):
    raw, outside = limited(model, at, value)
    knots = model.curves[at]

    def edge(beyond):
        """Returns x at the first knot that is beyond the value, or between it and the last."""
        for index, (x1, v1) in enumerate(knots):
            if beyond(v1):
                if index == 0:
                    return x1 << 15
                x0, v0 = knots[index - 1]
                return (x0 << 15) + share((x1 - x0) << 15, max(raw - v0, 0), v1 - v0)
        return knots[-1][0] << 15

    low, high = edge(lambda v: v >= raw), edge(lambda v: v > raw)
    return (low >> 1) + (high >> 1), outside


def circular(model, first, at, value):
    raw = rescaled(value, model.fracs[first])
    period, part = model.maxs[first] - model.mins[first], raw - model.mins[first]
    outside = not 0 <= part <= period
    turns = 0 if outside else share((1 << 32) - 1, part, period)
    quarters = (turns + (1 << 29)) >> 30
    rest = turns - (quarters << 30)

    def p(a, b):
        return a * b >> 15

    def t(n, u):
        return (1 << 15) - p(p(y, n), u)

    a = p(rest >> 14, 25736)
    y = p(a, a)
    sine = p(a, t(5461, t(1638, t(780, 1 << 15)))) << 11
    cosine = t(16384, t(2731, t(1092, 1 << 15))) << 11
    points = [(cosine, sine), (-sine, cosine), (-cosine, -sine), (sine, -cosine)]
    component = points[quarters & 3][at - first]
    multiplier = model.multipliers[at]
    if multiplier == 0:
        return 0, outside
    return limit(quotient(component - model.offsets[at], multiplier)), outside


def standardise(model, row, at):
    """Returns x of a dimension, Q5.26, and whether the value is out of range."""
    if model.kinds[at] in (COSINE, SINE):
        first = at - (model.kinds[at] == SINE)
        return circular(model, first, at, row[first])
    if model.knots[at]:
        return on_curve(model, at, row[at])
    return number(model, at, row[at])


def weighed(e, weight):
    return min((e * e * MANTISSAS[weight % 8]) >> max(28 - weight // 8, 0), 1 << 20)


def ranks(rows):
    first, step = [], 0
    while True:
        rank = 1 if step == 0 else 2 << step // 2 if step % 2 else 3 << step // 2 - 1
        if 2 * rank > rows + 1 and first:
            break
        first.append(rank)
        step += 1
    mirrored = [rows + 1 - rank for rank in reversed(first)]
    return first + (mirrored[1:] if mirrored[0] == first[-1] else mirrored)


class Calibration:
    def __init__(self, model):
        content = model.sections.get(1)
        self.rows, self.times = 0, (13106, 26212)
        self.gauges, self.deviation = ((0, 32, 0), (0, 0, 0)), 16
        self.weights = [16] * (2 * model.state_dim)
        if content is None:
            return
        fields = struct.unpack("<HHHIHBIHBB", content[:21])
        self.rows, self.times = fields[0], fields[1:3]
        self.gauges, self.deviation = (fields[3:6], fields[6:9]), fields[9]
        self.weights = content[21 : 21 + 2 * model.state_dim]
        quantiles = content[21 + 2 * model.state_dim :]
        self.quantiles = [q << 8 for (q,) in struct.iter_unpack("<h", quantiles)]

    def gauged(self, number, total):
        median, multiplier, shift = self.gauges[number]
        return limit32(((min(total, (1 << 32) - 1) - median) * multiplier) >> shift)

    def tails(self, score, found):
        if not self.rows:
            return None, None
        numbers = ranks(self.rows)
        quantiles = self.quantiles[len(numbers) if found else 0 :]
        above, before = self.rows << 8, None
        for q, k in zip(quantiles, numbers):
            if q < score:
                above = 0
                if before:
                    above = (before[1] << 8) + share(k - before[1] << 8, before[0] - score, before[0] - q)
                break
            before = (q, k)
        everything = (self.rows + 1) << 8
        parts = (above + 256, everything - above)
        return tuple(min(share(1 << 16, part, everything), 65535) for part in parts)


def project(model, columns, condition):
    """Returns the values of the latent that are nearest to its columns, Q4.11."""
    _, _, rank, *_, frac = model.latent
    layer = model.expansion(condition)
    rows = list(zip(layer["weights"], layer["scales"], layer["biases"], columns))
    lift = max(multiplier.bit_length() - shift for _, (multiplier, shift), _, _ in rows)
    norm, factors = 1, []
    for weights, (multiplier, shift), bias, r in rows:
        drop = min(shift + lift, 31)
        factors.append(saturate((saturate(r - bias) * multiplier) >> drop))
        norm += (((weights[0] * multiplier) << 8) >> drop) ** 2
    k = norm.bit_length() - 16
    multiplier = ((1 << 32) - 1) // (norm >> k if k >= 0 else norm << -k)
    drop = max(0, min(k - 5 + frac + lift, 63))
    sums = [sum(row[0][z] * c for row, c in zip(rows, factors)) for z in range(rank)]
    return [saturate((total * multiplier) >> drop) for total in sums]


def expand(model, values, condition):
    drop = 11 - model.latent[-1]
    inputs = [rounded(z, drop) for z in values]
    return network(model, inputs, 0, 0, [model.expansion(condition)])


def residuals(model, state, time, condition):
    """Returns the velocity at a time, and its difference from the state."""
    x = [r * time for r in state]
    outputs = network(model, [rounded(a, 26 - model.input_frac) for a in x], time, condition)
    solver, model.solver = model.solver, 0  # the drift of Euler's method
    pairs = slopes(model, time, 1)
    model.solver = solver
    first = condition * model.state_dim if model.per_class else 0
    velocities = []
    for i, output in enumerate(outputs):
        r, q = pairs[model.levels[first + i]]
        drift = (r * saturate(rounded(x[i], 15)) + q * model.means[first + i] + (1 << 10)) >> 11
        velocities.append(saturate(drift + output))
    return velocities, [saturate(v - r) for v, r in zip(velocities, state)]


def lacks_category(model, row):
    """Returns whether all values of a category column are 0."""
    starts = [at for at, kind in enumerate(model.kinds) if kind == CATEGORY]
    for first in starts:
        end = first + 1
        while end < model.dim and model.kinds[end] == NEXT_CATEGORY:
            end += 1
        if all(raw == 0 for raw, _ in row[first:end]):
            return True
    return False


def score(model, row):
    calibration = Calibration(model)
    both = [standardise(model, row, at) for at in range(model.dim)]
    columns = [saturate(rounded(x, 15)) for x, _ in both]
    best = None
    for condition in range(max(model.classes, 1)):
        state, distance, first, count, rank = list(columns), 0, 0, 0, 0
        if model.latent:
            first, count, rank = model.latent[:3]
            own = columns[first : first + count]
            values = project(model, own, condition)
            nearest = expand(model, values, condition)
            distance = sum(weighed(saturate(r - y), 16) for r, y in zip(own, nearest))
            state[first : first + count] = values
        total, contributions = 0, [0] * model.dim
        for number, time in enumerate(calibration.times):
            velocities, errors = residuals(model, state, time, condition)
            for i, e in enumerate(errors):
                square = weighed(e, calibration.weights[number * len(state) + i])
                total += square
                if not (model.latent and first <= i < first + rank):
                    at = i if i < first or not model.latent else i + count - rank
                    contributions[at] = min(contributions[at] + (square >> 3), 65535)
        if model.latent:
            expected = expand(model, velocities[first : first + rank], condition)
            for at, y in enumerate(expected, first):
                square = weighed(saturate(columns[at] - y), calibration.deviation)
                contributions[at] = min(square >> 3, 65535)
        result = calibration.gauged(0, total)
        if model.latent:
            result = max(result, calibration.gauged(1, distance))
        if best is None or (result, total) < best[:2]:
            best = result, total, condition, contributions
    result, _, condition, contributions = best
    tails = calibration.tails(result, model.classes > 0)
    outside = lacks_category(model, row) or any(outside for _, outside in both)
    return result, tails, condition, outside, contributions


def main(path):
    with open(path, "rb") as file:
        model = Model(file.read())
    for line in sys.stdin:
        row = [tuple(map(int, value.split(":"))) for value in line.split()]
        result, (p, lower), condition, outside, contributions = score(model, row)
        print(result, p, lower, condition, int(outside), ",".join(map(str, contributions)))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
