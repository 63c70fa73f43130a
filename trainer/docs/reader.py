#!/usr/bin/env python3
"""Reads a .flow file as format.md specifies, and draws samples bit for bit, in pure Python.

    python3 reader.py MODEL.flow [COUNT [SEED]]

prints the CRC-32 of each sample, as `flowlet sample --json` does, and its values. It is meant to
be read together with the specification, and is slow. It supports neither guidance nor the solvers
midpoint and Heun.
"""

import math
import struct
import sys
import zlib

MASK32 = 0xFFFFFFFF
INTEGER, CATEGORY, NEXT_CATEGORY, COSINE, SINE = 1, 2, 3, 4, 5  # kinds of a column


class Bytes:
    """Bytes that are read from the front to the end."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        part = self.data[self.at : self.at + count]
        assert len(part) == count, "the file is short"
        self.at += count
        return part

    def string(self):
        """Reads a byte string: its length as a varint, and the bytes."""
        length, shift = 0, 0
        while True:
            (byte,) = self.take(1)
            length |= (byte & 0x7F) << shift
            if byte < 0x80:
                return self.take(length)
            shift += 7

    def array(self, code, count):
        """Reads little-endian numbers, padded with zeros to a multiple of four bytes."""
        size = struct.calcsize("<" + code) * count
        numbers = struct.unpack(f"<{count}{code}", self.take(size))
        assert not any(self.take(-size % 4)), "padding is zeros"
        return numbers


class Model:
    def __init__(self, data):
        fields = struct.unpack("<4sIHHHHIHHHHBBBB", data[:32])
        magic, crc, version, self.dim, self.width, self.classes, length = fields[:7]
        self.steps, _, components, self.label_position = fields[7:11]
        self.input_frac, self.time_log2, self.null_class, self.solver = fields[11:]
        assert magic == b"FLOW" and version == 1, "not a file of this version"
        assert length == len(data) and crc == zlib.crc32(data[8:]), "the file is damaged"

        body = Bytes(data[32:])
        *names, self.card = body.string().decode().split("\n", self.names())
        self.columns = names[: self.dim]
        self.label = names[self.dim] if self.classes else None
        self.class_names = names[self.dim + 1 :]
        hidden = body.string()
        self.hidden = [struct.unpack("<HHBBB", hidden[i : i + 7]) for i in range(0, len(hidden), 7)]
        variances, times = body.string(), body.string()
        self.variances = struct.unpack(f"<{len(variances) // 2}H", variances)
        self.time_grid = struct.unpack(f"<{len(times) // 2}H", times)
        latent = body.string()
        self.latent = struct.unpack("<HHHHHB", latent) if latent else None
        self.state_dim = self.dim - (self.latent[1] - self.latent[2] if latent else 0)
        body.string()  # padding
        tensors = Bytes(body.string())
        assert body.at == len(data) - 32 and (len(data) - len(tensors.data)) % 16 == 0

        self.layers, columns = [], self.state_dim
        for width, _, pre_frac, act_frac, flags in self.hidden:
            layer = self.layer(tensors, width, columns, flags & 1)
            self.layers.append(layer | {"pre": pre_frac, "act": act_frac, "table": flags & 2})
            columns = width
        self.layers.append(self.layer(tensors, self.state_dim, columns, 0) | {"pre": None})
        if self.latent:
            _, rows, rank, _, count, _ = self.latent
            each = (self.layer(tensors, rows, rank, 0) for _ in range(count))
            self.expansions = [layer | {"pre": None} for layer in each]

        cells = components * self.state_dim
        self.per_class = components > 1
        self.means = tensors.array("h", cells)
        self.levels = tensors.array("B", cells)
        records = [struct.unpack("<iiiibBBB", tensors.take(20)) for _ in range(self.dim)]
        self.offsets, self.multipliers, self.mins, self.maxs, *formats = zip(*records)
        self.fracs, kinds, places, self.knots = formats
        self.gaps = [(place >> 6 & 1, place >> 7) for place in places]
        self.kinds = [kind & 7 for kind in kinds]
        self.shares = tensors.array("H", self.classes)
        knots = [struct.unpack("<hi", tensors.take(6)) for _ in range(sum(self.knots))]
        assert not any(tensors.take(-len(knots) * 6 % 4)), "padding is zeros"
        self.curves = [
            knots[first : first + count] for first, count in zip(self.offsets, self.knots)
        ]
        tabled = any(layer.get("table") for layer in self.layers)
        table = 1028 if tabled else 0  # 513 values and their padding
        self.sections = {}
        while tensors.at < len(tensors.data) - table:
            (word,) = tensors.array("I", 1)
            kind, length = word & 0xFF, word >> 8
            assert kind > max(self.sections, default=0), "sections are in order"
            self.sections[kind] = bytes(tensors.array("B", length))
        self.table = tensors.array("h", 513) if tabled else None
        assert tensors.at == len(tensors.data)

    def names(self):
        """Returns the number of names: of values, of the label column and of its classes."""
        return self.dim + (1 + self.classes if self.classes else 0)

    def expansion(self, chosen):
        """Returns the layer of the latent for a class."""
        return self.expansions[chosen if len(self.expansions) > 1 else 0]

    def layer(self, tensors, rows, columns, conditioned):
        blocks, pairs = (rows + 3) // 4, (columns + 1) // 2
        words = iter(tensors.array("h", blocks * pairs * 8 // 2))
        weights = [[0] * (2 * pairs) for _ in range(4 * blocks)]
        for block in range(blocks):
            for pair in range(pairs):
                for upper in (0, 2):
                    for column in (2 * pair, 2 * pair + 1):
                        word = next(words)
                        low = (word & 0xFF) - 256 * (word >> 7 & 1)
                        weights[4 * block + upper][column] = (word - low) >> 8
                        weights[4 * block + upper + 1][column] = low
        scales = tensors.array("I", 4 * blocks)
        scales = [(word >> 16, word & 0xFF) for word in scales]
        layer = {"weights": weights[:rows], "scales": scales}
        if conditioned:
            times, conditions = (1 << self.time_log2) + 1, self.classes + self.null_class
            layer["times"] = tensors.array("h", times * rows)
            layer["classes"] = tensors.array("h", conditions * rows)
        elif conditioned is not None:
            layer["biases"] = tensors.array("h", rows)
        return layer


# Rounding, as format.md defines it. In Python, >> rounds toward minus infinity.


def saturate(x):
    return max(-32768, min(32767, x))


def limit(x):
    return max(-(1 << 30), min((1 << 30) - 1, x))


def rounded(x, drop):
    return (x + (1 << drop >> 1)) >> drop


def div_trunc(a, b):
    """Divides integers and truncates toward zero."""
    return abs(a) // b * (1 if a >= 0 else -1)


def half_away(x):
    return math.floor(x + 0.5) if x >= 0 else -math.floor(0.5 - x)


def silu_table():
    table = []
    for i in range(513):
        x = i / 16 - 16
        s = 1 / (1 + math.exp(-x))
        second = s * (1 - s) * (2 + x * (1 - 2 * s))
        lowered = 0 if i == 256 else (1 / 16) ** 2 / 16
        table.append(min(half_away((x * s - lowered * second) * 2048), 32767))
    return table


def normal_table():
    density = lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    node = lambda i: math.ldexp(1 - i % 16 / 32, -(i // 16) - 1)

    def quantile(p):
        z = 0.0
        for _ in range(60):
            tail = 0.5 * math.erfc(z / math.sqrt(2))
            z += (math.log(tail) - math.log(p)) * tail / density(z)
        return z

    table = []
    for i in range(385):
        near, far = node(i), node(i + 1)
        middle = quantile((near + far) / 2)
        lowered = 0 if i == 0 else (near - far) ** 2 / 16 * middle / density(middle) ** 2
        table.append(half_away((quantile(near) - lowered) * 8192))
    return table


SILU, NORMAL = silu_table(), normal_table()


def activation(table, pre, pre_frac, act_frac):
    shift = pre_frac - 4
    index = (pre >> shift) + 256
    fraction = pre & ((1 << shift) - 1)
    y = (table[index] << shift) + (table[index + 1] - table[index]) * fraction
    return rounded(y, 11 + shift - act_frac)


def normal(uniform):
    p = max(uniform >> 1, 1 << 7)
    octave = 31 - p.bit_length()
    place = ~(p << octave) & 0x3FFFFFFF
    index = octave << 4 | place >> 26
    fraction = place >> 13 & 0x1FFF
    z = (NORMAL[index] << 13) + (NORMAL[index + 1] - NORMAL[index]) * fraction
    return -z if uniform & 1 else z


class Xoshiro128PlusPlus:
    """The generator of `flowlet sample`. A device may use any other."""

    def __init__(self, seed):
        words = []
        for _ in range(2):  # SplitMix64
            seed = (seed + 0x9E3779B97F4A7C15) & (1 << 64) - 1
            z = seed
            z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
            z = (z ^ z >> 27) * 0x94D049BB133111EB & (1 << 64) - 1
            z ^= z >> 31
            words += [z & MASK32, z >> 32]
        self.s = words

    def next(self):
        turn = lambda x, k: (x << k | x >> (32 - k)) & MASK32
        s = self.s
        result = (turn((s[0] + s[3]) & MASK32, 7) + s[0]) & MASK32
        t = s[1] << 9 & MASK32
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = turn(s[3], 11)
        return result


def network(model, inputs, time, condition, layers=None, extra=None):
    """Returns the velocity that the network adds to the drift, Q4.11.

    `extra` is added to the biases of the first layer.
    """
    values = inputs
    for layer in layers or model.layers:
        rows = len(layer["weights"])
        if "times" in layer:
            log2 = 15 - model.time_log2
            index = min(time >> log2, (1 << model.time_log2) - 1)
            biases = []
            for row in range(rows):
                before, after = (layer["times"][(index + k) * rows + row] for k in (0, 1))
                slope = rounded((after - before) * (time - (index << log2)), log2)
                class_bias = layer["classes"][condition * rows + row] if layer["classes"] else 0
                biases.append(saturate(before + slope + class_bias))
        else:
            biases = layer["biases"]
        if extra and layer is model.layers[0]:
            biases = [saturate(bias + more) for bias, more in zip(biases, extra)]
        table = model.table if layer.get("table") else SILU
        outputs = []
        for weights, (multiplier, shift), bias in zip(layer["weights"], layer["scales"], biases):
            total = sum(w * a for w, a in zip(weights, values))
            pre = saturate(((total >> shift) * multiplier + (bias << 10) + (1 << 9)) >> 10)
            hidden = layer["pre"] is not None
            outputs.append(activation(table, pre, layer["pre"], layer["act"]) if hidden else pre)
        values = outputs
    return values


def stddev(t, variance):
    return math.isqrt((32768 - t) ** 2 + (t * t >> 14) * variance)


def slopes(model, time, dt):
    """Returns r and q of each variance level, Q4.11."""
    pairs = []
    for variance in model.variances:
        if variance == 0:  # no drift
            r = 0
        elif model.solver == 1:
            start, end = stddev(time, variance), stddev(time + dt, variance)
            if time == 0:
                start = 1 << 15
            r = div_trunc(div_trunc(end - start << 15, start) << 11, dt)
        else:
            rest = (1 << 15) - time
            below = (rest * rest >> 1) + (time * time >> 15) * variance
            r = div_trunc(time * variance - (rest << 14), below >> 11)
        pairs.append((r, 2048 - rounded(r * time, 15)))
    return pairs


def sample(model, generator):
    """Returns the state of a finished sample, Q5.26, and its class."""
    assert model.solver in (0, 1), "the solver is not supported"
    chosen = None
    if model.classes:
        draw = generator.next() >> 16
        chosen = min(sum(bound <= draw for bound in model.shares), model.classes - 1)
    state = [normal(generator.next()) for _ in range(model.state_dim)]
    times = model.time_grid or [(k << 15) // model.steps for k in range(model.steps + 1)]
    first = chosen * model.state_dim if model.per_class else 0
    for time, end in zip(times, times[1:]):
        inputs = [rounded(x, 26 - model.input_frac) for x in state]
        velocities = network(model, inputs, time, chosen)
        pairs = slopes(model, time, end - time)
        for i, x in enumerate(state):
            r, q = pairs[model.levels[first + i]]
            drift = (r * saturate(rounded(x, 15)) + q * model.means[first + i] + (1 << 10)) >> 11
            state[i] = limit(x + saturate(drift + velocities[i]) * (end - time))
    if model.latent:
        first, _, rank, *_, frac = model.latent
        inputs = [rounded(z, 26 - frac) for z in state[first : first + rank]]
        values = network(model, inputs, 0, 0, [model.expansion(chosen)])
        state[first : first + rank] = [value << 15 for value in values]
    return state, chosen


def curve(knots, x):
    """Returns the value of a column's curve."""
    before = [knot for knot in knots if knot[0] << 15 <= x]
    if not before or len(before) == len(knots):
        return (before or knots)[-1 if before else 0][1]
    (start, low), (end, high) = before[-1], knots[len(before)]
    part = (x - (start << 15)) // (end - start)
    return low + rounded((high - low) * part, 15)


