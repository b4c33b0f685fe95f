# SPDX-License-Identifier: GPL-3.0-or-later
"""torch_rows.py ROW N [SIZE]: the work of ROW.atl in PyTorch, float64.

Each setting of threads (as shipped, 1, 2; only OMP_NUM_THREADS where that is
set) does the N units from the same start, after some that warm up; the
fastest counts, as `seconds S`.
"""
import os
import sys
import time

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
clock = time.process_time if os.environ.get("BENCH_CLOCK") == "cpu" else time.perf_counter


def net(widths, scales, batch):
    def layer(k, rows, columns):
        i = torch.arange(1, rows*columns + 1, dtype=torch.float64).reshape(rows, columns)
        return ((torch.cos(i) if k % 2 else torch.sin(i))/scales[k]).requires_grad_()
    count = len(scales)
    x = torch.sin(torch.arange(1, widths[0]*batch + 1, dtype=torch.float64))
    x = x.reshape(widths[0], batch).T.contiguous()
    target = torch.arange(batch)*7 % 10
    w = [layer(k, widths[k + 1], widths[k]) for k in range(count)]
    b = [torch.zeros(widths[k + 1], requires_grad=True) for k in range(count)]
    params = w + b

    def loss():
        z = x
        for k in range(count):
            z = F.linear(z if k == 0 else torch.relu(z), w[k], b[k])
        return F.cross_entropy(z, target)
    return loss, params, 0.05


def tiny():
    x, y = torch.tensor([0.5, -0.25]), 0.75
    values = [[[0.1, -0.2], [0.4, 0.3], [-0.5, 0.2]], [0.1, 0, -0.1],
              [[0.3, -0.1, 0.2], [0.1, 0.2, -0.4]], [0, 0.1], [[0.5, -0.3]], [0.05]]
    params = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in values]
    w1, b1, w2, b2, w3, b3 = params

    def loss():
        h = torch.tanh(torch.addmv(b2, w2, torch.tanh(torch.addmv(b1, w1, x))))
        return ((torch.addmv(b3, w3, h) - y)**2).sum()
    return loss, params, 0.000001


def descend(loss, params, eta):
    def unit():
        grads = torch.autograd.grad(loss(), params)
        with torch.no_grad():
            torch._foreach_add_(params, grads, alpha=-eta)
    return unit, lambda: loss().item()


def scalar():
    x, w, b = (torch.tensor(v, requires_grad=True) for v in (0.5, 0.3, -0.2))
    total = [torch.zeros(()) for _ in range(4)]

    def unit():
        with torch.no_grad():
            x.add_(0.000001)
        u = torch.tanh(w*x + b)
        v = torch.sin(u + x)*torch.exp(-u)
        s = torch.sigmoid(w*v - b*u)
        f = (s - x)**2 + torch.log(1 + v**2) + s*u
        gx, gw, gb = torch.autograd.grad(f, (x, w, b))
        for t, value in zip(total, (f.detach(), gx, gw, gb)):
            t.add_(value)
    return unit, lambda: sum(t.item() for t in total)


def elementwise(m):
    x = (torch.arange(1, m + 1, dtype=torch.float64)/m).requires_grad_()
    last = [0, torch.zeros(1)]

    def unit():
        with torch.no_grad():
            x.add_(0.0001)
        y = (torch.tanh(x**2 + torch.sin(x))*torch.exp(-x)).sum()
        last[0], last[1] = y.detach(), torch.autograd.grad(y, x)[0]
    return unit, lambda: float(last[0]) + float(last[1].sum())


def make(row, size):
    if row == "sgd_one":
        return descend(*net([784, 100, 10], [28, 10], 64))
    if row == "sgd_two":
        return descend(*net([784, 512, 512, 10], [28, 22, 22], 256))
    if row == "sgd_tiny":
        return descend(*tiny())
    if row == "scalar":
        return scalar()
    return elementwise(size)


def main():
    row, n = sys.argv[1], int(sys.argv[2])
    size = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    settings = [None]
    if "OMP_NUM_THREADS" not in os.environ:
        settings += [t for t in (1, 2) if t != torch.get_num_threads()]
    best = None
    for threads in settings:
        if threads is not None:
            torch.set_num_threads(threads)
        unit, _ = make(row, size)
        for _ in range(min(n, 20)):
            unit()
        unit, result = make(row, size)
        start = clock()
        for _ in range(n):
            unit()
        took = clock() - start
        best = took if best is None else min(best, took)
    print("seconds", repr(best))
    print(repr(result()))


main()
