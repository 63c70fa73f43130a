#!/usr/bin/env python3
"""Fills in rows bit for bit as format-fill.md specifies, in pure Python.

    python3 fill.py MODEL.flow SEED CLASS < ROWS

A line of ROWS has the values of a row, then those of the conditions: each as RAW:FRAC, which means
RAW * 2^-FRAC, or as ? if it is not known. It prints the CRC-32 of the row, that of its prediction,
and the row as standardised integers. It is meant to be read together with the specification, and is
slow. It supports neither the solvers midpoint and Heun, nor rows without a class in models with
classes.
"""

import struct
import sys
import zlib
from types import SimpleNamespace

from reader import Bytes, Model, Xoshiro128PlusPlus
from reader import limit, network, normal, rounded, saturate, slopes
from score import standardise

SECTION = 2


class Fill:
    def __init__(self, model):
        data = Bytes(model.sections[SECTION])
        fields = struct.unpack("<HHHHBBH", data.take(12))
        conditions, queries, self.spread, _, self.frac, flags, names_len = fields
        self.masked, self.predicts = flags & 1, flags & 2
        *self.names, rest = bytes(data.array("B", names_len)).decode().split("\n")
        assert len(self.names) == conditions + queries and not rest
        records = [struct.unpack("<iiiibBBB", data.take(20)) for _ in range(conditions)]
        columns = list(zip(*records)) or [()] * 8
        self.conditions = SimpleNamespace(
            offsets=columns[0],
            multipliers=columns[1],
            mins=columns[2],
            maxs=columns[3],
            fracs=columns[4],
            kinds=columns[5],
            gaps=[(place >> 6 & 1, place >> 7) for place in columns[6]],
            knots=columns[7],
        )
        self.inputs = (model.dim if self.masked else 0) + conditions
        rows = len(model.layers[0]["weights"])
        self.layer = plain_layer(model, data, rows, self.inputs) if self.inputs else None
        self.queries = [Query(model, data) for _ in range(queries)]
        assert data.at == len(data.data)


class Query:
    def __init__(self, model, data):
        self.spread, steps, _, self.frac, gain = struct.unpack("<HHHBB", data.take(8))
        self.times = data.array("H", steps)
        bits = data.array("B", (model.dim + 7) // 8)
        self.known = [bits[at // 8] >> at % 8 & 1 for at in range(model.dim)]
        known, steps = sum(self.known), steps if gain else 0
        self.gains = [plain_layer(model, data, model.dim - known, known) for _ in range(steps)]


def plain_layer(model, data, rows, columns):
    """Reads a layer without biases."""
    layer = model.layer(data, rows, columns, None)
    return layer | {"pre": None}


def apply(model, layer, inputs, biases):
    return network(model, inputs, 0, 0, [layer | {"biases": biases}])


def velocity(model, state, time, end, condition, extra):
    """Returns the complete velocity. Without `end`, the drift is that at `time`."""
    inputs = [rounded(x, 26 - model.input_frac) for x in state]
    values = network(model, inputs, time, condition, extra=extra)
    if end is None:
        at = SimpleNamespace(variances=model.variances, solver=0)
        pairs = slopes(at, time, 0)
    else:
        pairs = slopes(model, time, end - time)
    first = condition * model.dim if model.per_class else 0
    for i, x in enumerate(state):
        r, q = pairs[model.levels[first + i]]
        drift = (r * saturate(rounded(x, 15)) + q * model.means[first + i] + (1 << 10)) >> 11
        values[i] = saturate(drift + values[i])
    return values


def steered(model, query, step, state, y, time, end, condition, extra):
    """Returns the state after a step with a gain."""
    dt, rest = end - time, 32768 - time
    v = velocity(model, state, time, None, condition, extra)
    known = [j for j in range(model.dim) if y[j] is not None]
    unknown = [j for j in range(model.dim) if y[j] is None]
    exact = [min(y[j] - state[j] - rest * v[j], (1 << 31) - 1) for j in known]
    residuals = [rounded(limit(r), 26 - query.frac) for r in exact]
    corrected = apply(model, query.gains[step], residuals, [v[j] for j in unknown])
    state, part = list(state), (dt << 15) // rest << 11
    for j in known:
        state[j] = limit(rounded(state[j] * ((1 << 26) - part), 26) + rounded(y[j] * part, 26))
    for j, v in zip(unknown, corrected):
        state[j] = limit(state[j] + v * dt)
    return state


def filled(model, fill, y, conditions, noise, condition, predicted=False):
    """Returns the state at t = 1, or the prediction."""
    is_known = [x is not None for x in y]
    query = next((query for query in fill.queries if query.known == is_known), None)
    gains = query.gains if query else []
    assert query or fill.masked or not any(is_known), "no query has these known columns"
    masks = [(x is not None and not gains) << fill.frac for x in y] if fill.masked else []
    inputs = masks + [rounded(x, 26 - fill.frac) for x in conditions]
    extra = apply(model, fill.layer, inputs, [0] * len(fill.layer["weights"])) if inputs else []

    is_given = any(is_known) or len(conditions) > 0
    spread = query.spread if query else fill.spread if is_given else 1 << 14
    state = [limit(rounded(z * (spread << 12), 26)) for z in noise]
    times = model.time_grid or [(k << 15) // model.steps for k in range(model.steps + 1)]
    if query and query.times:
        times = [*query.times, 32768]
    if predicted:
        state, times = [0] * model.dim, [0, 32768]
    if not gains:
        state = [x if known is None else known for x, known in zip(state, y)]
    for step, (time, end) in enumerate(zip(times, times[1:])):
        if gains:
            state = steered(model, query, step, state, y, time, end, condition, extra)
            continue
        v = velocity(model, state, time, end, condition, extra)
        for j, x in enumerate(state):
            if y[j] is None:
                state[j] = limit(x + v[j] * (end - time))
    return state


def parsed(word):
    return None if word == "?" else tuple(map(int, word.split(":")))


def known(columns, row, at):
    """Returns the standardised value of a known column."""
    return max(-(8 << 26), min(8 << 26, standardise(columns, row, at)[0]))


def main(path, seed, condition):
    with open(path, "rb") as file:
        model = Model(file.read())
    fill, generator = Fill(model), Xoshiro128PlusPlus(seed)
    for line in sys.stdin:
        row = [parsed(word) for word in line.split()]
        row, conditions = row[: model.dim], row[model.dim :]
        y = [x and known(model, row, at) for at, x in enumerate(row)]
        of = fill.conditions
        conditions = [known(of, conditions, at) for at in range(len(conditions))]
        noise = [normal(generator.next()) for _ in range(model.dim)]
        states = [
            filled(model, fill, y, conditions, noise, condition, predicted)
            for predicted in (False, True)
        ]
        crcs = [zlib.crc32(struct.pack(f"<{model.dim}i", *state)) for state in states]
        print(*crcs, ",".join(map(str, states[0])))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(sys.argv[1], *map(int, sys.argv[2:]))
