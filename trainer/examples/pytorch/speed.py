"""The same training in PyTorch: batch 256, linear path, AdamW, clipping and a moving average, on one thread.

The network is flowlet's: x and three features of the time go in."""
import math
import time

import torch

torch.set_num_threads(1)


def rate(dim, width, steps):
    torch.manual_seed(1)
    rows = torch.randn(2000, dim)
    sizes = [dim + 3, width, width, width, dim]
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.SiLU()]
    net = torch.nn.Sequential(*layers[:-1])
    parameters = list(net.parameters())
    average = [p.detach().clone() for p in parameters]
    optimiser = torch.optim.AdamW(parameters, lr=5e-3, weight_decay=0.01, foreach=True)

    def step():
        x1 = rows[torch.randint(len(rows), (256,))]
        x0 = torch.randn_like(x1)
        t = torch.rand(256, 1)
        features = [2 * t - 1, torch.cos(math.pi * t), torch.cos(2 * math.pi * t)]
        v = net(torch.cat([(1 - t) * x0 + t * x1, *features], dim=1))
        loss = ((v - (x1 - x0)) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        with torch.no_grad():
            torch._foreach_lerp_(average, parameters, 1e-3)

    for _ in range(20):
        step()
    start = time.perf_counter()
    for _ in range(steps):
        step()
    return steps / (time.perf_counter() - start)


for dim, width, steps in [(2, 64, 2000), (64, 256, 400)]:
    print(f"PyTorch {torch.__version__} {dim} → 3×{width}: {rate(dim, width, steps):.0f} steps a second")
