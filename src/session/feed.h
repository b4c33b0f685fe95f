/* SPDX-License-Identifier: GPL-3.0-or-later */
/* feed.h: mini-batches: samples of data that go into inputs, step by step.
 *
 * An input of a loss has the shape of one batch, the data that of all samples;
 * the axis in which the two differ counts the samples (the last one, when
 * they do not).  Before each epoch the samples are put into an order by chance
 * that the seed alone decides; what is left over behind the last whole batch
 * waits for another epoch. */
#ifndef ATL_SESSION_FEED_H
#define ATL_SESSION_FEED_H

#include "array/array.h"

typedef struct atl_feed {
	const atl_array *all;  /* held */
	atl_shape shape;       /* of a batch */
	int axis;
	size_t samples, batch;
} atl_feed;

typedef struct atl_feeder {
	atl_feed *feed;
	size_t n;
	uint32_t *order;       /* of the samples */
	size_t samples, batch; /* the same for all; 0 without feeds */
	uint64_t seed;
} atl_feeder;

/* Whether batches of a shape can be made of the data; fills the feed, which
 * holds the array. */
bool atl_feed_make(atl_feed *, const atl_array *all, const atl_shape *batch);
/* After the feeds were made: false without memory. */
bool atl_feeder_begin(atl_feeder *, uint64_t seed);
void atl_feeder_clear(atl_feeder *);
size_t atl_feeder_steps(const atl_feeder *); /* of an epoch */
void atl_feeder_shuffle(atl_feeder *, uint64_t epoch);
/* Batch number i of the epoch, of feed k, written to entries of the system of the data. */
atl_answer atl_feeder_batch(const atl_feeder *, size_t k, size_t i, void *out);

#endif
