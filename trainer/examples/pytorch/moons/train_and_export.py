"""Trains a velocity network on two moons in PyTorch, for flowlet to import:

    pip install torch safetensors
    python3 train_and_export.py
    flowlet import moons.safetensors --like spec.toml -o moons.flow --calibrate moons.csv

Writes moons.csv (the data), moons.safetensors (the weights) and velocities.csv (what PyTorch computes by them).
spec.toml beside it says what the weights do not.
"""
import csv
import math
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

WIDTH, ITERATIONS, BATCH = 48, 20_000, 256
folder = Path(__file__).parent
torch.manual_seed(1)


def moons(count):
    angle = math.pi * torch.rand(count)
    upper = (torch.arange(count) % 2 == 0).float()
    x = upper * angle.cos() + (1 - upper) * (1 - angle.cos())
    y = upper * angle.sin() + (1 - upper) * (0.5 - angle.sin())
    return torch.stack([x, y], dim=1) + 0.05 * torch.randn(count, 2)


def write(name, header, rows):
    with open(folder / name, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


net = nn.Sequential(
    nn.Linear(2 + 1, WIDTH), nn.SELU(),
    nn.Linear(WIDTH, WIDTH), nn.SELU(),
    nn.Linear(WIDTH, WIDTH), nn.SELU(),
    nn.Linear(WIDTH, 2),
)
optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=1e-4)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, ITERATIONS)
for iteration in range(ITERATIONS):
    x1, x0, t = moons(BATCH), torch.randn(BATCH, 2), torch.rand(BATCH, 1)
    loss = (net(torch.cat([(1 - t) * x0 + t * x1, t], dim=1)) - (x1 - x0)).square().mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    schedule.step()
print(f"loss {loss.item():.4f}")

save_file(net.state_dict(), folder / "moons.safetensors")
write("moons.csv", ["x", "y"], ([f"{v:.4f}" for v in row] for row in moons(1000).tolist()))
x, t = 1.5 * torch.randn(32, 2), torch.rand(32, 1)
with torch.no_grad():
    rows = torch.cat([x, t, net(torch.cat([x, t], dim=1))], dim=1)
write("velocities.csv", ["x", "y", "t", "vx", "vy"], ([f"{v:.9g}" for v in row] for row in rows.tolist()))
