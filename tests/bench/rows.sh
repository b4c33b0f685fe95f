# SPDX-License-Identifier: GPL-3.0-or-later
# rows.sh: what run.sh measures.
#
# `<=R` bounds atled's time as a multiple of the other's, `>=R` its speed.

a="$ATLED -q -d 17 -D n=%n"

compile_all() {
	compiled tape ''
	compiled tiny ''
	compiled elementwise '-fopenmp -lmvec' '-fopenmp' ''
	compiled sgd '-lopenblas -lmvec' '-lcblas -lmvec' '-lopenblas' '-lcblas'
	compiled pictures '-lopenblas -lmvec' '-lcblas -lmvec' '-lopenblas' '-lcblas'
	compiled exact '-lflint -lgmp'
	compiled numbers '-lmpfr -lgmp'
	compiled digits '-DATL_ARB_IN_FLINT -lflint' '-lflint-arb -lflint' '-larb -lflint'
}

# ---- starting, reading ------------------------------------------------------

start_rows() {
	row start -b 4 -m 8 || return
	echo '1+2' >"$work/start.in"
	side atled - "$ATLED <$work/start.in"
	side bc '<=1.2' "bc -q <$work/start.in"
	side calc - "calc -p <$work/start.in"
	side gp - "gp -fq <$work/start.in"
	go
}

# statements NAME HEAD LINE LINE TAIL: 100,000 statements, two by turns.
statements() {
	awk -v head="$2" -v one="$3" -v two="$4" -v tail="$5" 'BEGIN {
		print head
		for (i = 0; i < 50000; i++)
			print one "\n" two
		print tail
	}' >"$work/$1"
}

peer_statements() {
	statements calc.in 'a = 1; x = 0.5;' 'a = mod(3*a + 1, 65537);' 'x = sin(x) + 0.5;' 'print x;'
	statements gp.in 'a = 1; x = 0.5;' 'a = (3*a + 1)%65537;' 'x = sin(x) + 0.5;' 'print(x);'
	statements bc.in 'a = 1; x = 0.5' 'scale=0; a = (3*a + 1) % 65537; scale=20' 'x = s(x) + 0.5' 'x'
	side calc '<=0.4' "calc -p <$work/calc.in"
	side gp - "gp -fq <$work/gp.in"
}

statement_rows() {
	if row statements-update -t 1e-5; then
		statements update.in 'a = 1; x = 0.5;' 'a <- mod(3a + 1, 65537);' 'x <- sin(x) + 0.5;' x
		side atled - "$ATLED -q <$work/update.in"
		peer_statements
		side bc - "bc -lq <$work/bc.in"
		go
	fi
	if row statements-define -t 1e-5; then
		statements define.in 'a = 1; x = 0.5;' 'a = mod(3a + 1, 65537);' 'x = sin(x) + 0.5;' x
		side atled - "$ATLED -q <$work/define.in"
		peer_statements
		go
	fi
	if row statements-printed -t 1e-5; then
		statements update.in 'a = 1; x = 0.5;' 'a <- mod(3a + 1, 65537)' 'x <- sin(x) + 0.5' x
		statements gp.in 'a = 1; x = 0.5;' 'a = (3*a + 1)%65537' 'x = sin(x) + 0.5' 'print(x);'
		side atled - "$ATLED -q <$work/update.in"
		side gp - "gp -fq <$work/gp.in"
		go
	fi
}

# ---- graphs in float64 ------------------------------------------------------

graph_rows() {
	if row scalar -n 1000; then
		side atled - "$a $here/scalar.atl"
		side 'C tape' '<=2' "$work/tape %n"
		side PyTorch '>=300' "$torch scalar %n"
		go
	fi
	if row sgd-784-100-10 -n 10 -b 8; then
		side atled - "$a $here/sgd_one.atl"
		side 'C + CBLAS' '>=0.95' "$work/sgd %n 64 784 100:28 10:10"
		side PyTorch '>=1.7' "$torch sgd_one %n"
		side NumPy - "$numpy sgd_one %n"
		side Octave - "octave-cli -q --no-history $here/octave_rows.m sgd_one %n"
		go
	fi
	if row sgd-784-512-512-10 -n 1 -b 10; then
		side atled - "$a $here/sgd_two.atl"
		side 'C + CBLAS' '>=0.98' "$work/sgd %n 256 784 512:28 512:22 10:22"
		side PyTorch '>=1.3' "$torch sgd_two %n"
		side NumPy - "$numpy sgd_two %n"
		go
	fi
	if row sgd-2-3-2-1 -n 1000; then
		side atled - "$a $here/sgd_tiny.atl"
		side C - "$work/tiny %n"
		side PyTorch '>=200' "$torch sgd_tiny %n"
		side NumPy '>=40' "$numpy sgd_tiny %n"
		go
	fi
	for size in 1000 10000 100000 1000000 10000000; do
		beyond=
		test $size -lt 1000000 || beyond="-a $size -w 4"
		if row elementwise-$size -n $((30000000/size/10 + 1)) -t 1e-8 $beyond; then
			side atled - "$a -D m=$size $here/elementwise.atl"
			side idle - "$a -D m=8 $here/elementwise.atl"
			side C '>=0.9' "$work/elementwise $size %n"
			side PyTorch '>=3.5' "$torch elementwise %n $size"
			side NumPy - "$numpy elementwise %n $size"
			side Octave - "octave-cli -q --no-history $here/octave_rows.m elementwise %n $size"
			go
		fi
	done
	if row flat -N 1000000 -g 1 -b 10; then
		side atled - "$a $here/sgd_tiny.atl"
		go
	fi
}

