/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ascii.c: the spelling of mathematical text for terminals and files that take
 * ASCII only.
 *
 * One code point has one spelling, whatever stands around it, so that columns
 * can be mapped.  Greek letters have their English names (which are the same
 * variables), subscripts lose their lowness, an accent that names a variable
 * follows its letter: yhat, xbar. */
#include "base/text.h"

typedef struct spelling {
	uint16_t cp;
	char ascii[8];
} spelling;

/* In ascending order of the code points. */
static const spelling table[] = {
	{ 0xa0, " " }, { 0xb1, "+-" }, { 0xb2, "^2" }, { 0xb3, "^3" }, { 0xb5, "mu" },
	{ 0xb7, "*" }, { 0xb9, "^1" }, { 0xc2, "Ahat" }, { 0xc3, "Atilde" }, { 0xca, "Ehat" },
	{ 0xce, "Ihat" }, { 0xd1, "Ntilde" }, { 0xd4, "Ohat" }, { 0xd5, "Otilde" }, { 0xd7, "x" },
	{ 0xdb, "Uhat" }, { 0xe2, "ahat" }, { 0xe3, "atilde" }, { 0xea, "ehat" }, { 0xee, "ihat" },
	{ 0xf1, "ntilde" }, { 0xf4, "ohat" }, { 0xf5, "otilde" }, { 0xf7, "/" }, { 0xfb, "uhat" },
	{ 0x100, "Abar" }, { 0x101, "abar" }, { 0x108, "Chat" }, { 0x109, "chat" },
	{ 0x10a, "Cdot" }, { 0x10b, "cdot" }, { 0x112, "Ebar" }, { 0x113, "ebar" },
	{ 0x116, "Edot" }, { 0x117, "edot" }, { 0x11c, "Ghat" }, { 0x11d, "ghat" },
	{ 0x120, "Gdot" }, { 0x121, "gdot" }, { 0x124, "Hhat" }, { 0x125, "hhat" },
	{ 0x128, "Itilde" }, { 0x129, "itilde" }, { 0x12a, "Ibar" }, { 0x12b, "ibar" },
	{ 0x130, "Idot" }, { 0x134, "Jhat" }, { 0x135, "jhat" }, { 0x14c, "Obar" },
	{ 0x14d, "obar" }, { 0x15c, "Shat" }, { 0x15d, "shat" }, { 0x168, "Utilde" },
	{ 0x169, "utilde" }, { 0x16a, "Ubar" }, { 0x16b, "ubar" }, { 0x174, "What" },
	{ 0x175, "what" }, { 0x176, "Yhat" }, { 0x177, "yhat" }, { 0x17b, "Zdot" },
	{ 0x17c, "zdot" }, { 0x226, "Adot" }, { 0x227, "adot" }, { 0x22e, "Odot" },
	{ 0x22f, "odot" }, { 0x232, "Ybar" }, { 0x233, "ybar" }, { 0x302, "hat" },
	{ 0x303, "tilde" }, { 0x304, "bar" }, { 0x305, "bar" }, { 0x307, "dot" }, { 0x308, "ddot" },
	{ 0x391, "Alpha" }, { 0x392, "Beta" }, { 0x393, "Gamma" }, { 0x394, "Delta" },
	{ 0x395, "Epsilon" }, { 0x396, "Zeta" }, { 0x397, "Eta" }, { 0x398, "Theta" },
	{ 0x399, "Iota" }, { 0x39a, "Kappa" }, { 0x39b, "Lambda" }, { 0x39c, "Mu" },
	{ 0x39d, "Nu" }, { 0x39e, "Xi" }, { 0x39f, "Omicron" }, { 0x3a0, "Pi" }, { 0x3a1, "Rho" },
	{ 0x3a3, "Sigma" }, { 0x3a4, "Tau" }, { 0x3a5, "Upsilon" }, { 0x3a6, "Phi" },
	{ 0x3a7, "Chi" }, { 0x3a8, "Psi" }, { 0x3a9, "Omega" }, { 0x3b1, "alpha" },
	{ 0x3b2, "beta" }, { 0x3b3, "gamma" }, { 0x3b4, "delta" }, { 0x3b5, "epsilon" },
	{ 0x3b6, "zeta" }, { 0x3b7, "eta" }, { 0x3b8, "theta" }, { 0x3b9, "iota" },
	{ 0x3ba, "kappa" }, { 0x3bb, "lambda" }, { 0x3bc, "mu" }, { 0x3bd, "nu" }, { 0x3be, "xi" },
	{ 0x3bf, "omicron" }, { 0x3c0, "pi" }, { 0x3c1, "rho" }, { 0x3c2, "sigma" },
	{ 0x3c3, "sigma" }, { 0x3c4, "tau" }, { 0x3c5, "upsilon" }, { 0x3c6, "phi" },
	{ 0x3c7, "chi" }, { 0x3c8, "psi" }, { 0x3c9, "omega" }, { 0x3d1, "theta" },
	{ 0x3d5, "phi" }, { 0x3d6, "pi" }, { 0x3f0, "kappa" }, { 0x3f1, "rho" },
	{ 0x3f5, "epsilon" }, { 0x1d40, "'" }, { 0x1d62, "i" }, { 0x1d63, "r" }, { 0x1d64, "u" },
	{ 0x1d65, "v" }, { 0x1e02, "Bdot" }, { 0x1e03, "bdot" }, { 0x1e0a, "Ddot" },
	{ 0x1e0b, "ddot" }, { 0x1e1e, "Fdot" }, { 0x1e1f, "fdot" }, { 0x1e20, "Gbar" },
	{ 0x1e21, "gbar" }, { 0x1e22, "Hdot" }, { 0x1e23, "hdot" }, { 0x1e40, "Mdot" },
	{ 0x1e41, "mdot" }, { 0x1e44, "Ndot" }, { 0x1e45, "ndot" }, { 0x1e56, "Pdot" },
	{ 0x1e57, "pdot" }, { 0x1e58, "Rdot" }, { 0x1e59, "rdot" }, { 0x1e60, "Sdot" },
	{ 0x1e61, "sdot" }, { 0x1e6a, "Tdot" }, { 0x1e6b, "tdot" }, { 0x1e7c, "Vtilde" },
	{ 0x1e7d, "vtilde" }, { 0x1e86, "Wdot" }, { 0x1e87, "wdot" }, { 0x1e8a, "Xdot" },
	{ 0x1e8b, "xdot" }, { 0x1e8e, "Ydot" }, { 0x1e8f, "ydot" }, { 0x1e90, "Zhat" },
	{ 0x1e91, "zhat" }, { 0x1ebc, "Etilde" }, { 0x1ebd, "etilde" }, { 0x1ef8, "Ytilde" },
	{ 0x1ef9, "ytilde" }, { 0x2009, " " }, { 0x2010, "-" }, { 0x2011, "-" }, { 0x2012, "-" },
	{ 0x2013, "-" }, { 0x2014, "-" }, { 0x2015, "-" }, { 0x2016, "||" }, { 0x2018, "'" },
	{ 0x2019, "'" }, { 0x201c, "\"" }, { 0x201d, "\"" }, { 0x2022, "*" }, { 0x2026, "..." },
	{ 0x202f, " " }, { 0x2032, "'" }, { 0x2033, "''" }, { 0x2070, "^0" }, { 0x2071, "^i" },
	{ 0x2074, "^4" }, { 0x2075, "^5" }, { 0x2076, "^6" }, { 0x2077, "^7" }, { 0x2078, "^8" },
	{ 0x2079, "^9" }, { 0x207a, "^+" }, { 0x207b, "^-" }, { 0x207f, "^n" }, { 0x2080, "0" },
	{ 0x2081, "1" }, { 0x2082, "2" }, { 0x2083, "3" }, { 0x2084, "4" }, { 0x2085, "5" },
	{ 0x2086, "6" }, { 0x2087, "7" }, { 0x2088, "8" }, { 0x2089, "9" }, { 0x208a, "+" },
	{ 0x208b, "-" }, { 0x208c, "=" }, { 0x208d, "(" }, { 0x208e, ")" }, { 0x2090, "a" },
	{ 0x2091, "e" }, { 0x2092, "o" }, { 0x2093, "x" }, { 0x2095, "h" }, { 0x2096, "k" },
	{ 0x2097, "l" }, { 0x2098, "m" }, { 0x2099, "n" }, { 0x209a, "p" }, { 0x209b, "s" },
	{ 0x209c, "t" }, { 0x210e, "h" }, { 0x2113, "l" }, { 0x211d, "R" }, { 0x2190, "<-" },
	{ 0x2191, "^" }, { 0x2192, "->" }, { 0x2193, "v" }, { 0x21a6, "->" }, { 0x21d2, "=>" },
	{ 0x2202, "d" }, { 0x2207, "nabla" }, { 0x2208, "in" }, { 0x220f, "prod" },
	{ 0x2211, "sum" }, { 0x2212, "-" }, { 0x2215, "/" }, { 0x2217, "*" }, { 0x2218, "o" },
	{ 0x221a, "sqrt" }, { 0x221d, "~" }, { 0x221e, "inf" }, { 0x2248, "~=" }, { 0x2260, "!=" },
	{ 0x2261, "==" }, { 0x2264, "<=" }, { 0x2265, ">=" }, { 0x2299, ".*" }, { 0x22a4, "'" },
	{ 0x22c5, "*" }, { 0x22ee, ":" }, { 0x22ef, "..." }, { 0x22f1, "..." }, { 0x2500, "-" },
	{ 0x2501, "-" }, { 0x2502, "|" }, { 0x2503, "|" }, { 0x2504, "-" }, { 0x2506, "|" },
	{ 0x2508, "-" }, { 0x250a, "|" }, { 0x250c, "+" }, { 0x2510, "+" }, { 0x2514, "+" },
	{ 0x2518, "+" }, { 0x251c, "+" }, { 0x2524, "+" }, { 0x252c, "+" }, { 0x2534, "+" },
	{ 0x253c, "+" }, { 0x2550, "=" }, { 0x2551, "|" }, { 0x25cf, "*" }, { 0x2713, "ok" },
	{ 0x2717, "no" }, { 0x2c7c, "j" },
};

const char *atl_ascii_spelling(uint32_t cp)
{
	size_t lo = 0;
	size_t hi = sizeof table / sizeof *table;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (table[mid].cp == cp) {
			return table[mid].ascii;
		}
		if (table[mid].cp < cp) {
			lo = mid + 1;
		} else {
			hi = mid;
		}
	}
	return "?";
}

void atl_buf_ascii(atl_buf *out, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *from = text;
		uint32_t cp = 0;
		size_t n;

		while (text < end && (unsigned char)*text < 0x80) {
			text++;
		}
		atl_buf_addn(out, from, (size_t)(text - from));
		if (text == end) {
			break;
		}
		n = atl_utf8_decode(text, end, &cp);
		atl_buf_add(out, n != 0 ? atl_ascii_spelling(cp) : "?");
		text += n != 0 ? n : 1;
	}
}
