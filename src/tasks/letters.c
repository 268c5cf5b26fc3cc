/* SPDX-License-Identifier: MIT
 * Letters of tasks: numbers to the base 26 without a zero, A .. Z, AA .. ZZ, AAA ... */
#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "tasks/suite.h"

char *task_letter(int task, char buf[4])
{
    assert(task >= 0 && task < SUITE_TASKS_MAX);
    char reversed[4];
    int n = 0, used = 0;
    for (int left = task + 1; left > 0; left = (left - 1) / 26) {
        reversed[n++] = (char)('A' + (left - 1) % 26);
    }
    while (n > 0) {
        buf[used++] = reversed[--n];
    }
    buf[used] = '\0';
    return buf;
}

int task_from_letter(const char *letter, int n_tasks)
{
    size_t length = strlen(letter);
    int number = 0;
    if (length < 1 || length > 3) {
        return -1;
    }
    for (size_t i = 0; i < length; i++) {
        int upper = toupper((unsigned char)letter[i]);
        if (upper < 'A' || upper > 'Z') {
            return -1;
        }
        number = 26 * number + upper - 'A' + 1;
    }
    return number <= n_tasks ? number - 1 : -1;
}
