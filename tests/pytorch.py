# SPDX-License-Identifier: GPL-3.0-or-later
"""pytorch.py ATLED FOLDER [CASE...]: atled against PyTorch, in float64.

A case has inputs, a line for atled, and a function of the same tensors for
PyTorch.  Both sides get the same random numbers, in atled's layout (samples
are columns), through a file in FOLDER.  Compared are the values, and the
gradients of sum(u .* value) for a random u with respect to each input.
"""
import json
import subprocess
import sys

try:
    import torch
    import torch.nn.functional as F
except ImportError as why:
    print(f"PyTorch is not installed for python3, and nothing is compared: {why}")
    sys.exit(77)

TOLERANCE = 1e-12
torch.set_default_dtype(torch.float64)
torch.manual_seed(1)
torch.set_num_threads(1)
atled, folder = sys.argv[1:3]
wanted = sys.argv[3:]
checked = failed = 0


def run(name, inputs, script, outputs):
    """What `script` makes of the inputs: the outputs as nested lists, or None."""
    with open(folder + "/in.json", "w") as file:
        json.dump({k: v.tolist() for k, v in inputs.items()}, file)
    lines = [f'{k} = read("{folder}/in.json", "{k}");' for k in inputs]
    lines += [script, f'save {", ".join(outputs)}, "{folder}/out.json"']
    done = subprocess.run([atled, "-q"], input="\n".join(lines), text=True, capture_output=True)
    if done.returncode:
        print(f"FAIL: {name}: atled ended with {done.returncode}\n{done.stdout}{done.stderr}")
        return None
    with open(folder + "/out.json") as file:
        read = json.load(file)
    return read if isinstance(read, dict) else {outputs[0]: read}


def agree(name, what, came, expected):
    """Shapes agree but for dimensions of one entry, and every entry to TOLERANCE."""
    came, expected = torch.tensor(came).squeeze(), expected.detach().squeeze()
    if came.shape != expected.shape:
        print(f"FAIL: {name}: {what} is {list(came.shape)}, PyTorch has {list(expected.shape)}")
        return False
    off = (came - expected).abs()/expected.abs().clamp(min=1)
    # A NaN on either side is no agreement.
    if bool((off <= TOLERANCE).all()):
        return True
    print(f"FAIL: {name}: {what} is off by {off.max().item():.3g}, of {TOLERANCE:g}")
    return False


def skip(name):
    return bool(wanted) and not any(name.startswith(w) for w in wanted)


def verdict(name, ok):
    global checked, failed
    checked += 1
    if not ok:
        failed += 1
        print(f"again, alone: sh tests/pytorch.sh '{name}'")


def case(name, inputs, line, function):
    """`line` defines y, or y1 and y2; `function` returns the same of the inputs,
    in their order."""
    if skip(name):
        return
    leaf = {k: v.clone().requires_grad_() for k, v in inputs.items()}
    values = function(*leaf.values())
    values = values if isinstance(values, tuple) else (values,)
    names = ["y"] if len(values) == 1 else [f"y{k + 1}" for k in range(len(values))]
    # A generator of its own: the cases that are left out change no number of this one.
    chance = torch.Generator().manual_seed(2)
    weights = {"u_" + n: torch.randn(v.shape, generator=chance) for n, v in zip(names, values)}
    sum((u*v).sum() for u, v in zip(weights.values(), values)).backward()

    loss = " + ".join(f"sum(u_{n} .* {n})" for n in names)
    gradients = [f"g_{k} = grad(loss, {k})" for k in inputs]
    script = "\n".join([line, f"loss = {loss}", *gradients])
    came = run(name, inputs | weights, script, names + [f"g_{k}" for k in inputs])
    verdict(name, came is not None and all(
        [agree(name, "the value " + n, came[n], v) for n, v in zip(names, values)] +
        [agree(name, "the gradient of " + k, came["g_" + k], leaf[k].grad) for k in inputs]))


