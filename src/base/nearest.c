/* SPDX-License-Identifier: MIT */
#include "base/nearest.h"

#include <string.h>

#include "base/range.h"

enum { WORD_MAX = 48, FAR = 1000 };

/* Optimal string alignment (Damerau-Levenshtein without edits inside a swap). */
int nearest_distance(const char *a, const char *b)
{
    int n = (int)strlen(a), m = (int)strlen(b), d[WORD_MAX][WORD_MAX];
    if (n >= WORD_MAX || m >= WORD_MAX) {
        return FAR;
    }
    for (int i = 0; i <= n; i++) {
        for (int j = 0; j <= m; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            int change = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            d[i][j] = min_int(change, min_int(d[i - 1][j], d[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                d[i][j] = min_int(d[i][j], d[i - 2][j - 2] + 1);
            }
        }
    }
    return d[n][m];
}

void nearest_offer(struct nearest *nearest, const char *word)
{
    int distance = nearest_distance(nearest->typed, word), length = (int)strlen(word);
    int allowed = length < 6 ? 1 + (length > 3) : length / 3;
    if (distance <= allowed && (!nearest->word || distance < nearest->distance)) {
        nearest->word = word;
        nearest->distance = distance;
    }
}
