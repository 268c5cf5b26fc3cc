/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tasks/dataset.h"

/* What may stand in a text: the first letter as it is there, and whether it is many. */
static const char *const words[] = {"accuracy", "Accuracy", "accuracies", NULL};

static const char *word_at(const char *text)
{
    for (int i = 0; words[i]; i++) {
        if (strncmp(text, words[i], strlen(words[i])) == 0) {
            return words[i];
        }
    }
    return NULL;
}

char *dataset_words(const struct dataset_kind *kind, const char *text, char *buf, size_t size)
{
    size_t used = 0;
    while (*text && used + 1 < size) {
        const char *word = kind && kind->score ? word_at(text) : NULL;
        if (!word) {
            buf[used++] = *text++;
            continue;
        }
        size_t at = used;
        used += (size_t)snprintf(buf + used, size - used, "%s%s", kind->score,
                                 word[strlen(word) - 1] == 's' ? "s" : "");
        buf[at] = (char)(word[0] == 'A' ? buf[at] - 'a' + 'A' : buf[at]);
        used = used < size ? used : size - 1;
        text += strlen(word);
    }
    buf[used] = '\0';
    return buf;
}
