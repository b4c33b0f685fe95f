/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pairs: runs programs that do the same work by turns, and prints ratios.
 *
 *     pairs [-n FIRST] [-N MOST] [-W WARM] [-b SECONDS] [-t TOLERANCE | -p]
 *           [-m MIB] [-a ENTRIES -w ARRAYS] [-g MIB] [-c] [-C] NAME <SIDES
 *
 * A line of SIDES is a name, what is wanted and a command, with tabs between;
 * the first one is what the others are compared with.  Wanted is `<=R` of
 * time(first)/time(side), `>=R` of time(side)/time(first), or `-`.  A command
 * is split at spaces and run by no shell; the word `<FILE` is its input, and
 * %n in it is how often it does its work.
 *
 * A side with %n is timed by the process that does n units less the one that
 * does none, or with -W of n + WARM units less that of WARM, each side with an n of its own that takes about a third of a
 * second; one that prints a line `seconds S` has timed its units itself.  A
 * side without %n is timed as a whole process.  The ratio is taken in each
 * round, of runs that follow one another; shown are the median of the ratios
 * and the least and the greatest.
 *
 * Before that, all sides do FIRST units, and the last number that each prints
 * must be that of the first side: within TOLERANCE, or with -p in all digits
 * but the last two of the shorter.  A side whose number differs is an error
 * and has no ratio.  -c stops after that.  -C takes the processor's time, not
 * the clock's.
 *
 * -m wants the first side's peak resident size to be at most MIB.  -a and -w
 * want what it has beyond the peak of the side that is named `idle`, which is
 * run for this only, to be at most ARRAYS of ENTRIES doubles.  -g wants its peak after MOST units (or as
 * many as SECONDS allow) to be at most MIB above that after 1,000.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SIDES_MAX = 12, WORDS_MAX = 64, ROUNDS_MIN = 3, ROUNDS_MAX = 201 };
static const double TARGET = 0.3, RUN_MAX = 180;

struct side {
	char *name, *wanted, *command;
	bool counted;      /* its command has %n */
	bool times_itself; /* it prints `seconds S` */
	bool absent;       /* cannot be run, failed, or computes something else */
	double n;          /* units a timed run */
	double idle;       /* seconds of a run of no unit, the least seen */
	double kib;        /* peak resident size */
	double unit[ROUNDS_MAX]; /* seconds a unit, by round */
};

/* What one run of a command left. */
struct run {
	double seconds; /* of the process */
	double own;     /* that it printed itself; or < 0 */
	double kib;
	char *number;   /* the last one it printed; malloc'd */
};

static struct {
	const char *name;
	double first, most, warm, budget, tolerance, mib, entries, arrays, growth;
	bool prefix, check, cpu;
} option = { .first = 1, .most = 1e9, .budget = 5, .tolerance = 1e-9 };

static struct side sides[SIDES_MAX], idle;
static size_t n_sides;
static int errors;

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9*(double)t.tv_nsec;
}

static void die(const char *what)
{
	fprintf(stderr, "pairs: %s\n", what);
	exit(2);
}

/* ---- one run ------------------------------------------------------------- */

/* Splits command at spaces into argv, with n for %n; the file of `<FILE` or NULL. */
static const char *split(char *command, const char *n, char **argv, char *storage, size_t size)
{
	const char *input = "/dev/null";
	size_t words = 0;
	for (char *word = strtok(command, " "); word != NULL; word = strtok(NULL, " ")) {
		char *hole = strstr(word, "%n");
		if (hole != NULL) {
			int length = snprintf(storage, size, "%.*s%s%s", (int)(hole - word), word, n, hole + 2);
			word = storage;
			storage += length + 1, size -= (size_t)length + 1;
		}
		if (word[0] == '<')
			input = word + 1;
		else if (strncmp(word, "N=", 2) == 0)
			setenv("N", word + 2, 1);
		else if (words < WORDS_MAX - 1)
			argv[words++] = word;
	}
	argv[words] = NULL;
	return input;
}

