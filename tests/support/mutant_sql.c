/* SPDX-License-Identifier: MIT
 * Mutants by SQL: what anybody can do to a recording with the sqlite3 shell, and more.  Statements
 * that do not work on what is left of the file are skipped. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "support/mutant_inside.h"

enum { SQL_MAX = 1200, BODY_MAX = 256 * 1024 };

/* ---- the door ---- */

/* NULL if SQLite does not take the file any more. */
static sqlite3 *open_file(const struct mutants *mutants)
{
    sqlite3 *handle = NULL;
    int is_writable = 0;
    sqlite3_open_v2(mutants->path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, &is_writable);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 100000000);
    if (sqlite3_exec(handle, "PRAGMA synchronous=OFF; PRAGMA max_page_count=4000", NULL, NULL,
                     NULL) != SQLITE_OK) {
        sqlite3_close(handle);
        return NULL;
    }
    return handle;
}

static int give_up(void *context)
{
    return ++*(int *)context > 200;
}

static void run(struct mutants *mutants, const char *sql)
{
    sqlite3 *handle = open_file(mutants);
    int n = 0;
    if (handle) { /* what is left of it may go round in circles */
        sqlite3_progress_handler(handle, 10000, give_up, &n);
        sqlite3_exec(handle, sql, NULL, NULL, NULL);
        sqlite3_exec(handle, "ROLLBACK", NULL, NULL, NULL);
        sqlite3_close(handle);
    }
}

/* ---- what the good one is made of ---- */

static int number_of(sqlite3 *handle, const char *sql)
{
    sqlite3_stmt *statement;
    mutant_must(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK &&
                    sqlite3_step(statement) == SQLITE_ROW,
                sql);
    int number = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

static void learn_table(sqlite3 *handle, struct mutant_table *table, const char *name)
{
    char sql[128];
    sqlite3_stmt *statement;
    snprintf(table->name, sizeof table->name, "%s", name);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table->name);
    table->n_rows = number_of(handle, sql);
    table->blob = -1;
    snprintf(sql, sizeof sql, "PRAGMA table_info(%s)", table->name);
    mutant_must(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK, sql);
    while (sqlite3_step(statement) == SQLITE_ROW && table->n_columns < COLUMNS_MAX) {
        if (strcmp((const char *)sqlite3_column_text(statement, 2), "BLOB") == 0) {
            table->blob = table->n_columns;
        }
        snprintf(table->columns[table->n_columns++], sizeof *table->columns, "%s",
                 (const char *)sqlite3_column_text(statement, 1));
    }
    sqlite3_finalize(statement);
}

