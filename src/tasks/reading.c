/* SPDX-License-Identifier: MIT */
#include "tasks/reading.h"

#include <string.h>

#define READING_ROW(id, lower, name, argument, initial, of, words, help) {name, of, words},
static const struct reading_row rows[READING_COUNT] = {READING_LIST(READING_ROW)};

const struct reading_row *reading_at(enum reading_id id)
{
    return &rows[id];
}

/* Is it one of "a|b|c"? */
static bool is_one_of(const char *text, const char *words)
{
    size_t length = strlen(text);
    for (const char *at = words; *at; at += *at == '|') {
        size_t n = strcspn(at, "|");
        if (n == length && memcmp(at, text, n) == 0) {
            return true;
        }
        at += n;
    }
    return false;
}

bool reading_check(enum reading_id id, const char *text, struct err *err)
{
    const struct reading_row *row = reading_at(id);
    if (row->words && !is_one_of(text, row->words)) {
        return err_set(err, ERR_USAGE, "--%s: %s expected, found '%.60s'", row->name, row->words,
                       text);
    }
    return true;
}

bool reading_is(const struct data_reading *reading, enum reading_id id, const char *word)
{
    return reading->text[id] && strcmp(reading->text[id], word) == 0;
}