def r(*shape):
    return torch.randn(*shape)


# ---- cells: 3 features, 4 states, 5 samples ----

def rnn(x, h, Wx, Wh, b):
    return torch.rnn_tanh_cell(x.T, h.T, Wx, Wh, b, torch.zeros_like(b)).T


def lstm(x, h, c, Wx, Wh, b):
    h, c = torch.lstm_cell(x.T, (h.T, c.T), Wx, Wh, b, torch.zeros_like(b))
    return h.T, c.T


def gru(x, h, Wx, Wh, bx, bh):
    return torch.gru_cell(x.T, h.T, Wx, Wh, bx, bh).T


def weights(gates):
    return {"Wx": r(4*gates, 3), "Wh": r(4*gates, 4)}


def cells():
    state = {"x": r(3, 5), "h": r(4, 5)}
    case("rnn", state | weights(1) | {"b": r(4)}, "y = rnn(x, h, Wx, Wh, b)", rnn)
    case("lstm", state | {"c": r(4, 5)} | weights(4) | {"b": r(16)},
         "y1, y2 = lstm(x, h, c, Wx, Wh, b)", lstm)
    case("gru", state | weights(3) | {"bx": r(12), "bh": r(12)}, "y = gru(x, h, Wx, Wh, bx, bh)", gru)

    def unrolled(X, Wx, Wh, b):
        h = c = torch.zeros(4, 5)
        for k in range(6):
            h, c = lstm(X[k], h, c, Wx, Wh, b)
        return h, c
    case("lstm over 6 turns", {"X": r(6, 3, 5)} | weights(4) | {"b": r(16)}, """
        y1 = zeros(4, 5); y2 = zeros(4, 5);
        for k in 1:6 { y1, y2 = lstm(reshape(X[k, :, :], 3, 5), y1, y2, Wx, Wh, b) }""", unrolled)

    def gru_unrolled(X, Wx, Wh, bx, bh):
        h = torch.zeros(4, 5)
        for k in range(6):
            h = gru(X[k], h, Wx, Wh, bx, bh)
        return h
    case("gru over 6 turns", {"X": r(6, 3, 5)} | weights(3) | {"bx": r(12), "bh": r(12)}, """
        y = zeros(4, 5);
        for k in 1:6 { y = gru(reshape(X[k, :, :], 3, 5), y, Wx, Wh, bx, bh) }""", gru_unrolled)


# ---- attention: tokens are rows on both sides ----

def attentions():
    few = {"Q": r(5, 4), "K": r(6, 4), "V": r(6, 3)}
    case("attention", few, "y = attention(Q, K, V)", lambda Q, K, V: F.scaled_dot_product_attention(Q, K, V))
    case("attention with a causal mask", {"Q": r(6, 4), "K": r(6, 4), "V": r(6, 3)},
         "y = attention(Q, K, V, mask=causal_mask(6))",
         lambda Q, K, V: F.scaled_dot_product_attention(Q, K, V, is_causal=True))

    def multi_head(mask):
        def function(X, Wq, Wk, Wv, Wo):
            layer = torch.nn.MultiheadAttention(8, 2, bias=False)
            given = {"in_proj_weight": torch.cat([Wq.T, Wk.T, Wv.T]), "out_proj.weight": Wo.T}
            return torch.func.functional_call(layer, given, (X, X, X),
                                              {"need_weights": False, "attn_mask": mask})[0]
        return function
    inputs = {"X": r(5, 8), "Wq": r(8, 8), "Wk": r(8, 8), "Wv": r(8, 8), "Wo": r(8, 8)}
    case("multi_head_attention", inputs, "y = multi_head_attention(X, Wq, Wk, Wv, Wo, heads=2)", multi_head(None))
    case("multi_head_attention with a causal mask", inputs,
         "y = multi_head_attention(X, Wq, Wk, Wv, Wo, heads=2, mask=causal_mask(5))",
         multi_head(torch.full((5, 5), -torch.inf).triu(1)))


