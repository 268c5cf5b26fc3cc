/* SPDX-License-Identifier: MIT
 * What the writer and the reader of merged runs agree on. */
#ifndef OUBLI_SESSION_MERGED_SCHEMA_H
#define OUBLI_SESSION_MERGED_SCHEMA_H

enum {
    MERGED_APPLICATION_ID = 0x6f756273, /* "oubs" */
    MERGED_VERSION = 1,
    MERGED_SQL_MAX = 4096 /* room for every column's name twice */
};

#endif
