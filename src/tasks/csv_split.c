/* SPDX-License-Identifier: MIT */
#include "tasks/csv_split.h"

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "tasks/clean.h"
#include "tasks/formats.h"
#include "tasks/gz.h"
#include "tasks/holdout.h"
#include "tasks/plain_text.h"

enum { SHOWN = 32 };
static const double TEST_SHARE = 0.2;
static const size_t TEXT_MAX = (size_t)1 << 30;

static char *read_lines(const char *path, struct err *err)
{
    struct gz gz = {0};
    size_t size = 0;
    char *text = gz_open(&gz, path, err) ? gz_read_all(&gz, TEXT_MAX, &size, err) : NULL;
    gz_close(&gz);
    text = text ? plain_text_take(path, text, &size, NULL, "a list of train and test", err) : NULL;
    if (text) {
        text[plain_text_lines(text, size)] = '\0';
    }
    return text;
}

/* The word of the line at `*at`, without blanks and quotes, cut to `size`; moves on behind it. */
static void take_line(const char **at, char *word, size_t size)
{
    static const char around[] = " \t\"";
    size_t length = strcspn(*at, "\n"), skip = strspn(*at, around), n = length;
    while (n > skip && strchr(around, (*at)[n - 1])) {
        n--;
    }
    n = n > skip ? n - skip : 0;
    n = n < size ? n : size - 1;
    memcpy(word, *at + (skip < length ? skip : length), n);
    word[n] = '\0';
    *at += length;
    *at += **at == '\n';
}

/* sides: (n) of all rows of data, true: to test on.  A first line that is neither may be a header.
 */
static bool read_sides(const char *path, const char *text, bool *sides, int n, struct err *err)
{
    int i = 0;
    long line = 0;
    for (const char *at = text; *at;) {
        char word[SHOWN], shown[SHOWN];
        take_line(&at, word, sizeof word);
        line++;
        bool is_test = strcmp(word, "test") == 0;
        if (!is_test && strcmp(word, "train") != 0) {
            if (line == 1 || !*word) {
                continue;
            }
            return err_set(err, ERR_FAILED, "%s:%ld: train or test expected, '%s' found", path,
                           line, clean_copy(shown, sizeof shown, word));
        }
        if (i < n) {
            sides[i] = is_test;
        }
        i++;
    }
    return i == n || err_set(err, ERR_FAILED,
                             "%s: %d lines of train or test expected, one for each row of the "
                             "table, %d found",
                             path, n, i);
}

static int split_by_file(bool *is_test, const struct csv_used *used, const char *path,
                         struct err *err)
{
    int n_rows = csv_columns_rows(used->columns), n_test = 0;
    char *text = read_lines(path, err);
    bool *sides = text ? calloc((size_t)n_rows, sizeof *sides) : NULL;
    bool ok = sides && read_sides(path, text, sides, n_rows, err);
    if (text && !sides) {
        err_set(err, ERR_FAILED, "%s: no memory for %d rows", path, n_rows);
    }
    for (int i = 0; ok && i < used->n; i++) {
        is_test[i] = sides[used->row[i]];
        n_test += is_test[i];
    }
    free(sides);
    free(text);
    return ok ? n_test : -1;
}

static int split_by_source(bool *is_test, const struct csv_used *used)
{
    int n_test = 0, first = used->columns->grid.n_first - used->columns->begin;
    for (int i = 0; i < used->n; i++) {
        is_test[i] = used->row[i] >= first;
        n_test += is_test[i];
    }
    return n_test;
}

static int split_every_fifth(bool *is_test, int n)
{
    for (int i = 0; i < n; i++) {
        is_test[i] = row_is_test(i);
    }
    return rows_of_test(n);
}

int csv_split(bool *is_test, const struct csv_used *used, const struct data_reading *reading,
              struct err *err)
{
    const char *split = reading->text[READING_SPLIT];
    if (split && reading->text[READING_TEST]) {
        err_set(err, ERR_USAGE,
                "--split: the rows of --test are those to test on; give one of both");
        return -1;
    }
    return reading->text[READING_TEST] ? split_by_source(is_test, used)
           : !split || strcmp(split, "random") == 0
               ? holdout_draw(is_test, used->strata, used->n, used->n_strata, TEST_SHARE,
                              rng_stream_holdout(), err)
           : strcmp(split, "every-fifth") == 0 ? split_every_fifth(is_test, used->n)
                                               : split_by_file(is_test, used, split, err);
}
