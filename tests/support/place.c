/* SPDX-License-Identifier: MIT */
#include "support/place.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct place make_place(void)
{
    struct place place = {.folder = "/tmp/oubli-test-XXXXXX"};
    cr_assert_not_null(mkdtemp(place.folder));
    snprintf(place.file, sizeof place.file, "%s/a.oubli", place.folder);
    return place;
}

void leave(const struct place *place)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (int i = 0; i < 3; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", place->file, ends[i]);
        unlink(path);
    }
    cr_expect_eq(rmdir(place->folder), 0, "the test left a file behind in %s", place->folder);
}
