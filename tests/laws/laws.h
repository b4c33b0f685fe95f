/* SPDX-License-Identifier: GPL-3.0-or-later */
/* laws.h: one suite of laws, run on every number system.
 *
 * A law knows no system: it works through the table, and asks sys->rounds
 * where a rounded system may differ.  Operands are random fractions from a
 * fixed seed. */
#ifndef ATL_TESTS_LAWS_H
#define ATL_TESTS_LAWS_H

#include "../unit/numbers.h"

enum { N = 40, SIDE = 5 };

typedef struct subject {
	const char *name; /* as the user would write it */
	double slack;     /* what a few roundings of numbers about 1 may come to */
	atl_num num;
	uint64_t seed;
} subject;

/* laws.c: random elements; comparison; a primitive that must be fine. */
void *fractions(size_t n, subject *s);
bool equal(const void *a, const void *b, const subject *s);
void assert_equal(const void *a, const void *b, size_t n, const subject *s);
void assert_near(const void *a, const void *b, size_t n, const subject *s);
/* Whether the system has that very number: "3/4", "inf". */
bool holds(const char *text, subject *s);
/* Whether one of two results left the range of a small format, where laws end. */
bool beyond(double u, double v, const subject *s);
void map1(atl_fn1 f, void *y, const void *x, size_t n, subject *s);
void map2(atl_fn2 f, void *y, const void *a, const void *b, size_t n, subject *s);

#define LAWS(X)                                                                          \
	X(addition_and_multiplication_commute)                                           \
	X(a_number_less_itself_is_zero_and_twice_negated_itself)                         \
	X(multiplication_distributes)                                                    \
	X(a_remainder_is_what_the_floor_leaves)                                          \
	X(comparisons_are_a_total_order)                                                 \
	X(what_is_printed_in_full_reads_back)                                            \
	X(a_double_goes_there_and_back)                                                  \
	X(no_value_spreads_through_everything)                                           \
	X(outside_a_domain_there_is_no_value)                                            \
	X(with_ieee_a_pole_is_an_infinity)                                               \
	X(values_that_are_rational_in_every_system)                                      \
	X(strides_and_places_do_not_change_results)                                      \
	X(a_stop_is_seen_in_a_long_loop)                                                 \
	X(a_sum_is_its_terms_added)                                                      \
	X(a_product_is_its_factors_multiplied)                                           \
	X(sums_know_infinities)                                                          \
	X(a_matrix_product_is_rows_times_columns)                                        \
	X(the_determinant_of_a_product_is_the_product_of_determinants)                   \
	X(a_solution_solves_and_an_inverse_inverts)                                      \
	X(a_singular_matrix_has_determinant_zero_and_no_inverse)                         \
	X(the_factor_of_cholesky_gives_the_matrix_back)                                  \
	X(eigenvectors_are_only_made_longer)                                             \
	X(what_is_not_symmetric_has_no_eigenvalues)                                      \
	X(singular_values_and_vectors_give_the_matrix_back)                              \
	X(q_and_r_give_the_matrix_back)                                                  \
	X(a_pseudoinverse_is_one)                                                        \
	X(without_memory_eigenvalues_say_so_and_leak_nothing)                            \
	X(pi_is_pi_or_an_honest_no)                                                      \
	X(without_memory_a_sum_or_a_factor_says_so_and_leaks_nothing)

#define LAW_PROTOTYPE(law) void law(void **state);
LAWS(LAW_PROTOTYPE)

/* unable.c: the generic functions over a system that answers UNABLE at random,
 * and over failing allocations. */
void answers_come_through_the_generic_functions(void **state);
void failing_allocations_come_through_and_leak_nothing(void **state);

#endif
