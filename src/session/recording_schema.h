/* SPDX-License-Identifier: MIT
 * What both sides of a recording agree on: tables, words, limits. */
#ifndef OUBLI_SESSION_RECORDING_SCHEMA_H
#define OUBLI_SESSION_RECORDING_SCHEMA_H

#include "base/err.h"
#include "lab/journal.h"

/* How the file says that it is a recording, and of which format. */
enum { RECORDING_APPLICATION_ID = 0x6f75626c /* "oubl" */, RECORDING_VERSION = 2 };

struct schema_table {
    const char *name;
    const char *sql; /* word for word as it stands in the file */
};

/* The tables, ended by a NULL name; and views over them for people, one text of many statements. */
const struct schema_table *schema_tables(void);
const char *schema_views(void);

/* False and err if there is anything in the file that would be carried out while it is written: an
 * index or a trigger of somebody else.  Tables and views, which would not, may be there. */
struct database;
bool schema_is_passive(struct database *database, struct err *err)
    __attribute__((warn_unused_result));

/* The key of meta that holds line `i` of a script: "at.3".  Returns key. */
enum { SCHEMA_AT_MAX = 16 };
char *schema_at(int i, char key[SCHEMA_AT_MAX]);

/* The word for an entry's kind, of a measure the probe's name: "accuracy"; and back, false if it is
 * none. */
const char *schema_kind_name(const struct entry *entry);
bool schema_kind(const char *name, struct entry *entry);

#endif
