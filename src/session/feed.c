/* SPDX-License-Identifier: GPL-3.0-or-later */
/* feed.c: the order of the samples, and batches of them. */
#include "session/feed.h"

#include <string.h>
#include "base/mem.h"
#include "base/splitmix.h"

bool atl_feed_make(atl_feed *f, const atl_array *all, const atl_shape *batch)
{
	int axis = -1;
	const atl_shape *whole = &all->shape;
	if (whole->rank != batch->rank)
		return false;
	for (int d = 0; d < batch->rank; d++) {
		if (whole->dim[d] == batch->dim[d])
			continue;
		if (axis >= 0 || whole->dim[d] < batch->dim[d])
			return false;
		axis = d;
	}
	if (axis < 0)
		axis = batch->rank == 2 ? 1 : 0;
	*f = (atl_feed){ .all = atl_array_ref(all), .shape = *batch, .axis = axis,
			 .samples = (size_t)whole->dim[axis], .batch = (size_t)batch->dim[axis] };
	return f->batch > 0;
}

bool atl_feeder_begin(atl_feeder *f, uint64_t seed)
{
	f->seed = seed;
	f->samples = f->n ? f->feed[0].samples : 0;
	f->batch = f->n ? f->feed[0].batch : 0;
	f->order = atl_malloc((f->samples + 1) * sizeof *f->order);
	for (size_t i = 0; f->order && i < f->samples; i++)
		f->order[i] = (uint32_t)i;
	return f->order != NULL;
}

void atl_feeder_clear(atl_feeder *f)
{
	for (size_t k = 0; k < f->n; k++)
		atl_array_unref((atl_array *)(uintptr_t)f->feed[k].all); /* the reference taken above */
	atl_free(f->feed);
	atl_free(f->order);
}

size_t atl_feeder_steps(const atl_feeder *f) { return f->batch ? f->samples / f->batch : 0; }

/* Fisher and Yates; one batch of all samples needs no order. */
void atl_feeder_shuffle(atl_feeder *f, uint64_t epoch)
{
	uint64_t state = f->seed ^ epoch * 0xd1342543de82ef95u;
	for (size_t i = f->samples; i > 1 && f->batch < f->samples; i--) {
		size_t k = (size_t)(atl_splitmix(&state) % i);
		uint32_t swap = f->order[k];
		f->order[k] = f->order[i - 1];
		f->order[i - 1] = swap;
	}
}

atl_answer atl_feeder_batch(const atl_feeder *f, size_t k, size_t i, void *out)
{
	const atl_feed *feed = &f->feed[k];
	const atl_system *sys = feed->all->sys;
	size_t before = 1, after = 1;
	for (int d = 0; d < feed->shape.rank; d++)
		*(d < feed->axis ? &before : &after) *= d == feed->axis ? 1 : (size_t)feed->shape.dim[d];
	for (size_t u = 0; u < before; u++)
		for (size_t j = 0; j < feed->batch; j++) {
			size_t from = (u * feed->samples + f->order[i * feed->batch + j]) * after;
			size_t to = (u * feed->batch + j) * after;
			void *place = (char *)out + to * sys->size;
			if (sys->flat) {
				memcpy(place, atl_array_at(feed->all, from), after * sys->size);
				continue;
			}
			atl_answer answer = sys->copy(place, atl_array_at(feed->all, from), 1, after);
			if (answer != ATL_FINE)
				return answer;
		}
	return ATL_FINE;
}