# ---- pictures in float64 ----------------------------------------------------

# sizes B C S [FILTERS KERNEL PAD]: as definitions for atled
sizes() {
	echo "-D b=$1 -D c=$2 -D s=$3${4:+ -D f=$4 -D k=$5 -D pad=$6}"
}

# conv_row NAME HOW SIZES... WANTED-OF-C WANTED-OF-PYTORCH
conv_row() {
	row "conv2d-$1" -n 10 -b 8 || return
	side atled - "$a $(sizes $3) $here/conv.atl"
	side "C by $2" "$4" "$work/pictures $2 %n $3"
	side PyTorch "$5" "$torch conv %n $3"
	go
}

# layer_row NAME WHAT ALONG: warm, as PyTorch is: the first turn goes statement by statement, the second finds the plan
layer_row() {
	row "$1-64x64x32x32" -n 1 -W 2 -b 12 -t 1e-9 || return
	side atled - "$a $(sizes 64 64 32)${3:+ -D along=$3} $here/$2.atl"
	side C - "$work/pictures $2 %n 64 64 32 $3"
	side PyTorch '>=2' "$torch $2 %n 64 64 32 $3"
	go
}

picture_rows() {
	conv_row 8x16x32x32 columns '8 16 32 32 3 1' '>=0.95' '>=1.5'
	conv_row 28x28 rows '1 1 28 1 5 0' '>=0.8' '>=5'
	layer_row maxpool maxpool ''
	layer_row batchnorm batchnorm ''
	layer_row softmax-channels softmax 2
	layer_row softmax-rows softmax 4
}

# ---- the number systems -----------------------------------------------------

gp_script() {
	printf 'n = eval(getenv("N"));\n%s\n' "$2" >"$work/$1.gp"
}

# exact_row NAME SCRIPT WHAT SIZE WANTED-OF-FLINT WANTED-OF-GMP WANTED-OF-GP
exact_row() {
	row "exact-$1-$4" -n 1 -b 3 || return
	side atled - "$a -x -d full -D what=$3 -D m=$4 $here/exact_$2.atl"
	side 'FLINT fmpq' "$5" "$work/exact flint $1 $4 %n"
	test "$6" = no || side 'GMP mpq' "$6" "$work/exact gmp $1 $4 %n"
	test "$7" = no || side gp "$7" "gp -fq -s 500M N=%n <$work/$1.gp"
	go
}

exact_rows() {
	s='m = 100; S = matrix(m, m, i, j, (7*(i-1)^2 + 3*(i-1)*(j-1) + 5*(j-1)^3 + 11)%101 - 50);'
	gp_script sum 'm = 1000; v = vector(m, i, 1/i); y = 0;
for(k = 1, n, v[1] = k/7; y = vecsum(v)); print(y);'
	gp_script prod 'm = 1000; v = vector(m, i, (2*i + 1)/(3*i + 1)); y = 0;
for(k = 1, n, v[1] = k/7; y = vecprod(v)); print(y);'
	gp_script product 'm = 100;
A = matrix(m, m, i, j, ((7*(i-1) + 3*(j-1))%19 - 9)/(((i-1)*(j-1))%13 + 1));
B = matrix(m, m, i, j, ((5*(i-1) + 11*(j-1))%17 - 8)/((i + j - 2)%11 + 1)); y = 0;
for(k = 1, n, A[1,1] = k/7; C = A*B; y = C[1,1] + C[m,m]); print(y);'
	gp_script solve "$s
b = vectorv(m, i, i); y = 0;
for(k = 1, n, S[1,1] = k; x = matsolve(S, b); y = x[1]); print(y);"
	gp_script inv "m = 40; $(echo "$s" | sed 's/m = 100; //') y = 0;
for(k = 1, n, S[1,1] = k; C = S^-1; y = C[1,m]); print(y);"
	gp_script det "$s
y = 0; for(k = 1, n, S[1,1] = k; y = matdet(S)); print(y);"
	exact_row sum vector 1 1000 - - -
	exact_row prod vector 2 1000 - - -
	exact_row product matrix 1 100 '<=1.2' - -
	exact_row solve matrix 2 100 - no '<=1'
	exact_row inv matrix 3 40 - no -
	exact_row det matrix 4 100 - no -
}