void mutant_learn_tables(struct mutants *mutants)
{
    sqlite3 *handle = open_file(mutants);
    sqlite3_stmt *statement = NULL;
    mutant_must(handle &&
                    sqlite3_prepare_v2(handle, "SELECT name FROM sqlite_schema WHERE type='table'",
                                       -1, &statement, NULL) == SQLITE_OK,
                "the good one cannot be read");
    while (sqlite3_step(statement) == SQLITE_ROW && mutants->n_tables < TABLES_MAX) {
        learn_table(handle, &mutants->tables[mutants->n_tables++],
                    (const char *)sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    mutants->version = number_of(handle, "PRAGMA user_version");
    sqlite3_close(handle);
}

static const struct mutant_table *any_table(struct mutants *mutants)
{
    return &mutants->tables[rng_below(&mutants->rng, mutants->n_tables)];
}

static const char *any_column(struct mutants *mutants, const struct mutant_table *table)
{
    return table->columns[rng_below(&mutants->rng, table->n_columns)];
}

/* "(SELECT rowid FROM t LIMIT 1 OFFSET 17)", the first and last rows often. */
static void any_row(struct mutants *mutants, const struct mutant_table *table, char *text,
                    size_t size)
{
    int row = rng_below(&mutants->rng, table->n_rows + 1);
    int how = rng_below(&mutants->rng, 4);
    row = how == 0 ? 0 : how == 1 ? table->n_rows - 1 : row;
    snprintf(text, size, "(SELECT rowid FROM %s LIMIT 1 OFFSET %d)", table->name, row);
}

/* ---- values ---- */

static void any_value(struct mutants *mutants, const struct mutant_table *table, const char *column,
                      char *text, size_t size)
{
    static const char *const values[] = {"NULL",
                                         "0.5",
                                         "9e999",
                                         "-9e999",
                                         "1e300",
                                         "-0.0",
                                         "1e-300",
                                         "''",
                                         "'x'",
                                         "'nan'",
                                         "x''",
                                         "x'00'",
                                         "char(27)||'[2J'",
                                         "CAST(x'c328' AS TEXT)",
                                         "CAST(x'4100' AS TEXT)",
                                         "'<script>alert(1)</script>'",
                                         "'a'||char(10)||'b'",
                                         "zeroblob(65536)",
                                         "hex(zeroblob(60))",
                                         "hex(zeroblob(136))",
                                         "hex(zeroblob(5000))",
                                         "zeroblob(1100000)",
                                         "hex(zeroblob(600000))",
                                         "zeroblob(5000000)",
                                         "'-9223372036854775809'",
                                         "'0x7fffffff'",
                                         "'%s%n%1000000d'",
                                         "'all'",
                                         "'a: lr=1e9 net=10000'",
                                         "'9999999-9999999-1--5'",
                                         "'64-2000000000-2000000000'",
                                         "'-5--5--5'",
                                         "'1x1'",
                                         "'inf'"};
    struct rng *rng = &mutants->rng;
    char row[96];
    switch (rng_below(rng, 5)) {
    case 0:
        snprintf(text, size, "%s", values[rng_below(rng, (int)(sizeof values / sizeof *values))]);
        break;
    case 1: /* what stands in another row */
        any_row(mutants, table, row, sizeof row);
        snprintf(text, size, "(SELECT %s FROM %s WHERE rowid=%s)", column, table->name, row);
        break;
    case 2:
        snprintf(text, size, "%s + (%lld)", column, (long long)mutant_number(rng));
        break;
    case 3:
        snprintf(text, size, "substr(%s, %d, %d)", column, 1 + rng_below(rng, 4),
                 rng_below(rng, 12));
        break;
    default:
        snprintf(text, size, "%lld", (long long)mutant_number(rng));
        break;
    }
}

void mutant_cell(struct mutants *mutants)
{
    sqlite3 *handle = open_file(mutants);
    int n = 0;
    if (!handle) {
        return;
    }
    sqlite3_progress_handler(handle, 10000, give_up, &n);
    for (int i = 1 + rng_below(&mutants->rng, 1 << rng_below(&mutants->rng, 4)); i > 0; i--) {
        const struct mutant_table *table = any_table(mutants);
        const char *column = any_column(mutants, table);
        char value[200], row[96], sql[SQL_MAX];
        any_value(mutants, table, column, value, sizeof value);
        any_row(mutants, table, row, sizeof row);
        if (mutant_once_in(&mutants->rng, 12)) { /* all rows, or many */
            snprintf(row, sizeof row, "rowid AND rowid %% %d = 0", 1 + rng_below(&mutants->rng, 4));
        }
        snprintf(sql, sizeof sql, "UPDATE OR IGNORE %s SET %s=%s WHERE rowid=%s", table->name,
                 column, value, row);
        sqlite3_exec(handle, sql, NULL, NULL, NULL);
    }
    sqlite3_close(handle);
}

void mutant_rows(struct mutants *mutants)
{
    const struct mutant_table *table = any_table(mutants);
    const char *key = table->columns[0];
    char one[96], other[96], sql[SQL_MAX];
    any_row(mutants, table, one, sizeof one);
    any_row(mutants, table, other, sizeof other);
    switch (rng_below(&mutants->rng, 6)) {
    case 0:
        snprintf(sql, sizeof sql, "DELETE FROM %s WHERE rowid=%s", table->name, one);
        break;
    case 1:
        snprintf(sql, sizeof sql, "DELETE FROM %s WHERE rowid>=%s", table->name, one);
        break;
    case 2:
        snprintf(sql, sizeof sql, "DELETE FROM %s", table->name);
        break;
    case 3: /* two change places */
        snprintf(sql, sizeof sql,
                 "CREATE TEMP TABLE x AS SELECT %s AS a, %s AS b; UPDATE %s SET %s=-5 WHERE "
                 "rowid=(SELECT a FROM x); UPDATE %s SET %s=(SELECT a FROM x) WHERE rowid=(SELECT "
                 "b FROM x); UPDATE %s SET %s=(SELECT b FROM x) WHERE rowid=-5",
                 one, other, table->name, key, table->name, key, table->name, key);
        break;
    case 4: /* far away */
        snprintf(sql, sizeof sql, "UPDATE %s SET %s=%lld WHERE rowid=%s", table->name, key,
                 (long long)mutant_number(&mutants->rng), one);
        break;
    default: /* the end once more */
        snprintf(sql, sizeof sql,
                 "CREATE TEMP TABLE x AS SELECT * FROM %s WHERE rowid>=%s; UPDATE x SET %s=%s+"
                 "(SELECT max(rowid)-min(rowid)+1 FROM %s); INSERT INTO %s SELECT * FROM x",
                 table->name, one, key, key, table->name, table->name);
        break;
    }
    run(mutants, sql);
}

/* ---- what is packed in blobs ---- */

static void change_body(struct mutants *mutants, struct image *body)
{
    struct rng *rng = &mutants->rng;
    size_t size = body->size;
    switch (rng_below(rng, 6)) {
    case 0:
        image_resize(body, (size_t)mutant_below(rng, (int64_t)size + 1));
        break;
    case 1: /* the largest numbers there can be */
        for (size_t at = (size_t)mutant_below(rng, (int64_t)size), k = 0; k < 9 && at + k < size;
             k++) {
            body->bytes[at + k] = k < 8 ? 0xff : 0x7f;
        }
        break;
    case 2:
        image_resize(body, size + (size_t)rng_below(rng, 100000));
        break;
    default:
        mutant_scramble(rng, body);
        break;
    }
}

/* A blob is a byte that says its format, and a stream; or something else. */
static void repack(struct mutants *mutants, const unsigned char *bytes, size_t size,
                   struct image *out)
{
    static unsigned char body_bytes[BODY_MAX];
    uLongf length = BODY_MAX;
    struct rng *rng = &mutants->rng;
    bool is_stream = size > 1 && uncompress(body_bytes, &length, bytes + 1, size - 1) == Z_OK;
    if (!is_stream || mutant_once_in(rng, 8)) {
        image_resize(out, size);
        memcpy(out->bytes, bytes, size);
        mutant_scramble(rng, out);
        return;
    }
    struct image body = {0};
    image_resize(&body, length);
    memcpy(body.bytes, body_bytes, length);
    change_body(mutants, &body);
    uLongf packed = compressBound(body.size);
    image_resize(out, packed + 1);
    out->bytes[0] = bytes[0];
    mutant_must(compress2(out->bytes + 1, &packed, body.bytes, body.size, 1) == Z_OK, "zlib");
    image_resize(out, packed + 1);
    free(body.bytes);
}

static void put_blob(sqlite3 *handle, const struct mutant_table *table, int64_t row,
                     const struct image *image)
{
    char sql[200];
    sqlite3_stmt *statement;
    snprintf(sql, sizeof sql, "UPDATE %s SET %s=? WHERE rowid=%lld", table->name,
             table->columns[table->blob], (long long)row);
    if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK) {
        sqlite3_bind_blob64(statement, 1, image->bytes, image->size, SQLITE_STATIC);
        sqlite3_step(statement);
        sqlite3_finalize(statement);
    }
}

static void change_blob(struct mutants *mutants, sqlite3 *handle, const struct mutant_table *table)
{
    char row[96], sql[300];
    sqlite3_stmt *statement;
    struct image image = {0};
    any_row(mutants, table, row, sizeof row);
    snprintf(sql, sizeof sql, "SELECT rowid, %s FROM %s WHERE rowid=%s",
             table->columns[table->blob], table->name, row);
    if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) != SQLITE_OK) {
        return;
    }
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_bytes(statement, 1) > 0) {
        int64_t number = sqlite3_column_int64(statement, 0);
        const unsigned char *bytes = sqlite3_column_blob(statement, 1);
        if (mutant_once_in(&mutants->rng, 30)) { /* small, and enormous when it is unpacked */
            image_resize(&image, mutants->bomb.size + 1);
            image.bytes[0] = bytes[0];
            memcpy(image.bytes + 1, mutants->bomb.bytes, mutants->bomb.size);
        } else {
            repack(mutants, bytes, (size_t)sqlite3_column_bytes(statement, 1), &image);
        }
        sqlite3_reset(statement);
        put_blob(handle, table, number, &image);
    }
    sqlite3_finalize(statement);
    free(image.bytes);
}

