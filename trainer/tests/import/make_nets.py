"""Makes nets/: small networks of every activation that flowlet imports, and what PyTorch computes by them.

Needs torch and safetensors (pip install torch safetensors). Writes, for each, NAME.safetensors, NAME.toml and
NAME.csv with inputs and velocities.
"""
import csv
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

ACTIVATIONS = {
    "silu": nn.SiLU,
    "selu": nn.SELU,
    "relu": nn.ReLU,
    "gelu": nn.GELU,
    "gelu-tanh": lambda: nn.GELU(approximate="tanh"),
    "tanh": nn.Tanh,
}
# How t enters the network: the order of the inputs, and the order of the sines and cosines.
TIMES = {
    "concat": (["x", "t"], None),
    "concat-first": (["class", "t", "x"], None),
    "sinusoidal": (["x", "class", "t"], "cos-sin"),
    "frequencies": (["t", "x"], "interleaved"),
}
ROWS, DIM, CLASSES, FEATURES, MAX_PERIOD, SCALE = 12, 3, 2, 8, 100.0, 20.0
FREQUENCIES = [1.0, 3.0, 6.25]
folder = Path(__file__).parent / "nets"


def features(t, kind):
    if kind == "sinusoidal":
        half = FEATURES // 2
        k = torch.arange(half, dtype=torch.float32)
        angles = t[:, None] * SCALE * MAX_PERIOD ** (-k / half)
        return torch.cat([angles.cos(), angles.sin()], dim=1)
    if kind == "frequencies":
        angles = t[:, None] * torch.tensor(FREQUENCIES)
        return torch.stack([angles.sin(), angles.cos()], dim=2).flatten(1)
    return t[:, None]


def make(activation, kind, seed):
    torch.manual_seed(seed)
    order, columns = TIMES[kind]
    x, t = 2 * torch.randn(ROWS, DIM), torch.rand(ROWS)
    t[0], t[1] = 0.0, 1.0
    klass = torch.randint(CLASSES, (ROWS,))
    parts = {"x": x, "t": features(t, kind), "class": nn.functional.one_hot(klass, CLASSES).float()}
    inputs = torch.cat([parts[part] for part in order], dim=1)
    f = ACTIVATIONS[activation]
    net = nn.Sequential(nn.Linear(inputs.shape[1], 12), f(), nn.Linear(12, 10), f(), nn.Linear(10, DIM))
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.mul_(2)  # far enough into the activation
        velocity = net(inputs)
    name = f"{activation}-{kind}"
    save_file(net.state_dict(), folder / f"{name}.safetensors")
    quoted = ", ".join(f'"{part}"' for part in order)
    spec = f'input = [{quoted}]\nactivation = "{activation}"\n'
    if kind == "sinusoidal":
        spec += f'\n[time]\nkind = "sinusoidal"\ndim = {FEATURES}\nmax-period = {MAX_PERIOD}\nscale = {SCALE}\norder = "{columns}"\n'
    if kind == "frequencies":
        spec += f'\n[time]\nkind = "sinusoidal"\nfrequencies = {FREQUENCIES}\norder = "{columns}"\n'
    if "class" in order:
        spec += '\n[class]\ncolumn = "label"\nnames = ["up", "down"]\n'
    (folder / f"{name}.toml").write_text(spec)
    with open(folder / f"{name}.csv", "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow([f"x{k}" for k in range(DIM)] + ["t", "class"] + [f"v{k}" for k in range(DIM)])
        for k in range(ROWS):
            numbers = [*x[k].tolist(), t[k].item(), int(klass[k]), *velocity[k].tolist()]
            rows.writerow(f"{number:.9g}" for number in numbers)


for seed, activation in enumerate(ACTIVATIONS):
    make(activation, "concat" if seed % 2 == 0 else "concat-first", 2 * seed)
    make(activation, "sinusoidal" if seed % 2 == 0 else "frequencies", 2 * seed + 1)
