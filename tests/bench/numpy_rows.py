# SPDX-License-Identifier: GPL-3.0-or-later
"""numpy_rows.py ROW N [SIZE]: the work of ROW.atl in NumPy, by hand."""
import os
import sys
import time

import numpy as np

clock = time.process_time if os.environ.get("BENCH_CLOCK") == "cpu" else time.perf_counter


def net(widths, scales, batch):
    x = np.sin(np.arange(1.0, widths[0]*batch + 1)).reshape(widths[0], batch)
    y = np.zeros((10, batch))
    y[np.arange(batch)*7 % 10, np.arange(batch)] = 1
    w, b = [], []
    for k, scale in enumerate(scales):
        i = np.arange(1.0, widths[k + 1]*widths[k] + 1).reshape(widths[k + 1], widths[k])
        w.append((np.cos(i) if k % 2 else np.sin(i))/scale)
        b.append(np.zeros((widths[k + 1], 1)))

    def forward():
        z = [x]
        for k in range(len(w)):
            a = w[k] @ z[-1]
            a += b[k]
            z.append(a if k == len(w) - 1 else np.maximum(a, 0, out=a))
        p = z[-1] - z[-1].max(axis=0)
        e = np.exp(p)
        return z, p, e, e.sum(axis=0)

    def unit():
        z, _, e, total = forward()
        d = (e/total - y)/batch
        for k in reversed(range(len(w))):
            below = (w[k].T @ d)*(z[k] > 0) if k else None
            w[k] -= 0.05*(d @ z[k].T)
            b[k] -= 0.05*d.sum(axis=1, keepdims=True)
            d = below

    def loss():
        _, p, _, total = forward()
        return float(-(y*(p - np.log(total))).sum()/batch)
    return unit, loss


def tiny():
    x, y, eta = np.array([0.5, -0.25]), 0.75, 0.000001
    w1, b1 = np.array([[0.1, -0.2], [0.4, 0.3], [-0.5, 0.2]]), np.array([0.1, 0, -0.1])
    w2, b2 = np.array([[0.3, -0.1, 0.2], [0.1, 0.2, -0.4]]), np.array([0, 0.1])
    w3, b3 = np.array([0.5, -0.3]), np.array([0.05])

    def forward():
        h1 = np.tanh(w1 @ x + b1)
        h2 = np.tanh(w2 @ h1 + b2)
        return h1, h2, w3 @ h2 + b3[0] - y

    def unit():
        h1, h2, error = forward()
        d3 = 2*error
        d2 = d3*w3*(1 - h2*h2)
        d1 = (d2 @ w2)*(1 - h1*h1)
        w3.__isub__(eta*d3*h2)
        b3.__isub__(eta*d3)
        w2.__isub__(eta*d2[:, None]*h1)
        b2.__isub__(eta*d2)
        w1.__isub__(eta*d1[:, None]*x)
        b1.__isub__(eta*d1)
    return unit, lambda: float(forward()[2]**2)


def elementwise(m):
    x = np.arange(1.0, m + 1)/m
    last = [0, np.zeros(1)]

    def unit():
        np.add(x, 0.0001, out=x)
        t, e = np.tanh(x*x + np.sin(x)), np.exp(-x)
        last[0] = (t*e).sum()
        last[1] = ((1 - t*t)*(2*x + np.cos(x)) - t)*e
    return unit, lambda: float(last[0] + last[1].sum())


def main():
    row, n = sys.argv[1], int(sys.argv[2])
    unit, result = {
        "sgd_one": lambda: net([784, 100, 10], [28, 10], 64),
        "sgd_two": lambda: net([784, 512, 512, 10], [28, 22, 22], 256),
        "sgd_tiny": tiny,
        "elementwise": lambda: elementwise(int(sys.argv[3])),
    }[row]()
    start = clock()
    for _ in range(n):
        unit()
    print("seconds", repr(clock() - start))
    print(repr(result()))


main()