void mutant_blob(struct mutants *mutants)
{
    sqlite3 *handle = open_file(mutants);
    int n = 0;
    if (!handle) {
        return;
    }
    sqlite3_progress_handler(handle, 10000, give_up, &n);
    for (int i = 1 + rng_below(&mutants->rng, 1 << rng_below(&mutants->rng, 5)); i > 0; i--) {
        const struct mutant_table *table = any_table(mutants);
        if (table->blob >= 0) {
            change_blob(mutants, handle, table);
        }
    }
    sqlite3_close(handle);
}

/* ---- very many rows ---- */

/* Entries without end that each ask for memory or time: learners of a thousand tasks and their
 * copies, stages, rewinds over many marks. */
void mutant_flood(struct mutants *mutants)
{
    static const char *const rows[] = {
        "'learner', 1000+i, 0, -1, 5, NULL, 'n'||i",
        "'learner', 1000+i, 0, 0, 100, NULL, 'n'||i",
        "CASE i%2 WHEN 0 THEN 'stage' ELSE 'stage end' END, -1, 3+i/2, i%3, 200+i, NULL, NULL",
        "CASE i%2 WHEN 0 THEN 'rewind' ELSE 'command' END, -1, 1, 0, 45, NULL, 'note x'",
        "CASE i%2 WHEN 0 THEN 'learner' ELSE 'removed' END, 1000+i/2, 0, i%2-1, 9, NULL, 'n'||i",
        "'accuracy', i%3, 2, i%3, 100+i, 0.5, NULL",
        "'matrix', i%3, 2, 2, 120, 0.5, NULL",
        "'baseline', i%3, 0, i%1000, 0, 0.1, NULL",
        "'command', -1, 0, 0, 5, NULL, 'set lr 1'"};
    struct rng *rng = &mutants->rng;
    char sql[SQL_MAX];
    int n_rows = 1 << rng_below(rng, mutant_once_in(rng, 50) ? 15 : 11);
    if (mutant_once_in(rng, 3)) { /* as many tasks as there can be */
        run(mutants, "UPDATE entries SET task=999 WHERE kind='baseline' AND task=2");
    }
    for (int i = 1 + rng_below(rng, 3); i > 0; i--) {
        snprintf(sql, sizeof sql,
                 "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i<%d) INSERT "
                 "INTO entries SELECT m+i, t, %s FROM c, (SELECT max(n) AS m, max(t) AS t FROM "
                 "entries)",
                 n_rows, rows[rng_below(rng, (int)(sizeof rows / sizeof *rows))]);
        run(mutants, sql);
    }
}