# digits_row FUNCTION EXPRESSION GP-EXPRESSION WANTED-OF-GP: whole processes that print.
digits_row() {
	for digits in 50 1000 10000; do
		row "digits-$1-$digits" -p -b 1.5 || continue
		echo "$2" >"$work/$1.in"
		printf 'default(realprecision, %s);\nprint(%s);\n' $digits "$3" >"$work/$1-$digits.gp"
		side atled - "$ATLED -x -d $digits <$work/$1.in"
		side Arb '<=2' "$work/digits $1 $digits 1"
		side gp "$4" "gp -fq <$work/$1-$digits.gp"
		go
	done
}

# Many in one process: what one costs when the process has started.
many_row() {
	row "digits-$1-$2-times-$3" -p -b 2 || return
	awk -v f="$1" -v n="$3" 'BEGIN { for (k = 1; k <= n; k++) print f "(" k "/10007)" }' >"$work/many.in"
	printf 'default(realprecision, %s);\nfor(k = 1, %s, print(%s(k/10007)));\n' "$2" "$3" "$1" >"$work/many.gp"
	side atled - "$ATLED -x -d $2 <$work/many.in"
	side Arb - "$work/digits $1 $2 $3"
	side gp - "gp -fq <$work/many.gp"
	go
}

digits_rows() {
	digits_row sigmoid 'sigmoid(4/3)' '1/(1 + exp(-4/3))' '<=1'
	digits_row tanh 'tanh(4/3)' 'tanh(4/3)' '<=1'
	digits_row log 'log(4/3)' 'log(4/3)' -
	digits_row exp 'exp(4/3)' 'exp(4/3)' '<=1'
	digits_row softmax 'softmax((1:10)/3)' 'exp(10/3)/sum(k = 1, 10, exp(k/3))' -
	digits_row gelu 'gelu(4/3)' '2/3*(2 - erfc(4/3/sqrt(2)))' -
	many_row exp 50 10000
	many_row exp 1000 2000
	many_row exp 10000 100
}

mpfr_rows() {
	for bits in 128 256 1000; do
		script=$(with_system numbers "mpfr $bits")
		what=0
		for name in sub mul div exp; do
			what=$((what + 1))
			row "mpfr-$bits-$name" -n 5 -b 1.5 -t 1e-15 || continue
			side atled - "$a -D what=$what -D m=10000 $script"
			side MPFR - "$work/numbers mpfr $name 10000 %n $bits"
			go
		done
		script=$(with_system numbers_product "mpfr $bits")
		row "mpfr-$bits-product" -n 1 -b 1.5 -t 1e-15 || continue
		side atled - "$a -D m=64 $script"
		side 'MPFR loops' - "$work/numbers mpfr product 64 %n $bits"
		side mpfr_sum - "$work/numbers sum product 64 %n $bits"
		go
	done
}

# format_rows SYSTEM P EMIN EMAX
format_rows() {
	for name in sub:1 div:3 exp:4 product; do
		what=${name#*:}
		name=${name%:*}
		row "$1-$name" -n 5 -b 1.5 -t 0 || continue
		if test $name = product; then
			side atled - "$a -D m=64 $(with_system numbers_product "$1")"
			size=64
		else
			side atled - "$a -D what=$what -D m=10000 $(with_system numbers "$1")"
			size=10000
		fi
		side 'bits of a double' - "$work/numbers bits $name $size %n $2 $3 $4"
		side 'MPFR once' - "$work/numbers format $name $size %n $2 $3 $4"
		go
	done
}

all_rows() {
	start_rows
	statement_rows
	graph_rows
	picture_rows
	exact_rows
	digits_rows
	mpfr_rows
	format_rows float16 11 -14 15
	format_rows bfloat16 8 -126 127
	format_rows fp8_e4m3 4 -6 8
	format_rows fp8_e5m2 3 -14 15
}

# A few units each; what needs no more than a C compiler and MPFR must be built.
check_rows() {
	compiled tape '' && compiled tiny '' && compiled elementwise '-lmvec' '' &&
		compiled numbers '-lmpfr -lgmp' || status=1
	compiled sgd '-lopenblas -lmvec' '-lcblas -lmvec' '-lopenblas' '-lcblas'
	row scalar -n 3
	side atled - "$a $here/scalar.atl"
	side C - "$work/tape %n"
	go
	row sgd-2-3-2-1 -n 3
	side atled - "$a $here/sgd_tiny.atl"
	side C - "$work/tiny %n"
	go
	row elementwise -n 3
	side atled - "$a -D m=1001 $here/elementwise.atl"
	side C - "$work/elementwise 1001 %n"
	go
	row sgd-784-100-10 -n 2
	side atled - "$a $here/sgd_one.atl"
	side C - "$work/sgd %n 64 784 100:28 10:10"
	go
	row bfloat16-product -n 3 -t 0
	side atled - "$a -D m=16 $(with_system numbers_product bfloat16)"
	side C - "$work/numbers bits product 16 %n 8 -126 127"
	side MPFR - "$work/numbers format product 16 %n 8 -126 127"
	go
}