def raw(model, index, x):
    """Returns a value, or the score of a category, in units of 2^-frac."""
    frac = model.fracs[index]
    if model.knots[index]:
        raw = curve(model.curves[index], x)
    else:
        raw = model.offsets[index] + rounded(x * model.multipliers[index], 26)
    raw = max(-(1 << 31), min((1 << 31) - 1, raw))
    if model.kinds[index] in (COSINE, SINE):
        return raw
    if model.kinds[index] == INTEGER and frac > 0:
        raw = rounded(raw, frac) << frac if frac < 32 else 0
    return max(model.mins[index], min(model.maxs[index], raw))


def circular(model, first, c, s):
    """Returns the value of a circular column in units of 2^-frac."""
    c, s, a = c >> 2, s >> 2, 1 << 15
    if c < 0:
        c, s, a = -c, -s, a + (1 << 31)
    for i in range(16):
        if c == s == 0:
            break
        rotation = half_away(math.atan(2.0**-i) / (2 * math.pi) * 2**32)
        if s > 0:
            c, s, a = c + (s >> i), s - (c >> i), a + rotation
        else:
            c, s, a = c - (s >> i), s + (c >> i), a - rotation
    start, period = model.mins[first], model.maxs[first] - model.mins[first]
    part = rounded(((a & MASK32) >> 16) * period, 16)
    return start + (part if part < period else 0)