/* ---- the schema ---- */

void mutant_newer(struct mutants *mutants)
{
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA user_version=%d",
             mutants->version + 1 + rng_below(&mutants->rng, 1000000));
    run(mutants, sql);
}

void mutant_version(struct mutants *mutants)
{
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA %s=%d",
             mutant_once_in(&mutants->rng, 2) ? "user_version" : "application_id",
             (int)mutant_number(&mutants->rng));
    run(mutants, sql);
}

void mutant_schema(struct mutants *mutants)
{
    static const char *const texts[] = {
        "DROP TABLE %s",
        "ALTER TABLE %s RENAME TO x",
        "ALTER TABLE %s RENAME TO x; CREATE VIEW %s AS SELECT * FROM x",
        "ALTER TABLE %s RENAME TO x; CREATE TABLE %s AS SELECT * FROM x",
        "ALTER TABLE %s ADD COLUMN more",
        "ALTER TABLE %s ADD COLUMN made AS (hex(zeroblob(n)))",
        "ALTER TABLE %s RENAME TO x; CREATE VIRTUAL TABLE %s USING fts5(n, t, kind)",
        "CREATE TRIGGER a AFTER INSERT ON %s BEGIN DELETE FROM %s; END",
        "DROP TABLE %s; CREATE TABLE %s(key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID",
        "UPDATE sqlite_schema SET sql='CREATE TABLE %s(n)' WHERE name='%s'",
        "UPDATE sqlite_schema SET sql=replace(sql, 'INTEGER', 'TEXT') WHERE name='%s'",
        "UPDATE sqlite_schema SET sql=replace(sql, 'PRIMARY KEY', '') WHERE name='%s'",
        "UPDATE sqlite_schema SET sql=sql||hex(zeroblob(400000)) WHERE name='%s'",
        "UPDATE sqlite_schema SET sql=NULL WHERE name='%s'",
        "UPDATE sqlite_schema SET rootpage=0 WHERE name='%s'",
        "UPDATE sqlite_schema SET rootpage=1 WHERE name='%s'",
        "UPDATE sqlite_schema SET rootpage=rootpage+1 WHERE name='%s'",
        "UPDATE sqlite_schema SET rootpage=2147483647 WHERE name='%s'",
        "UPDATE sqlite_schema SET type='view', rootpage=0 WHERE name='%s'",
        "UPDATE sqlite_schema SET name='%s', tbl_name='%s' WHERE type='view'",
        ("INSERT INTO sqlite_schema SELECT type, name, tbl_name, 3, sql FROM sqlite_schema WHERE "
         "name='%s'")};
    const char *name = any_table(mutants)->name;
    const char *text = texts[rng_below(&mutants->rng, (int)(sizeof texts / sizeof *texts))];
    char sql[SQL_MAX] = "";
    for (const char *at = text; *at; at++) { /* each %s is that name */
        size_t used = strlen(sql);
        if (at[0] == '%') {
            snprintf(sql + used, sizeof sql - used, "%s", name);
            at++;
        } else {
            snprintf(sql + used, sizeof sql - used, "%c", at[0]);
        }
    }
    run(mutants, sql);
}

void mutant_shape(struct mutants *mutants)
{
    static const char *const texts[] = {
        "PRAGMA page_size=512; VACUUM",
        "PRAGMA page_size=65536; VACUUM",
        "PRAGMA auto_vacuum=1; VACUUM",
        "PRAGMA encoding='UTF-16'; VACUUM",
        "PRAGMA journal_mode=WAL; VACUUM",
        "CREATE INDEX x ON entries(kind, n); REINDEX",
        "CREATE TABLE more(a, b); INSERT INTO more VALUES(1, zeroblob(100000))",
        "ANALYZE"};
    run(mutants, texts[rng_below(&mutants->rng, (int)(sizeof texts / sizeof *texts))]);
}
