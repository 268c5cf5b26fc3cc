/* SPDX-License-Identifier: MIT
 * Surfaces as bytes: all comes back, in little room, and no bytes do harm. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "session/snapshot_code.h"
#include "support/labs.h"

/* Of a real session with replay, just after C has begun. */
static struct snapshot *snapshot_of(const char *shown)
{
    struct config config = config_default();
    struct err err = {0};
    config.data = "plane";
    config.learners[0].on = 1u << strategy_find("replay");
    struct lab *lab = lab_create(&config, &(struct lab_options){0}, &err);
    cr_assert_not_null(lab, "%s", err.msg);
    labs_tell(lab, shown);
    labs_tell(lab, "map 1 drift task 1x1");
    labs_run(lab, 3300, 100);
    labs_tell(lab, "pause");
    struct snapshot *snapshot = malloc(sizeof *snapshot);
    *snapshot = *labs_look(lab);
    cr_assert(snapshot->exhibits.has[EXHIBIT_SURFACE]);
    lab_destroy(lab);
    return snapshot;
}

Test(surface_code, all_comes_back_in_little_room)
{
    static const struct {
        const char *shown;
        size_t most;
    } cases[] = {{"show surface 26x51", 1600},
                 {"show surface 60x120", 2300},
                 {"show surface 128x256", 4500}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct snapshot *from = snapshot_of(cases[i].shown), *to = malloc(sizeof *to);
        struct err err = {0};
        size_t size;
        unsigned char *bytes = snapshot_encode(from, &size, &err);
        cr_assert_not_null(bytes, "%s", err.msg);
        cr_expect_leq(size, cases[i].most, "%s: %zu bytes", cases[i].shown, size);
        cr_assert(snapshot_decode(to, bytes, size, &err), "%s", err.msg);
        const struct surface *a = &from->exhibits.surface, *b = &to->exhibits.surface;
        cr_expect(a->step == b->step && a->learner == b->learner && a->task == b->task);
        cr_expect(a->n_classes == b->n_classes && a->rows == b->rows && a->cols == b->cols);
        cr_expect_eq(memcmp(a->low, b->low, sizeof a->low), 0);
        cr_expect_eq(memcmp(a->high, b->high, sizeof a->high), 0);
        cr_expect_eq(memcmp(a->cells, b->cells, (size_t)(a->rows * a->cols)), 0);
        cr_assert(a->n_points == b->n_points && a->n_replayed == b->n_replayed);
        cr_expect(a->n_points > 0 && a->n_replayed > 0);
        for (int k = 0; k < a->n_points; k++) {
            const struct surface_point *p = &a->points[k], *q = &b->points[k];
            cr_assert(p->x == q->x && p->y == q->y && p->task == q->task && p->label == q->label &&
                      p->is_right == q->is_right);
        }
        free(bytes);
        free(from);
        free(to);
    }
}

static bool read(const unsigned char *bytes, size_t size, struct exhibits *exhibits)
{
    struct archive archive = archive_reader(bytes, size);
    memset(exhibits, 0, sizeof *exhibits);
    exhibit_surface.archive(exhibits, &archive);
    const struct surface *surface = &exhibits->surface;
    cr_assert(surface->n_points >= 0 && surface->n_points <= SURFACE_POINTS_MAX);
    cr_assert(surface->n_replayed >= 0 && surface->n_replayed <= SURFACE_REPLAYED_MAX);
    cr_assert(surface->rows >= 0 && surface->rows <= SURFACE_ROWS_MAX && surface->cols >= 0 &&
              surface->cols <= SURFACE_COLS_MAX);
    return !archive.has_failed && archive_is_at_end(&archive);
}

Test(surface_code, any_bytes_give_a_surface_or_a_failure)
{
    struct snapshot *snapshot = snapshot_of("show surface 3x5");
    struct archive archive = {0};
    size_t size;
    exhibit_surface.archive(&snapshot->exhibits, &archive);
    unsigned char *bytes = archive_take(&archive, &size);
    struct exhibits *exhibits = malloc(sizeof *exhibits);
    int n_read = 0;
    cr_assert(read(bytes, size, exhibits));
    for (size_t cut = 0; cut < size; cut++) {
        cr_assert_not(read(bytes, cut, exhibits), "a part was taken for a whole");
    }
    srand(2);
    for (int i = 0; i < 20000; i++) {
        size_t at = (size_t)rand() % size;
        unsigned char was = bytes[at];
        bytes[at] = (unsigned char)rand();
        n_read += read(bytes, size, exhibits);
        bytes[at] = was;
    }
    cr_expect_gt(n_read, 1000, "most bytes are places that may be anything");
    cr_expect_lt(n_read, 20000);
    free(bytes);
    free(exhibits);
    free(snapshot);
}
