/* SPDX-License-Identifier: MIT
 * What the files of mutants share; for mutant*.c only. */
#ifndef OUBLI_TESTS_SUPPORT_MUTANT_INSIDE_H
#define OUBLI_TESTS_SUPPORT_MUTANT_INSIDE_H

#include <stddef.h>

#include "base/rng.h"
#include "support/mutant.h"
#include "support/recorded.h"

enum { TABLES_MAX = 16, COLUMNS_MAX = 16 };

/* A table of the good recording. */
struct mutant_table {
    char name[32];
    int n_rows, n_columns;
    char columns[COLUMNS_MAX][32];
    int blob; /* number of a column of blobs, -1 = none */
};

struct image { /* a file as bytes */
    unsigned char *bytes;
    size_t size, capacity;
};

struct mutants {
    char folder[64], path[96], log[112];
    struct {
        struct image whole, crashed, crashed_log;
    } good[RECORDED_KINDS];
    int n_tables, version;
    struct mutant_table tables[TABLES_MAX];
    struct image bomb; /* a stream of zeros that is small and becomes large */
    struct rng rng;
    struct image now; /* the file that is being changed */
    char deeds[256];
    bool is_newer;
};

/* Stops the program. */
void mutant_must(bool ok, const char *what);

void image_load(struct image *image, const char *path);
void image_store(const struct image *image, const char *path);
void image_resize(struct image *image, size_t size);

/* Random numbers that like the edges; whole numbers 0 .. n-1; one time in n. */
int64_t mutant_number(struct rng *rng);
int64_t mutant_below(struct rng *rng, int64_t n);
bool mutant_once_in(struct rng *rng, int n);

/* Changes bytes here and there. */
void mutant_scramble(struct rng *rng, struct image *image);

/* ---- deeds by SQL, on the file at `path` ---- */

void mutant_learn_tables(struct mutants *mutants);
void mutant_cell(struct mutants *mutants);    /* a value becomes another one, or of another type */
void mutant_rows(struct mutants *mutants);    /* gone, doubled, swapped, renumbered */
void mutant_schema(struct mutants *mutants);  /* tables, views, triggers; the schema's own rows */
void mutant_blob(struct mutants *mutants);    /* what is packed in a blob, or its packing */
void mutant_flood(struct mutants *mutants);   /* very many rows that ask for a lot */
void mutant_newer(struct mutants *mutants);   /* of a later version */
void mutant_version(struct mutants *mutants); /* of any, or another program's */
void mutant_shape(struct mutants *mutants);   /* other pages and order, nothing wrong */

#endif
