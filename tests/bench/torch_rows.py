# SPDX-License-Identifier: GPL-3.0-or-later
"""torch_rows.py ROW N [SIZE...]: the work of ROW.atl in PyTorch, float64.

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


def pictures(forward, start, others, grad):
    """forward(x, *others), and what flows back from grad to x and the others."""
    x = start.requires_grad_()
    others = [t.requires_grad_() for t in others]
    last = []

    def unit():
        with torch.no_grad():
            x.add_(0.0001)
        y = forward(x, *others)
        last[:] = [y.detach(), *torch.autograd.grad(y, [x, *others], grad)]
    return unit, lambda: sum(float((t**2).sum()) for t in last)


def count(first, shape):
    n = 1
    for s in shape:
        n *= s
    return torch.arange(first, first + n, dtype=torch.float64).reshape(shape)


def convolution(b, c, s, f, k, pad):
    o = s + 2*pad - k + 1
    return pictures(lambda x, w: F.conv2d(x, w, padding=pad), torch.sin(count(1, (b, c, s, s))),
                    [torch.cos(count(1, (f, c, k, k)))/k], torch.sin(count(2, (b, f, o, o))))


def layer(row, b, c, s, along=None):
    shape = (b, c, s, s)
    i = count(1, shape)
    if row == "maxpool":
        return pictures(lambda x: F.max_pool2d(x, 2), torch.sin(i**2), [], torch.cos(count(1, (b, c, s//2, s//2))))
    if row == "batchnorm":
        k = count(1, (c,))
        return pictures(lambda x, gamma, beta: F.batch_norm(x, None, None, gamma, beta, True, eps=1e-5),
                        torch.sin(i), [1 + torch.sin(k)/2, torch.cos(k)], torch.cos(i**2))
    return pictures(lambda x: F.softmax(x, along - 1), torch.sin(i), [], torch.cos(i**2))


def make(row, size, *more):
    if row == "conv":
        return convolution(size, *more)
    if row in ("maxpool", "batchnorm", "softmax"):
        return layer(row, size, *more)
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
    size = [int(a) for a in sys.argv[3:]] or [0]
    settings = [None]
    if "OMP_NUM_THREADS" not in os.environ:
        settings += [t for t in (1, 2) if t != torch.get_num_threads()]
    best = None
    for threads in settings:
        if threads is not None:
            torch.set_num_threads(threads)
        unit, _ = make(row, *size)
        for _ in range(min(n, 20)):
            unit()
        unit, result = make(row, *size)
        start = clock()
        for _ in range(n):
            unit()
        took = clock() - start
        best = took if best is None else min(best, took)
    print("seconds", repr(best))
    print(repr(result()))


main()
