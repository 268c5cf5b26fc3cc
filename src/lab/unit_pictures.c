/* SPDX-License-Identifier: MIT */
#include "lab/unit_pictures.h"

#include <stdlib.h>
#include <string.h>

/* The place behind each input, from what the task sees of each pixel alone. */
static bool find_places(const struct suite *suite, int task, uint8_t *pixels, real *none, real *x,
                        int *place)
{
    int d = suite_n_features(suite), n_found = 0;
    memset(pixels, 0, (size_t)d);
    suite_see(suite, task, pixels, none);
    memset(place, -1, (size_t)d * sizeof *place);
    for (int j = 0; j < d; j++) {
        pixels[j] = 255;
        suite_see(suite, task, pixels, x);
        pixels[j] = 0;
        for (int i = 0; i < d; i++) {
            if (x[i] != none[i]) {
                n_found += place[i] < 0 ? 1 : d + 1; /* of several pixels: no arrangement */
                place[i] = j;
            }
        }
    }
    return n_found == d;
}

bool unit_pictures_arrange(const struct suite *suite, int task, int *place)
{
    size_t d = (size_t)suite_n_features(suite);
    uint8_t *pixels = malloc(d);
    real *none = malloc(2 * d * sizeof *none);
    bool ok = pixels && none && find_places(suite, task, pixels, none, none + d, place);
    for (size_t i = 0; !ok && i < d; i++) {
        place[i] = (int)i;
    }
    free(pixels);
    free(none);
    return ok;
}

void unit_pictures_take(const struct network *net, const real *theta, int unit, const int *place,
                        float *picture)
{
    const struct part *w = &net->parts[0];
    for (int i = 0; i < w->rows; i++) {
        picture[place[i]] = (float)theta[w->at + (size_t)i * w->stride + (size_t)unit];
    }
}

double unit_pictures_smoothness(const float *picture, int width, int height)
{
    int n = width * height, n_pairs = 0;
    double mean = 0, variance = 0, sum = 0;
    for (int i = 0; i < n; i++) {
        mean += (double)picture[i] / n;
    }
    for (int i = 0; i < n; i++) {
        double here = (double)picture[i] - mean;
        variance += here * here / n;
        if (i % width + 1 < width) {
            sum += here * ((double)picture[i + 1] - mean);
            n_pairs++;
        }
        if (i + width < n) {
            sum += here * ((double)picture[i + width] - mean);
            n_pairs++;
        }
    }
    return variance > 0 && n_pairs > 0 ? sum / n_pairs / variance : 0;
}
