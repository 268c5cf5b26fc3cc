/* SPDX-License-Identifier: MIT */
#include "lab/microscope.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MAX = 1000000 };

/* A number from 1 becomes one from 0. */
static bool take_number(const char **at, int *number)
{
    char *end;
    long n = isdigit((unsigned char)**at) ? strtol(*at, &end, 10) : 0;
    if (n < 1 || n > NUMBER_MAX) {
        return false;
    }
    *number = (int)n - 1;
    *at = end;
    return true;
}

/* ":43" or ":41-44". */
static bool take_range(const char **at, int range[2])
{
    if (*(*at)++ != ':' || !take_number(at, &range[0])) {
        return false;
    }
    range[1] = range[0];
    return **at != '-' || (++*at, take_number(at, &range[1]) && range[1] >= range[0]);
}

static bool take_rule(const char *word, struct weight_choice *choice)
{
    size_t length = strcspn(word, ":");
    const char *rest = word + length, *name;
    for (int rule = 0; (name = spring_rule_name(rule)); rule++) {
        if (strlen(name) == length && strncmp(name, word, length) == 0) {
            choice->rule = (enum spring_rule)rule;
            choice->is_by_rule = true;
        }
    }
    if (!choice->is_by_rule || *rest == '\0') {
        return choice->is_by_rule;
    }
    rest++;
    return take_number(&rest, &choice->rank) && *rest == '\0' && choice->rank < MICROSCOPE_TOP;
}

bool weight_choice_parse(const char *word, struct weight_choice *choice)
{
    struct weight_choice read = {0};
    const char *at = word;
    bool ok = take_rule(word, &read) ||
              (!read.is_by_rule && take_number(&at, &read.part) && take_range(&at, read.rows) &&
               take_range(&at, read.cols) && *at == '\0');
    *choice = ok ? read : *choice;
    return ok;
}

static void put_range(const int range[2], char *buf, size_t size)
{
    snprintf(buf, size, range[1] > range[0] ? "%d-%d" : "%d", range[0] + 1, range[1] + 1);
}

char *weight_choice_format(const struct weight_choice *choice, char *buf, size_t size)
{
    char rows[24], cols[24];
    if (choice->is_by_rule) {
        snprintf(buf, size, choice->rank > 0 ? "%s:%d" : "%s", spring_rule_name((int)choice->rule),
                 choice->rank + 1);
        return buf;
    }
    put_range(choice->rows, rows, sizeof rows);
    put_range(choice->cols, cols, sizeof cols);
    snprintf(buf, size, "%d:%s:%s", choice->part + 1, rows, cols);
    return buf;
}

bool weight_choice_equal(const struct weight_choice *a, const struct weight_choice *b)
{
    char text[2][WEIGHT_CHOICE_TEXT_MAX];
    return strcmp(weight_choice_format(a, text[0], sizeof text[0]),
                  weight_choice_format(b, text[1], sizeof text[1])) == 0;
}

struct weight_choice weight_choice_at(int part, int row, int col)
{
    return (struct weight_choice){.part = part, .rows = {row, row}, .cols = {col, col}};
}

struct forces seen_forces(const struct seen_weight *weight, int point)
{
    double moved = (double)weight->value[point] - (double)weight->value[0];
    double pull = (double)weight->pull[point];
    return (struct forces){moved - pull, pull, moved};
}

int microscope_find(const struct microscope *microscope, const struct weight_choice *choice)
{
    if (microscope->n > 0 && weight_choice_equal(&microscope->asked, choice)) {
        return 0;
    }
    for (int i = 0; i < microscope->n; i++) {
        const struct seen_weight *weight = &microscope->weights[i];
        struct weight_choice own = weight_choice_at(weight->part, weight->row, weight->col);
        bool is_it = choice->is_by_rule
                         ? weight->rule == (int)choice->rule && weight->rank == choice->rank
                         : weight_choice_equal(&own, choice);
        if (is_it) {
            return i;
        }
    }
    return -1;
}