# ---- normalisation ----

def normalisations():
    scale = {"gamma": r(4), "beta": r(4)}
    batch = {"x": r(4, 7)} | scale
    images = {"x": r(3, 4, 5, 6)} | scale
    case("batchnorm", batch, "y = batchnorm(x, gamma, beta)",
         lambda x, gamma, beta: F.batch_norm(x.T, None, None, gamma, beta, training=True).T)
    case("batchnorm_given", batch | {"mu": r(4), "v": torch.rand(4) + 0.5},
         "y = batchnorm_given(x, mu, v, gamma, beta)",
         lambda x, gamma, beta, mu, v: ((x.T - mu)/torch.sqrt(v + 1e-5)*gamma + beta).T)
    case("batchnorm2d", images, "y = batchnorm2d(x, gamma, beta)",
         lambda x, gamma, beta: F.batch_norm(x, None, None, gamma, beta, training=True))
    case("groupnorm", images, "y = groupnorm(x, 2, gamma, beta)",
         lambda x, gamma, beta: F.group_norm(x, 2, gamma, beta))
    case("instancenorm", images, "y = instancenorm(x, gamma, beta)",
         lambda x, gamma, beta: F.instance_norm(x, weight=gamma, bias=beta))
    case("layernorm", batch, "y = layernorm(x, gamma, beta)",
         lambda x, gamma, beta: F.layer_norm(x.T, (4,), gamma, beta).T)
    case("rmsnorm", {"x": r(4, 7), "gamma": r(4)}, "y = rmsnorm(x, gamma)",
         lambda x, gamma: (x/torch.sqrt((x*x).mean(0) + 1e-5)*gamma[:, None]))


# ---- convolutions and pools ----

