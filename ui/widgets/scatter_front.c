/* SPDX-License-Identifier: MIT
 * The points that no other beats. */
#include "ui/widgets/scatter_scene.h"

static bool beats(const struct scatter_point *a, const struct scatter_point *b)
{
    return scatter_is_placed(a->x, a->y) && a->x >= b->x && a->y >= b->y &&
           (a->x > b->x || a->y > b->y);
}

int scatter_front(const struct scatter_point *points, int n, int *out)
{
    int n_front = 0;
    for (int i = 0; i < n; i++) {
        bool is_beaten = !scatter_is_placed(points[i].x, points[i].y);
        for (int j = 0; j < n && !is_beaten; j++) {
            is_beaten = beats(&points[j], &points[i]);
        }
        if (is_beaten) {
            continue;
        }
        int at = n_front++;
        for (; at > 0 && points[out[at - 1]].x > points[i].x; at--) {
            out[at] = out[at - 1];
        }
        out[at] = i;
    }
    return n_front;
}