static void child(const char *command, double n, int output)
{
	char *argv[WORDS_MAX], count[32], storage[1024];
	char *copy = strdup(command);
	snprintf(count, sizeof count, "%.0f", n);
	int input = open(split(copy, count, argv, storage, sizeof storage), O_RDONLY);
	if (input < 0 || argv[0] == NULL)
		_exit(127);
	dup2(input, 0);
	dup2(output, 1);
	alarm((unsigned)RUN_MAX);
	execvp(argv[0], argv);
	_exit(127);
}

/* The last number in a text: digits with a point, a sign, an exponent or a fraction's bar. */
static char *last_number(const char *text)
{
	const char *set = "0123456789.eE+-/";
	const char *end = text + strlen(text);
	while (end > text && !isdigit((unsigned char)end[-1]))
		end--;
	const char *start = end;
	while (start > text && strchr(set, start[-1]) != NULL)
		start--;
	return strndup(start, (size_t)(end - start));
}

static bool collect(struct run *run, FILE *output)
{
	fseek(output, 0, SEEK_END);
	size_t size = (size_t)ftell(output);
	char *text = malloc(size + 1);
	rewind(output);
	if (text == NULL || fread(text, 1, size, output) != size)
		die("cannot read what a side wrote");
	text[size] = '\0';
	const char *own = strstr(text, "seconds ");
	run->own = own != NULL ? strtod(own + 8, NULL) : -1;
	run->number = last_number(text);
	free(text);
	return run->number[0] != '\0';
}

static double cpu_seconds(const struct rusage *usage)
{
	return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
		1e-6*(double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);
}

/* Runs a command for n units.  False, with a line on standard error, if it failed. */
static bool run_once(struct run *run, const char *command, double n)
{
	FILE *output = tmpfile();
	if (output == NULL)
		die("no temporary file");
	double start = now();
	pid_t pid = fork();
	if (pid == 0)
		child(command, n, fileno(output));
	int status = -1;
	struct rusage usage;
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
		die("cannot run a program");
	run->seconds = option.cpu ? cpu_seconds(&usage) : now() - start;
	run->kib = (double)usage.ru_maxrss;
	run->number = NULL;
	bool fine = status == 0 && collect(run, output);
	fclose(output);
	if (!fine)
		fprintf(stderr, "pairs: %s: failed (%s %d): %s\n", option.name,
			WIFSIGNALED(status) ? "signal" : "exit",
			WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), command);
	return fine;
}

/* Seconds a unit of one run of a side; < 0 if it failed. */
static double measure(struct side *side, double n)
{
	struct run run;
	if (!run_once(&run, side->command, side->times_itself || !side->counted ? n : n + option.warm)) {
		free(run.number);
		return -1;
	}
	free(run.number);
	side->kib = fmax(side->kib, run.kib);
	if (side->times_itself)
		return run.own/n;
	if (!side->counted)
		return run.seconds;
	return fmax(run.seconds - side->idle, 1e-9)/n;
}

/* ---- the same numbers ---------------------------------------------------- */

/* Whether two numbers agree in all digits but the last two of the shorter. */
static bool same_digits(const char *a, const char *b)
{
	size_t shorter = strlen(a) < strlen(b) ? strlen(a) : strlen(b);
	return shorter > 4 && strncmp(a, b, shorter - 2) == 0;
}

static bool same(const char *a, const char *b)
{
	if (strcmp(a, b) == 0)
		return true;
	if (option.prefix)
		return same_digits(a, b);
	if (strchr(a, '/') != NULL || strchr(b, '/') != NULL)
		return false;
	double x = strtod(a, NULL), y = strtod(b, NULL);
	return fabs(x - y) <= option.tolerance*fmax(fabs(x), fabs(y));
}

static void row_says(const struct side *side, const char *what)
{
	printf("| %s | %s | %s | %s |  |  |  |  |\n", option.name, side->name, side->wanted, what);
}

