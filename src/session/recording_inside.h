/* SPDX-License-Identifier: MIT
 * What recording_head.c (what is said of the session) and recording_rows.c (what happened in it)
 * share. Private to them. */
#ifndef OUBLI_SESSION_RECORDING_INSIDE_H
#define OUBLI_SESSION_RECORDING_INSIDE_H

#include "session/config_rows.h"
#include "session/database.h"
#include "session/recording.h"

enum { FACT_MAX = 128 };

enum {
    QUERY_META,
    QUERY_ENTRIES,
    QUERY_TIME,
    QUERY_LAST_ENTRY,
    QUERY_SNAPSHOT,
    QUERY_FIRST_SNAPSHOT,
    QUERY_NEXT_SNAPSHOT,
    QUERY_VIEWS,
    QUERY_LAST_VIEW,
    QUERY_CHECKPOINT,
    QUERIES
};

struct recording {
    struct database *database;
    struct query *queries[QUERIES];
    struct config_kept kept;
    struct recording_facts facts;
    char version[FACT_MAX], build[FACT_MAX], blas_core[FACT_MAX], created[FACT_MAX];
    char meta[RECORDING_META_MAX];
    struct err why; /* what went wrong while the config was read */
};

/* False and err: the file makes no sense at `what` number n. */
bool recording_damaged(const struct recording *recording, const char *what, int64_t n,
                       struct err *err);

#endif
