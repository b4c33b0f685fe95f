# SPDX-License-Identifier: GPL-3.0-or-later
# octave_rows.m ROW N [SIZE]: the work of ROW.atl in Octave, by hand.

1; # a script, not the file of one function

function values = rows_of(x, m, n)
	values = reshape(x, n, m)';
end

function t = now_seconds()
	if strcmp(getenv("BENCH_CLOCK"), "cpu")
		t = cputime();
	else
		t = time();
	end
end

function [took, result] = sgd_one(n)
	batch = 64;
	x = rows_of(sin(1:784*batch), 784, batch);
	y = double((0:9)' == mod(7*(0:batch - 1), 10));
	w1 = rows_of(sin(1:100*784), 100, 784)/28; b1 = zeros(100, 1);
	w2 = rows_of(cos(1:10*100), 10, 100)/10; b2 = zeros(10, 1);
	start = now_seconds();
	for k = 0:n
		z1 = max(w1*x + b1, 0);
		z2 = w2*z1 + b2;
		p = z2 - max(z2);
		e = exp(p);
		total = sum(e);
		if k == n
			break
		end
		d2 = (e./total - y)/batch;
		d1 = (w2'*d2).*(z1 > 0);
		w2 -= 0.05*(d2*z1'); b2 -= 0.05*sum(d2, 2);
		w1 -= 0.05*(d1*x'); b1 -= 0.05*sum(d1, 2);
	end
	took = now_seconds() - start;
	result = -sum(sum(y.*(p - log(total))))/batch;
end

function [took, result] = elementwise(n, m)
	x = (1:m)/m;
	start = now_seconds();
	for k = 1:n
		x += 0.0001;
		t = tanh(x.^2 + sin(x));
		e = exp(-x);
		y = sum(t.*e);
		g = ((1 - t.^2).*(2*x + cos(x)) - t).*e;
	end
	took = now_seconds() - start;
	result = y + sum(g);
end

words = argv();
n = str2double(words{2});
if strcmp(words{1}, "sgd_one")
	[took, result] = sgd_one(n);
else
	[took, result] = elementwise(n, str2double(words{3}));
end
printf("seconds %.9g\n%.17g\n", took, result);
