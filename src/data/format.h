/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format.h: between the files of src/data: the formats, and what they share. */
#ifndef ATL_DATA_FORMAT_H
#define ATL_DATA_FORMAT_H

#include "data/data.h"

typedef struct atl_data_format {
	const char *name;    /* "IDX" */
	const char *endings; /* ".csv .txt": of the names it is written to; NULL: it is only read */
	bool (*probe)(const atl_input *);
	atl_array *(*read)(const atl_input *);
	atl_status (*write)(const atl_output *);
} atl_data_format;

/* Each in its own file. */
bool atl_csv_probe(const atl_input *);
atl_array *atl_csv_read(const atl_input *);
atl_status atl_csv_write(const atl_output *);
bool atl_json_probe(const atl_input *);
atl_array *atl_json_read(const atl_input *);
atl_status atl_json_write(const atl_output *);
bool atl_npy_probe(const atl_input *);
atl_array *atl_npy_read(const atl_input *);
atl_status atl_npy_write(const atl_output *);
bool atl_npz_probe(const atl_input *);
atl_array *atl_npz_read(const atl_input *);
atl_status atl_npz_write(const atl_output *);
bool atl_idx_probe(const atl_input *);
atl_array *atl_idx_read(const atl_input *);
bool atl_cifar_probe(const atl_input *);
atl_array *atl_cifar_read(const atl_input *);
bool atl_pnm_probe(const atl_input *);
atl_array *atl_pnm_read(const atl_input *);
atl_status atl_pgm_write(const atl_output *);
atl_status atl_ppm_write(const atl_output *);
bool atl_png_probe(const atl_input *);
atl_array *atl_png_read(const atl_input *);
atl_status atl_png_write(const atl_output *);

/* ---- input.c ---- */

/* `"NAME": what` into the diagnostic: of what is read or written. */
void atl_file_bad(atl_diag *, const char *name, atl_span at, const char *format, va_list);
/* The same; NULL. */
void *atl_input_bad(const atl_input *, const char *format, ...) ATL_PRINTF(2, 3);
static inline size_t atl_input_most(const atl_input *in)
{
	return in->most ? in->most : ATL_DATA_BYTES;
}
bool atl_input_begins(const atl_input *, const char *magic, size_t len);
/* Whether the name ends so (letters of any case), and perhaps .gz behind it. */
bool atl_name_ends(const char *name, const char *ending);
/* NULL: in->part is none of the names, or one of them must be given; the
 * diagnostic shows those that `name` gives for 0, 1, ... until NULL. */
void *atl_input_choose(const atl_input *, const char *what,
                       const char *(*name)(const void *data, size_t i), const void *data);

/* A new array of zeros of these dimensions, made a shape of 2 or more; NULL
 * after a diagnostic. */
atl_array *atl_input_array(const atl_input *, const int64_t *dim, int rank) ATL_MUST_CHECK;
/* The number of entries; false after a diagnostic: negative, or more than the limit. */
bool atl_input_count(const atl_input *, const int64_t *dim, int rank, size_t *n) ATL_MUST_CHECK;

/* A number in bytes. */
typedef enum atl_raw_kind { ATL_RAW_UNSIGNED, ATL_RAW_SIGNED, ATL_RAW_FLOAT } atl_raw_kind;
typedef struct atl_raw_type {
	atl_raw_kind kind;
	unsigned size; /* bytes: 1, 2, 4, 8; of floats 2, 4, 8 */
	bool big;      /* the first byte is the highest */
} atl_raw_type;
/* Entry i of the array becomes the number at p. */
bool atl_input_raw(const atl_input *, atl_array *, size_t i, const unsigned char *p,
                   atl_raw_type) ATL_MUST_CHECK;
/* The same for n entries from i on, with `stride` bytes from one to the next. */
bool atl_input_raws(const atl_input *, atl_array *, size_t i, const unsigned char *p, size_t n,
                    atl_raw_type) ATL_MUST_CHECK;

/* A number in text: 12, -0.5, 1e-3, 1/3, inf. */
typedef enum atl_field { ATL_FIELD_FINE, ATL_FIELD_MISSING, ATL_FIELD_NO_NUMBER, ATL_FIELD_FAILED } atl_field;
/* MISSING: it is empty, NA, nan, null, ... and the entry has no value. */
atl_field atl_input_text(const atl_input *, atl_array *, size_t i, const char *text, size_t len);
bool atl_is_number(const char *text, size_t len);
bool atl_is_missing(const char *text, size_t len);

/* Bytes of several, read. */
uint64_t atl_big(const unsigned char *p, unsigned size);
uint64_t atl_little(const unsigned char *p, unsigned size);

/* ---- output.c ---- */

atl_status atl_output_bad(const atl_output *, const char *format, ...) ATL_PRINTF(2, 3);
void atl_put_big(atl_buf *, uint64_t v, unsigned size);
void atl_put_little(atl_buf *, uint64_t v, unsigned size);
/* The format takes one array. */
atl_status atl_output_one(const atl_output *, const char *format) ATL_MUST_CHECK;
/* The entry as text that reads back; fails for a certified real. */
atl_status atl_output_text(const atl_output *, atl_buf *, const atl_array *, size_t i) ATL_MUST_CHECK;
/* A picture's levels: *channels of height x width, of *bytes (1 or 2) each. */
typedef struct atl_picture {
	const atl_array *value;
	size_t channels, height, width;
	unsigned bytes;
	uint16_t *level; /* as in the array; the caller frees it */
} atl_picture;
atl_status atl_output_picture(const atl_output *, atl_picture *) ATL_MUST_CHECK;

/* ---- pieces of formats ---- */

/* npy.c: one array as an .npy file. */
void atl_npy_bytes(const atl_output *, atl_buf *, const atl_array *);
/* crc.c: the check sum of ZIP and PNG. */
uint32_t atl_crc32(uint32_t before, const void *bytes, size_t n);

#endif
