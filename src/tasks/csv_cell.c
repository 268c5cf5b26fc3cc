/* SPDX-License-Identifier: MIT */
#include "tasks/csv_cell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NUMBER_SIZE = 64 };

static bool is_missing(const char *text)
{
    static const char *const marks[] = {"",  "na",   "n/a",  "#n/a", "nan",    "-nan",
                                        "?", "null", "none", "nil",  "missing"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (strcasecmp(text, marks[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool read_point(const char *text, double *number)
{
    char *end;
    *number = strtod(text, &end);
    return end != text && *end == '\0' && !isnan(*number);
}

static bool read_comma(const char *text, double *number)
{
    char copy[NUMBER_SIZE], *comma;
    if (strlen(text) >= sizeof copy || strchr(text, '.')) {
        return false;
    }
    strcpy(copy, text);
    comma = strchr(copy, ',');
    if (!comma) {
        return false;
    }
    *comma = '.';
    return read_point(copy, number);
}

enum csv_cell csv_cell_read(const char *text, double *number)
{
    return is_missing(text)           ? CSV_CELL_MISSING
           : read_point(text, number) ? CSV_CELL_POINT
           : read_comma(text, number) ? CSV_CELL_COMMA
                                      : CSV_CELL_WORD;
}

bool csv_cell_is_number(enum csv_cell cell)
{
    return cell == CSV_CELL_POINT || cell == CSV_CELL_COMMA;
}