/* All sides do the first units; those that differ from the first are out. */
static void check_numbers(void)
{
	struct run first = { 0 };
	for (size_t i = 0; i < n_sides; i++) {
		struct run run;
		struct side *side = &sides[i];
		side->absent = !run_once(&run, side->command, option.first);
		side->times_itself = run.own >= 0;
		if (side->absent) {
			errors++;
			row_says(side, "**ERROR: failed**");
		} else if (i == 0) {
			first = run;
			continue;
		} else if (first.number == NULL || !same(first.number, run.number)) {
			side->absent = true;
			errors++;
			row_says(side, "**ERROR: another result**");
			fprintf(stderr, "pairs: %s: %s has %.60s, %s has %.60s\n", option.name, sides[0].name,
				first.number != NULL ? first.number : "nothing", side->name, run.number);
		}
		free(run.number);
	}
	free(first.number);
}

/* ---- rounds -------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
	qsort(values, n, sizeof *values, by_size);
	return n % 2 == 1 ? values[n/2] : (values[n/2 - 1] + values[n/2])/2;
}

/* What a run of no unit takes, or of those that warm up. */
static void find_idle(struct side *side)
{
	double least = HUGE_VAL;
	double start = now();
	for (int i = 0; i < 5 && (i < 2 || now() - start < TARGET); i++) {
		struct run run;
		if (run_once(&run, side->command, option.warm))
			least = fmin(least, run.seconds);
		free(run.number);
	}
	side->idle = least;
}

/* Chooses how many units a timed run has, so that they take TARGET, or as long as the rest of it. */
static void choose_n(struct side *side)
{
	side->n = side->counted ? option.first : 1;
	if (!side->counted)
		return;
	if (!side->times_itself)
		find_idle(side);
	double target = fmax(TARGET, side->idle);
	for (int tries = 0; tries < 8; tries++) {
		double took = measure(side, side->n)*side->n;
		if (took < 0) {
			side->absent = true;
			return;
		}
		if (took >= target/2 || side->n >= option.most)
			return;
		double grow = fmin(fmax(target/fmax(took, 1e-6), 2), 50);
		side->n = fmin(floor(side->n*grow), option.most);
	}
}

static size_t run_rounds(void)
{
	for (size_t i = 0; i < n_sides; i++) {
		if (!sides[i].absent)
			choose_n(&sides[i]);
	}
	size_t rounds = 0;
	double start = now();
	while (rounds < ROUNDS_MAX && (rounds < ROUNDS_MIN || now() - start < option.budget)) {
		for (size_t i = 0; i < n_sides; i++) {
			if (!sides[i].absent)
				sides[i].absent = (sides[i].unit[rounds] = measure(&sides[i], sides[i].n)) < 0;
		}
		rounds++;
		if (now() - start > 5*option.budget)
			break; /* too slow for more */
	}
	return rounds;
}

/* ---- what is printed ----------------------------------------------------- */

/* Whether a figure is as wanted: `<=R` or `>=R`. */
static const char *verdict(const char *wanted, double figure)
{
	if (strlen(wanted) < 3)
		return "";
	double bound = strtod(wanted + 2, NULL);
	bool holds = wanted[0] == '<' ? figure <= bound : figure >= bound;
	return holds ? "yes" : "**no**";
}

static const char *print_time(char *text, size_t size, double seconds)
{
	const char *unit = "s";
	if (seconds < 1)
		seconds *= 1e3, unit = "ms";
	if (seconds < 1)
		seconds *= 1e3, unit = "µs";
	if (seconds < 1)
		seconds *= 1e3, unit = "ns";
	snprintf(text, size, "%.3g %s", seconds, unit);
	return text;
}

static void print_side(struct side *side, size_t rounds)
{
	double ratio[ROUNDS_MAX], ours[ROUNDS_MAX], theirs[ROUNDS_MAX];
	bool speed = side->wanted[0] == '>';
	char our_time[32], their_time[32];
	for (size_t r = 0; r < rounds; r++) {
		ours[r] = sides[0].unit[r];
		theirs[r] = side->unit[r];
		ratio[r] = speed ? theirs[r]/ours[r] : ours[r]/theirs[r];
	}
	double middle = median(ratio, rounds);
	printf("| %s | %s | %s | %s %.3g (%.3g..%.3g, %zu) | %s | %s | %s | %.1f / %.1f |\n",
		option.name, side->name, side->wanted, speed ? "speed ×" : "time ×", middle, ratio[0],
		ratio[rounds - 1], rounds, verdict(side->wanted, middle),
		print_time(our_time, sizeof our_time, median(ours, rounds)),
		print_time(their_time, sizeof their_time, median(theirs, rounds)),
		sides[0].kib/1024, side->kib/1024);
}