def convolutions():
    for stride, padding, dilation, groups in [
            (1, 0, 1, 1), (2, 1, 1, 1), (1, 2, 2, 1), (3, 2, 1, 2), ((2, 1), (0, 2), (1, 2), 2), (1, "same", 1, 1)]:
        def listed(v):
            return f'"{v}"' if isinstance(v, str) else str(list(v)) if isinstance(v, tuple) else v
        options = f"stride={listed(stride)}, padding={listed(padding)}, dilation={listed(dilation)}, groups={groups}"
        case("conv2d " + options, {"x": r(2, 4, 9, 8), "w": r(6, 4//groups, 3, 3), "b": r(6)},
             f"y = conv2d(x, w, b, {options})",
             lambda x, w, b: F.conv2d(x, w, b, stride, padding, dilation, groups))
        if isinstance(padding, str):
            continue
        case("conv_transpose2d " + options, {"x": r(2, 4, 5, 6), "w": r(4, 6//groups, 3, 3), "b": r(6)},
             f"y = conv_transpose2d(x, w, b, {options})",
             lambda x, w, b: F.conv_transpose2d(x, w, b, stride, padding, 0, groups, dilation))
    case("conv2d of many channels", {"x": r(4, 16, 16, 16), "w": r(16, 16, 3, 3), "b": r(16)},
         "y = conv2d(x, w, b, padding=1)", lambda x, w, b: F.conv2d(x, w, b, padding=1))
    case("conv2d of one picture", {"x": r(28, 28), "w": r(5, 5)}, "y = conv2d(x, w)",
         lambda x, w: F.conv2d(x[None, None], w[None, None])[0, 0])
    case("conv1d", {"x": r(2, 3, 11), "w": r(4, 3, 3), "b": r(4)}, "y = conv1d(x, w, b, stride=2, padding=1)",
         lambda x, w, b: F.conv1d(x, w, b, 2, 1))


    for stride, padding, dilation, output in [(1, 0, 1, 0), (2, 1, 1, 1), (3, 1, 2, 0)]:
        options = f"stride={stride}, padding={padding}, dilation={dilation}, output_padding={output}"
        case("conv_transpose1d " + options, {"x": r(2, 3, 7), "w": r(3, 4, 3), "b": r(4)},
             f"y = conv_transpose1d(x, w, b, {options})",
             lambda x, w, b: F.conv_transpose1d(x, w, b, stride, padding, output, 1, dilation))


def pools():
    for kernel, stride, padding in [(2, 2, 0), (3, 1, 1), (3, 2, 1)]:
        options = f"kernel={kernel}, stride={stride}, padding={padding}"
        case("maxpool1d " + options, {"x": r(2, 3, 9)}, f"y = maxpool1d(x, {options})",
             lambda x: F.max_pool1d(x, kernel, stride, padding))
        case("avgpool1d " + options, {"x": r(2, 3, 9)}, f"y = avgpool1d(x, {options})",
             lambda x: F.avg_pool1d(x, kernel, stride, padding))
        case("maxpool1d of a vector " + options, {"x": r(9)}, f"y = maxpool1d(x, {options})",
             lambda x: F.max_pool1d(x[None], kernel, stride, padding)[0])
    for kernel, stride, padding in [(2, 2, 0), (3, 1, 1), (3, 2, 1), (2, 3, 0)]:
        options = f"kernel={kernel}, stride={stride}, padding={padding}"
        case("maxpool2d " + options, {"x": r(2, 3, 9, 8)}, f"y = maxpool2d(x, {options})",
             lambda x: F.max_pool2d(x, kernel, stride, padding))
        case("avgpool2d " + options, {"x": r(2, 3, 9, 8)}, f"y = avgpool2d(x, {options})",
             lambda x: F.avg_pool2d(x, kernel, stride, padding))
    for p in [1, 2, 3]:
        case(f"lppool2d p={p}", {"x": torch.rand(2, 3, 8, 8) + 0.1}, f"y = lppool2d(x, p={p}, kernel=2)",
             lambda x: F.lp_pool2d(x, p, 2))
    case("global_avgpool2d", {"x": r(2, 3, 5, 4)}, "y = global_avgpool2d(x)",
         lambda x: F.adaptive_avg_pool2d(x, 1))
    case("global_maxpool2d", {"x": r(2, 3, 5, 4)}, "y = global_maxpool2d(x)",
         lambda x: F.adaptive_max_pool2d(x, 1))


# ---- activations and losses ----

def activations():
    for name, function in {
            "sigmoid": torch.sigmoid, "relu": F.relu, "leaky_relu": F.leaky_relu, "elu": F.elu, "selu": F.selu,
            "gelu": F.gelu, "silu": F.silu, "softplus": lambda x: F.softplus(x, threshold=1000),
            "softsign": F.softsign, "hardtanh": F.hardtanh, "mish": F.mish, "relu6": F.relu6,
            "hardswish": F.hardswish, "hardsigmoid": lambda x: F.relu6(x + 3)/6, "logsigmoid": F.logsigmoid, "celu": F.celu,
            "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"), "softmin": lambda x: F.softmin(x, 0),
            "softmax": lambda x: F.softmax(x, 0), "log_softmax": lambda x: F.log_softmax(x, 0)}.items():
        axis = ", axis=1" if "softm" in name else ""
        case(name, {"x": 3*r(9, 8)}, f"y = {name}(x{axis})", function)
    case("celu, alpha=2", {"x": 3*r(9, 8)}, "y = celu(x, alpha=2)", lambda x: F.celu(x, 2))
    case("glu", {"x": r(8, 5)}, "y = glu(x)", lambda x: F.glu(x, 0))


def elementary():
    x = 3*r(9, 8)
    case("asinh", {"x": x}, "y = asinh(x)", torch.asinh)
    case("acosh", {"x": 1 + x**2}, "y = acosh(x)", torch.acosh)
    case("atanh", {"x": torch.tanh(x/3)}, "y = atanh(x)", torch.atanh)
    case("logit", {"x": torch.sigmoid(x)}, "y = logit(x)", torch.logit)
    case("atan2", {"a": x, "b": 3*r(9, 8)}, "y = atan2(a, b)", torch.atan2)
    case("log to a base", {"x": 0.1 + x**2, "b": torch.tensor([[3.5]])}, "y = log(x, b)",
         lambda x, b: torch.log(x)/torch.log(b))


def arrays():
    a = r(5, 7)
    case("triu and tril", {"a": a}, "y1 = triu(a, 2)\ny2 = tril(a, -1)",
         lambda a: (torch.triu(a, 2), torch.tril(a, -1)))
    case("max of several", {"a": a, "b": r(5, 7), "c": r(5, 7)}, "y = max(a, b, c)",
         lambda a, b, c: torch.maximum(torch.maximum(a, b), c))
    case("clip from above", {"a": a}, "y = clip(a, max=0.5)", lambda a: torch.clamp(a, max=0.5))
    case("cov", {"a": a}, "y1 = cov(a)\ny2 = cov(a, ddof=1)", lambda a: (torch.cov(a, correction=0), torch.cov(a)))
    case("cross", {"a": r(3), "b": r(3)}, "y = cross(a, b)", torch.linalg.cross)
    case("median", {"a": a}, "y1 = median(a)\ny2 = median(a, axis=2)",
         lambda a: (torch.median(a), torch.median(a, 1).values))
    case("diff", {"a": a}, "y1 = diff(a)\ny2 = diff(a, axis=2)", lambda a: (torch.diff(a, dim=0), torch.diff(a, dim=1)))
    case("tile", {"a": a}, "y = tile(a, 2, 3)", lambda a: torch.tile(a, (2, 3)))
    for axis in 1, 2, 3:
        case(f"stack, axis={axis}", {"a": a, "b": r(5, 7)}, f"y = stack(a, b, axis={axis})",
             lambda a, b: torch.stack((a, b), axis - 1))
    case("cosine_similarity", {"a": a, "b": r(5, 7)}, "y = cosine_similarity(a, b)'",
         lambda a, b: F.cosine_similarity(a, b, dim=0))


def losses():
    two = {"p": r(4, 6), "t": r(4, 6)}
    case("mse", two, "y = mse(p, t)", F.mse_loss)
    case("mae", two, "y = mae(p, t)", F.l1_loss)
    case("huber", two, "y = huber(p, t)", F.huber_loss)
    case("smooth_l1", two, "y = smooth_l1(p, t, beta=0.5)", lambda p, t: F.smooth_l1_loss(p, t, beta=0.5))
    case("rmse", two, "y = rmse(p, t)", lambda p, t: torch.sqrt(F.mse_loss(p, t)))
    case("triplet_loss", two | {"n": r(4, 6)}, "y = triplet_loss(p, t, n)",
         lambda p, t, n: F.triplet_margin_loss(p.T, t.T, n.T))
    classes = torch.tensor([2, 0, 3, 3, 1, 0])
    labels = f"onehot([[{', '.join(str(int(c) + 1) for c in classes)}]], 4)"
    case("nll", {"p": r(4, 6)}, f"y = nll(log_softmax(p), {labels})",
         lambda p: F.nll_loss(F.log_softmax(p.T, 1), classes))
    case("multi_margin", {"p": r(4, 6)}, f"y = multi_margin(p, {labels})", lambda p: F.multi_margin_loss(p.T, classes))
    hot = F.one_hot(classes, 4).T.double()

    def focal(z):  # torchvision.ops.sigmoid_focal_loss
        p = torch.sigmoid(z)
        near = p*hot + (1 - p)*(1 - hot)
        plain = F.binary_cross_entropy_with_logits(z, hot, reduction="none")
        return ((0.25*hot + 0.75*(1 - hot))*plain*(1 - near)**2).mean()
    case("focal_loss", {"p": r(4, 6)}, f"y = focal_loss(p, {labels})", focal)
    case("entropy", {"p": torch.rand(4, 6) + 0.1}, "y = entropy(p)", lambda p: -(p*torch.log(p)).sum()/6)
    target = torch.softmax(r(4, 6), 0)
    case("cross_entropy_logits", {"p": r(4, 6)}, f"y = cross_entropy_logits(p, {target.tolist()})",
         lambda p: F.cross_entropy(p.T, target.T))
    bits = torch.rand(4, 6)
    case("bce_logits", {"p": r(4, 6)}, f"y = bce_logits(p, {bits.tolist()})",
         lambda p: F.binary_cross_entropy_with_logits(p, bits))


# ---- optimisers: the weights after each of five steps ----

STEPS = 5


def optimiser(name, line, state, make):
    """`line` is the call; its state begins with zeros of W's shape."""
    inputs = {"W": r(4, 3), "A": r(3, 5), "B": r(4, 5)}
    if skip(name):
        return
    w = inputs["W"].clone().requires_grad_()
    steps, after = make([w]), []
    for _ in range(STEPS):
        steps.zero_grad()
        ((w @ inputs["A"] - inputs["B"])**4).mean().backward()
        steps.step()
        after.append(w.detach().clone())

    names = ", ".join(["W", *state])
    begin = " ".join(f"{s} = zeros(4, 3);" for s in state)
    walk = "\n".join(f"t <- {k}; {names} <- {line}; W{k} = value(W);" for k in range(1, STEPS + 1))
    options = line[line.index("eta="):]
    script = f"""start = value(W);
        L = mean((W*A - B).^4);
        {begin} t = 0;
        {walk}
        W <- start
        minimize L wrt W with {line[:line.index("(")]}({options}, steps={STEPS}"""
    outputs = [f"W{k}" for k in range(1, STEPS + 1)] + ["W"]
    came = run(name, inputs, script, outputs)
    places = [f"step {k}" for k in range(1, STEPS + 1)] + ["minimize"]
    expected = zip(places, outputs, after + after[-1:])
    verdict(name, came is not None and all(
        [agree(name, f"the weight after {k}", came[v], w) for k, v, w in expected]))


def optimisers():
    o = torch.optim
    optimiser("sgd", "sgd(W, ∂L/∂W, eta=0.05)", [], lambda p: o.SGD(p, 0.05))
    # The two forms of momentum walk the same way while eta stays.
    optimiser("momentum", "momentum(W, v, ∂L/∂W, eta=0.05, mu=0.9)", ["v"], lambda p: o.SGD(p, 0.05, momentum=0.9))
    optimiser("heavy_ball", "heavy_ball(W, v, ∂L/∂W, eta=0.05, mu=0.9)", ["v"],
              lambda p: o.SGD(p, 0.05, momentum=0.9))
    optimiser("nesterov", "nesterov(W, v, ∂L/∂W, eta=0.05, mu=0.9)", ["v"],
              lambda p: o.SGD(p, 0.05, momentum=0.9, nesterov=True))
    optimiser("adagrad", "adagrad(W, s, ∂L/∂W, eta=0.05)", ["s"], lambda p: o.Adagrad(p, 0.05))
    optimiser("rmsprop", "rmsprop(W, s, ∂L/∂W, eta=0.05, rho=0.9)", ["s"], lambda p: o.RMSprop(p, 0.05, alpha=0.9))
    optimiser("adam", "adam(W, m, v, ∂L/∂W, t, eta=0.05)", ["m", "v"], lambda p: o.Adam(p, 0.05))
    optimiser("adamw", "adamw(W, m, v, ∂L/∂W, t, eta=0.05, decay=0.1)", ["m", "v"],
              lambda p: o.AdamW(p, 0.05, weight_decay=0.1))


for group in [cells, attentions, normalisations, convolutions, pools, activations, elementary, arrays, losses,
              optimisers]:
    group()
print(f"PyTorch {torch.__version__}: {checked} cases, {failed} failed")
sys.exit(checked == 0 or failed > 0)
