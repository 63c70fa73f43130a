"""Writes demonstrations of policy.flow as CSV: python3 policy.py > policy.csv

A pen follows a point that moves along a smooth curve. A row has what the pen observes (the way to
where the point will be after one step and after four, and its own velocity), and its next four
velocities.
"""
import cmath
import random

random.seed(1)
CHUNK = 4


def curve():
    """Returns 400 points of a random closed curve, about one unit from each other."""
    waves = [(k, complex(random.gauss(0, 1), random.gauss(0, 1)) / k) for k in (-3, -2, -1, 1, 2, 3)]
    at = lambda turn: sum(size * cmath.exp(2j * cmath.pi * k * turn) for k, size in waves)
    fine = [at(i / 4000) for i in range(4001)]
    length = sum(abs(b - a) for a, b in zip(fine, fine[1:]))
    points, walked = [], 0.0
    for a, b in zip(fine, fine[1:]):
        if walked * 400 / length >= len(points):
            points.append(a * 400 / length)
        walked += abs(b - a)
    return points


columns = ["near_x", "near_y", "far_x", "far_y", "was_x", "was_y"]
columns += [f"{axis}{step}" for axis in ("move_x", "move_y") for step in range(CHUNK)]
print(",".join(columns))
for _ in range(40):
    points = curve()
    pen, velocity = points[0], 0j
    for start in range(0, len(points) - CHUNK - 1, CHUNK):
        if random.random() < 0.2:  # a push, so that recovering is learned
            pen += complex(random.gauss(0, 1), random.gauss(0, 1))
        seen = [points[start + 1] - pen, points[start + CHUNK] - pen, velocity]
        moves = []
        for step in range(start + 1, start + CHUNK + 1):
            velocity = 0.3 * velocity + 0.7 * (points[step] - pen)
            pen += velocity
            moves.append(velocity)
        values = [part for z in seen for part in (z.real, z.imag)]
        values += [z.real for z in moves] + [z.imag for z in moves]
        print(",".join(f"{value:.3f}" for value in values))