static void print_memory(const char *what, const char *wanted, double figure)
{
	printf("| %s | %s | %s | %.3g | %s |  |  | %.1f |\n", option.name, what, wanted, figure,
		verdict(wanted, figure), sides[0].kib/1024);
}

/* The first side's memory, where something is wanted of it. */
static void memory_rows(void)
{
	char wanted[32];
	if (option.mib > 0) {
		snprintf(wanted, sizeof wanted, "<=%g", option.mib);
		print_memory("peak MiB", wanted, sides[0].kib/1024);
	}
	if (option.entries > 0 && idle.command != NULL) {
		if (measure(&idle, 1) < 0)
			die("the idle side failed");
		snprintf(wanted, sizeof wanted, "<=%g", option.arrays);
		print_memory("peak in arrays", wanted, (sides[0].kib - idle.kib)*1024/(8*option.entries));
	}
}

/* Whether a long loop needs no more memory than a short one. */
static void growth_row(void)
{
	struct side *side = &sides[0];
	struct run early, late;
	if (!run_once(&early, side->command, 1000))
		exit(1);
	double n = fmin(option.most, floor(1000*option.budget/fmax(early.seconds, 1e-3)));
	n = fmax(n, 2000);
	if (!run_once(&late, side->command, n))
		exit(1);
	free(early.number);
	free(late.number);
	char what[64], wanted[32];
	snprintf(what, sizeof what, "growth in MiB, %.0f turns", n);
	snprintf(wanted, sizeof wanted, "<=%g", option.growth);
	side->kib = late.kib;
	print_memory(what, wanted, (late.kib - early.kib)/1024);
}

/* ---- main ---------------------------------------------------------------- */

static void read_sides(void)
{
	char *line = NULL;
	size_t size = 0;
	while (n_sides < SIDES_MAX && getline(&line, &size, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		struct side *side = strncmp(line, "idle\t", 5) == 0 ? &idle : &sides[n_sides++];
		side->name = strdup(strtok(line, "\t"));
		side->wanted = strdup(strtok(NULL, "\t"));
		side->command = strdup(strtok(NULL, "\t"));
		side->counted = strstr(side->command, "%n") != NULL;
	}
	free(line);
	if (n_sides == 0)
		die("no side to run");
}

static void read_options(int argc, char **argv)
{
	for (int c; (c = getopt(argc, argv, "n:N:W:b:t:pm:a:w:g:cC")) != -1;) {
		double value = optarg != NULL ? strtod(optarg, NULL) : 0;
		switch (c) {
		case 'n': option.first = value; break;
		case 'N': option.most = value; break;
		case 'W': option.warm = value; break;
		case 'b': option.budget = value; break;
		case 't': option.tolerance = value; break;
		case 'p': option.prefix = true; break;
		case 'm': option.mib = value; break;
		case 'a': option.entries = value; break;
		case 'w': option.arrays = value; break;
		case 'g': option.growth = value; break;
		case 'c': option.check = true; break;
		case 'C': option.cpu = true; break;
		default: exit(2);
		}
	}
	option.name = optind < argc ? argv[optind] : "row";
}

int main(int argc, char **argv)
{
	read_options(argc, argv);
	read_sides();
	if (option.growth > 0) {
		growth_row();
		return 0;
	}
	check_numbers();
	if (option.check || sides[0].absent)
		return errors > 0;
	size_t rounds = run_rounds();
	for (size_t i = 1; i < n_sides; i++) {
		if (!sides[i].absent)
			print_side(&sides[i], rounds);
	}
	memory_rows();
	return errors > 0;
}
