"""What the recorded models are made from: python3 data.py FOLDER writes rows.csv, with a column of every kind and a
label, and a network of random weights for the import of each activation. The same bytes every time."""
import json
import math
import pathlib
import random
import struct
import sys

folder = pathlib.Path(sys.argv[1])
random.seed(1)

with open(folder / "rows.csv", "w") as rows:
    print("speed,count,rain,sky,class", file=rows)
    for _ in range(400):
        storm = random.random() < 0.3
        speed = random.gauss(9 if storm else 4, 1.5)
        count = int(abs(random.gauss(12, 6)))
        rain = max(0, random.gauss(3 if storm else -1, 2))
        sky = random.choices(["clear", "cloudy", "dark"], [1, 3, 6] if storm else [6, 3, 1])[0]
        print(f"{speed:.2f},{count},{rain:.2f},{sky},{'storm' if storm else 'calm'}", file=rows)

WIDTHS = [3, 7, 6, 2]  # x, y and t; two hidden layers; a velocity
tensors, data = {}, b""
for layer, (columns, rows) in enumerate(zip(WIDTHS, WIDTHS[1:])):
    for name, shape in [("weight", [rows, columns]), ("bias", [rows])]:
        values = [random.gauss(0, 1 / math.sqrt(columns)) for _ in range(math.prod(shape))]
        packed = struct.pack(f"<{len(values)}f", *values)
        place = [len(data), len(data) + len(packed)]
        tensors[f"{2 * layer}.{name}"] = {"dtype": "F32", "shape": shape, "data_offsets": place}
        data += packed
header = json.dumps(tensors).encode()
header += b" " * (-len(header) % 8)
(folder / "weights.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + data)
for activation in ["silu", "selu", "relu", "gelu", "gelu-tanh", "tanh"]:
    spec = f'input = ["x", "t"]\nactivation = "{activation}"\nsteps = 5\nsolver = "heun"\n'
    (folder / f"{activation}.toml").write_text(spec)
with open(folder / "points.csv", "w") as points:
    print("x,y", file=points)
    for _ in range(100):
        print(f"{random.gauss(2, 3):.3f},{random.gauss(-1, 1):.3f}", file=points)
