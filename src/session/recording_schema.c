/* SPDX-License-Identifier: MIT */
#include "session/recording_schema.h"

#include <stdio.h>
#include <string.h>

static const struct schema_table tables[] = {
    {1, "meta", "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT)"},
    {1, "entries",
     "CREATE TABLE entries(n INTEGER PRIMARY KEY, t INTEGER, kind TEXT, learner INTEGER,"
     " stage INTEGER, task INTEGER, step INTEGER, value REAL, text TEXT)"},
    {1, "snapshots", "CREATE TABLE snapshots(t INTEGER PRIMARY KEY, n INTEGER, blob BLOB)"},
    {1, "views", "CREATE TABLE views(i INTEGER PRIMARY KEY, t INTEGER, line TEXT)"},
    {1, "checkpoints", "CREATE TABLE checkpoints(n INTEGER PRIMARY KEY, blob BLOB)"},
    {2, "stills", "CREATE TABLE stills(name TEXT PRIMARY KEY, blob BLOB)"},
    {0, NULL, NULL},
};

/* A task's letter as tasks/suite.c makes it, for the first 702. */
#define LETTER                                                                                     \
    " CASE WHEN task < 26 THEN char(65 + task)"                                                    \
    " ELSE char(64 + task / 26) || char(65 + task % 26) END AS letter"

static const char views[] =
    "CREATE VIEW commands AS SELECT n, t / 1e9 AS seconds, step, learner, kind, text FROM entries"
    " WHERE kind IN ('command', 'refused');"
    "CREATE VIEW notes AS SELECT n, t / 1e9 AS seconds, step, substr(text, 6) AS note FROM entries"
    " WHERE kind = 'command' AND text LIKE 'note %';"
    "CREATE VIEW accuracy AS SELECT n, t / 1e9 AS seconds, learner, stage, step, task," LETTER
    ", value AS accuracy FROM entries WHERE kind = 'accuracy';"
    "CREATE VIEW matrix AS SELECT learner, stage, task," LETTER
    ", value AS accuracy FROM entries WHERE kind = 'matrix';"
    "CREATE VIEW learners AS SELECT n, t / 1e9 AS seconds, learner, text AS name, step AS born,"
    " nullif(task, -1) AS parent FROM entries WHERE kind = 'learner'";

static const char *const kinds[] = {
    [ENTRY_BASELINE] = "baseline",   [ENTRY_STAGE] = "stage",     [ENTRY_ACCURACY] = "accuracy",
    [ENTRY_LOSS] = "loss",           [ENTRY_DRIFT] = "drift",     [ENTRY_MATRIX] = "matrix",
    [ENTRY_STAGE_END] = "stage end", [ENTRY_COMMAND] = "command", [ENTRY_REFUSED] = "refused",
    [ENTRY_DIVERGED] = "diverged",   [ENTRY_REWIND] = "rewind",   [ENTRY_END] = "end",
    [ENTRY_LEARNER] = "learner",     [ENTRY_REMOVED] = "removed", [ENTRY_BITS] = "bits"};

const struct schema_table *schema_tables(void)
{
    return tables;
}

const char *schema_views(void)
{
    return views;
}

char *schema_at(int i, char key[SCHEMA_AT_MAX])
{
    snprintf(key, SCHEMA_AT_MAX, "at.%d", i);
    return key;
}

const char *schema_kind_name(enum entry_kind kind)
{
    return kinds[kind];
}

int schema_kind(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i], name) == 0) {
            return (int)i;
        }
    }
    return -1;
}
