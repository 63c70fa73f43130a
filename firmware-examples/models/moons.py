"""Writes the data of moons.flow, two moons, as CSV: python3 moons.py > moons.csv"""
import math
import random

random.seed(1)
print("x,y")
for row in range(2000):
    angle = math.pi * random.random()
    x, y = math.cos(angle), math.sin(angle)
    if row % 2 == 0:
        x, y = 1 - x, 0.5 - y
    point = (3 * (value + random.gauss(0, 0.07)) - 1 for value in (x, y))
    print(",".join(f"{value:.4f}" for value in point))
