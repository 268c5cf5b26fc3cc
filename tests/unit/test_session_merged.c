/* SPDX-License-Identifier: MIT
 * Merged runs: what is written is read back; what is not merged runs is left alone. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/database.h"
#include "session/merged.h"

static void name_file(char path[64])
{
    snprintf(path, 64, "/tmp/oubli-merged-XXXXXX");
    close(mkstemp(path));
    unlink(path);
}

static const struct merged_about about = {
    .n_keys = 3,
    .keys = {{"ewc.lambda", true, "1..1e4 log 2"},
             {"strategy", false, "none,ewc"},
             {"steps", true, "50,100"}},
    .command = "oubli sweep --over 'ewc.lambda=1..1e4 log 2' --dir d",
    .version = "0.1.0"};

static struct merged_row row_at(int i)
{
    struct merged_row row = {.job = i / 2,
                             .seed = 3 + i,
                             .learner = i % 2 ? "a" : "b",
                             .keys = {{0.1 * i, NULL}, {0, i % 2 ? "none" : "ewc"}, {50, NULL}},
                             .json = i ? "{\"R\":[]}" : "{}"};
    for (int m = 0; m < MERGED_METRICS; m++) {
        row.metrics[m] = m == i ? (double)NAN : 1.0 / (3 + m + i);
    }
    return row;
}

static void write_file(const char *path, int n)
{
    struct err err = {0};
    struct merged_writer *writer = merged_create(path, &about, &err);
    cr_assert_not_null(writer, "%s", err.msg);
    for (int i = 0; i < n; i++) {
        struct merged_row row = row_at(i);
        cr_assert(merged_add(writer, &row, &err), "%s", err.msg);
    }
    cr_assert(merged_settle(writer, &err), "%s", err.msg);
    merged_discard(writer);
}

static void expect_number(double found, double expected)
{
    cr_expect(isnan(expected) ? isnan(found) : found == expected, "%g, not %g", found, expected);
}

static void expect_row(const struct merged_row *found, int i)
{
    struct merged_row row = row_at(i);
    row.metrics[MERGED_steps] = (double)NAN; /* a key is called so */
    cr_expect_eq(found->job, row.job);
    cr_expect_eq(found->seed, row.seed);
    cr_expect_str_eq(found->learner, row.learner);
    cr_expect_str_eq(found->json, row.json);
    expect_number(found->keys[0].number, row.keys[0].number);
    cr_expect_str_eq(found->keys[1].text, row.keys[1].text);
    expect_number(found->keys[2].number, row.keys[2].number);
    for (int m = 0; m < MERGED_METRICS; m++) {
        expect_number(found->metrics[m], row.metrics[m]);
    }
}

Test(merged, what_is_written_is_read_back_in_its_order)
{
    char path[64];
    struct err err = {0};
    name_file(path);
    write_file(path, 9);
    write_file(path, 5); /* takes the place of the first */
    struct merged *merged = merged_open(path, &err);
    cr_assert_not_null(merged, "%s", err.msg);
    const struct merged_about *read = merged_about(merged);
    cr_expect_eq(read->n_keys, about.n_keys);
    for (int k = 0; k < about.n_keys; k++) {
        cr_expect_str_eq(read->keys[k].name, about.keys[k].name);
        cr_expect_str_eq(read->keys[k].spec, about.keys[k].spec);
        cr_expect_eq(read->keys[k].is_number, about.keys[k].is_number);
    }
    cr_expect_str_eq(read->command, about.command);
    cr_expect_str_eq(read->version, about.version);
    for (int pass = 0; pass < 2; pass++, merged_rewind(merged)) {
        struct merged_row row;
        for (int i = 0; i < 5; i++) {
            cr_assert_eq(merged_next(merged, &row, &err), MERGED_ROW, "%s", err.msg);
            expect_row(&row, i);
        }
        cr_expect_eq(merged_next(merged, &row, &err), MERGED_END);
    }
    merged_close(merged);
    unlink(path);
}

Test(merged, a_run_is_there_once)
{
    char path[64];
    struct err err = {0};
    name_file(path);
    struct merged_writer *writer = merged_create(path, &about, &err);
    struct merged_row row = row_at(0);
    cr_assert(writer && merged_add(writer, &row, &err), "%s", err.msg);
    cr_expect_not(merged_add(writer, &row, &err));
    merged_discard(writer);
    cr_expect_neq(access(path, F_OK), 0, "what was not settled is taken away");
}

Test(merged, another_file_is_not_replaced)
{
    char path[64], text[8] = "";
    struct err err = {0};
    name_file(path);
    FILE *file = fopen(path, "w");
    fputs("thesis", file);
    fclose(file);
    cr_expect_null(merged_create(path, &about, &err));
    cr_expect(strstr(err.msg, "is not replaced"), "%s", err.msg);
    file = fopen(path, "r");
    cr_expect(fgets(text, sizeof text, file));
    cr_expect_str_eq(text, "thesis");
    fclose(file);
    unlink(path);
}

/* What comes of a file that somebody has changed by `sql`; opened, and all rows read. */
static void expect_refused(const char *sql, const char *words)
{
    char path[64];
    struct err err = {0};
    struct merged_row row;
    enum merged_result result = MERGED_FAILED;
    name_file(path);
    write_file(path, 3);
    struct database *database = database_extend(path, &err);
    cr_assert(database && database_run(database, sql, &err), "%s: %s", sql, err.msg);
    database_close(database);
    struct merged *merged = merged_open(path, &err);
    while (merged && (result = merged_next(merged, &row, &err)) == MERGED_ROW) {
    }
    if (words) {
        cr_expect_eq(result, MERGED_FAILED, "%s", sql);
        cr_expect(strstr(err.msg, words), "%s: %s", sql, err.msg);
    } else {
        cr_expect_eq(result, MERGED_END, "%s: %s", sql, err.msg);
    }
    merged_close(merged);
    unlink(path);
}

Test(merged, what_makes_no_sense_is_one_line)
{
    expect_refused("PRAGMA application_id=7", "application_id");
    expect_refused("PRAGMA application_id=0x6f75626c", "it is a recording");
    expect_refused("PRAGMA user_version=2", "format 1 expected, 2 found");
    expect_refused("DROP TABLE runs", "no column");
    expect_refused("DROP TABLE sweep", "merged runs");
    expect_refused("UPDATE sweep SET key='over.x y' WHERE key='over.strategy'", "table sweep");
    expect_refused("UPDATE sweep SET key='over.gone' WHERE key='over.strategy'", "no column");
    expect_refused("UPDATE sweep SET value=x'00' WHERE key='version'", "table sweep");
    expect_refused("UPDATE runs SET job='x' WHERE job=1", "table runs");
    expect_refused("UPDATE runs SET json=NULL WHERE job=1", "table runs");
    expect_refused("UPDATE runs SET forgetting='x'", "table runs");
    expect_refused("ALTER TABLE runs ADD COLUMN mine TEXT; CREATE TABLE more(x)", NULL);
    expect_refused("ALTER TABLE runs DROP COLUMN forgetting", NULL);
}