def decode(model, state):
    """Returns all values.

    In a category column the highest score becomes 1, the others 0. A circular column has its value
    in the first dimension, and 0 in the second.
    """
    raws = [raw(model, index, x) for index, x in enumerate(state)]
    values = [raw * 2.0**-frac for raw, frac in zip(raws, model.fracs)]
    for first in (index for index, kind in enumerate(model.kinds) if kind == COSINE):
        value = circular(model, first, *raws[first : first + 2])
        values[first : first + 2] = [value * 2.0 ** -model.fracs[first], 0.0]
    for first in (index for index, kind in enumerate(model.kinds) if kind == CATEGORY):
        end = first + 1
        while end < model.dim and model.kinds[end] == NEXT_CATEGORY:
            end += 1
        chosen = max(range(first, end), key=raws.__getitem__)  # the first one, if several are equal
        values[first:end] = [float(index == chosen) for index in range(first, end)]
    return values


def main(path, count=1, seed=0):
    with open(path, "rb") as file:
        model = Model(file.read())
    generator = Xoshiro128PlusPlus(seed)
    for _ in range(count):
        state, shown = sample(model, generator)
        crc = zlib.crc32(struct.pack(f"<{model.dim}i", *state))
        values = ",".join(map(repr, decode(model, state)))
        print(crc, values, *([model.class_names[shown]] if model.classes else []))


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    main(sys.argv[1], *map(int, sys.argv[2:]))
