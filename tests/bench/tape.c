/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tape N: scalar.atl by a flat tape as one writes it by hand: recorded once,
 * then a forward sweep over the op codes and a backward one over the adjoints
 * for each new input.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum code { INPUT, ADD, SUB, MUL, NEG, ADD1, SQUARE, EXP, LOG, SIN, TANH, SIGMOID };

struct entry {
	enum code code;
	int a, b;
};

enum { TAPE_MAX = 32 };
static struct entry tape[TAPE_MAX];
static double value[TAPE_MAX], adjoint[TAPE_MAX];
static int n_entries;

static int record(enum code code, int a, int b)
{
	tape[n_entries] = (struct entry){ code, a, b };
	return n_entries++;
}

/* The cosines that the backward sweep needs are kept beside the values. */
static double cosine[TAPE_MAX];

static void forward(void)
{
	for (int i = 0; i < n_entries; i++) {
		double a = value[tape[i].a], b = value[tape[i].b];
		switch (tape[i].code) {
		case INPUT: break;
		case ADD: value[i] = a + b; break;
		case SUB: value[i] = a - b; break;
		case MUL: value[i] = a*b; break;
		case NEG: value[i] = -a; break;
		case ADD1: value[i] = 1 + a; break;
		case SQUARE: value[i] = a*a; break;
		case EXP: value[i] = exp(a); break;
		case LOG: value[i] = log(a); break;
		case SIN: value[i] = sin(a), cosine[i] = cos(a); break;
		case TANH: value[i] = tanh(a); break;
		case SIGMOID: value[i] = 1/(1 + exp(-a)); break;
		}
	}
}

static void backward(void)
{
	for (int i = 0; i < n_entries; i++)
		adjoint[i] = 0;
	adjoint[n_entries - 1] = 1;
	for (int i = n_entries; i-- > 0;) {
		int a = tape[i].a, b = tape[i].b;
		double g = adjoint[i], y = value[i];
		switch (tape[i].code) {
		case INPUT: break;
		case ADD: adjoint[a] += g, adjoint[b] += g; break;
		case SUB: adjoint[a] += g, adjoint[b] -= g; break;
		case MUL: adjoint[a] += g*value[b], adjoint[b] += g*value[a]; break;
		case NEG: adjoint[a] -= g; break;
		case ADD1: adjoint[a] += g; break;
		case SQUARE: adjoint[a] += 2*g*value[a]; break;
		case EXP: adjoint[a] += g*y; break;
		case LOG: adjoint[a] += g/value[a]; break;
		case SIN: adjoint[a] += g*cosine[i]; break;
		case TANH: adjoint[a] += g*(1 - y*y); break;
		case SIGMOID: adjoint[a] += g*y*(1 - y); break;
		}
	}
}

/* Records f of scalar.atl; its inputs x, w, b are entries 0, 1, 2. */
static void record_all(void)
{
	int x = record(INPUT, 0, 0), w = record(INPUT, 0, 0), b = record(INPUT, 0, 0);
	int u = record(TANH, record(ADD, record(MUL, w, x), b), 0);
	int ux = record(SIN, record(ADD, u, x), 0);
	int v = record(MUL, ux, record(EXP, record(NEG, u, 0), 0));
	int wv = record(MUL, w, v);
	int s = record(SIGMOID, record(SUB, wv, record(MUL, b, u)), 0);
	int square = record(SQUARE, record(SUB, s, x), 0);
	int logarithm = record(LOG, record(ADD1, record(SQUARE, v, 0), 0), 0);
	record(ADD, record(ADD, square, logarithm), record(MUL, s, u));
}

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	double total = 0, gx = 0, gw = 0, gb = 0;
	record_all();
	value[0] = 0.5, value[1] = 0.3, value[2] = -0.2;
	for (size_t k = 0; k < n; k++) {
		value[0] += 0.000001;
		forward();
		backward();
		total += value[n_entries - 1], gx += adjoint[0], gw += adjoint[1], gb += adjoint[2];
	}
	printf("%.17g\n", total + gx + gw + gb);
}
