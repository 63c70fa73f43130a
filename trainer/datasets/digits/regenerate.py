"""Writes digits.csv.gz beside this file from scikit-learn's copy of the data: pip install scikit-learn, then run."""

import gzip
from pathlib import Path

from sklearn.datasets import load_digits

digits = load_digits()
header = [f"p{row}{column}" for row in range(8) for column in range(8)] + ["label"]
rows = [[int(pixel) for pixel in image] + [label] for image, label in zip(digits.data, digits.target)]
text = "".join(",".join(map(str, line)) + "\n" for line in [header, *rows])
# No time stamp and one level, so that the same data is the same file.
Path(__file__).with_name("digits.csv.gz").write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
