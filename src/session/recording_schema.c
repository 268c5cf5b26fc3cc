/* SPDX-License-Identifier: MIT */
#include "session/recording_schema.h"

#include <stdio.h>
#include <string.h>

#include "lab/probe.h"
#include "session/database.h"
#include "tasks/clean.h"

static const struct schema_table tables[] = {
    {"meta", "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT)"},
    {"entries", "CREATE TABLE entries(n INTEGER PRIMARY KEY, t INTEGER, kind TEXT, learner INTEGER,"
                " stage INTEGER, task INTEGER, step INTEGER, value REAL, text TEXT)"},
    {"snapshots", "CREATE TABLE snapshots(t INTEGER PRIMARY KEY, n INTEGER, blob BLOB)"},
    {"views", "CREATE TABLE views(i INTEGER PRIMARY KEY, t INTEGER, line TEXT)"},
    {"checkpoints", "CREATE TABLE checkpoints(n INTEGER PRIMARY KEY, blob BLOB)"},
    {"stills", "CREATE TABLE stills(name TEXT PRIMARY KEY, blob BLOB)"},
    {NULL, NULL},
};

/* A task's letter as task_letter (tasks/suite.h) makes it, for the first 702. */
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
    [ENTRY_BASELINE] = "baseline",   [ENTRY_STAGE] = "stage",     [ENTRY_MATRIX] = "matrix",
    [ENTRY_STAGE_END] = "stage end", [ENTRY_COMMAND] = "command", [ENTRY_REFUSED] = "refused",
    [ENTRY_DIVERGED] = "diverged",   [ENTRY_REWIND] = "rewind",   [ENTRY_END] = "end",
    [ENTRY_LEARNER] = "learner",     [ENTRY_REMOVED] = "removed"};

const struct schema_table *schema_tables(void)
{
    return tables;
}

const char *schema_views(void)
{
    return views;
}

bool schema_is_passive(struct database *database, struct err *err)
{
    /* By what SQLite goes by: not the row's type, but the text. */
    static const char sql[] = "SELECT name FROM sqlite_schema WHERE sql IS NOT NULL"
                              " AND substr(sql, 1, 13) <> 'CREATE TABLE '"
                              " AND substr(sql, 1, 12) <> 'CREATE VIEW ' LIMIT 1";
    enum { NAME_SHOWN = 64 };
    struct query *query = query_open(database, sql, err);
    enum query_result result = query ? query_step(query, err) : QUERY_FAILED;
    if (result == QUERY_ROW) {
        const char *name = "";
        char clean[NAME_SHOWN];
        query_text(query, 0, &name, DATABASE_VALUE_MAX);
        err_set(err, ERR_FAILED,
                "%.140s: '%s' in it, a trigger or an index, is not oubli's and would act while it "
                "is written; drop that in the sqlite3 shell, or play and export it as it is",
                database_path(database), clean_copy(clean, sizeof clean, name));
    }
    query_close(query);
    return result == QUERY_DONE;
}

char *schema_at(int i, char key[SCHEMA_AT_MAX])
{
    snprintf(key, SCHEMA_AT_MAX, "at.%d", i);
    return key;
}

const char *schema_kind_name(const struct entry *entry)
{
    return entry->kind == ENTRY_MEASURE ? probe_at(entry->probe)->name : kinds[entry->kind];
}

bool schema_kind(const char *name, struct entry *entry)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i] && strcmp(kinds[i], name) == 0) {
            entry->kind = (enum entry_kind)i;
            return true;
        }
    }
    int probe = probe_find(name);
    entry->kind = ENTRY_MEASURE;
    entry->probe = (enum probe_id)probe;
    return probe >= 0;
}
