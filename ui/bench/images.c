/* SPDX-License-Identifier: MIT */
#include "ui/bench/images.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/rng.h"

enum { SIDE = 28, CLASSES = 10, PATH_BYTES = BENCH_FOLDER_MAX + 32 };

static const struct {
    const char *name;
    bool is_test, is_labels;
} files[] = {
    {"train-images-idx3-ubyte", false, false},
    {"train-labels-idx1-ubyte", false, true},
    {"t10k-images-idx3-ubyte", true, false},
    {"t10k-labels-idx1-ubyte", true, true},
};

enum { N_FILES = sizeof files / sizeof *files };

/* Big-endian, as IDX has it. */
static void put_number(FILE *out, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        fputc((int)(number >> shift & 0xFF), out);
    }
}

static bool write_file(const char *path, bool is_labels, int n, struct rng *rng)
{
    FILE *out = fopen(path, "wbe");
    if (!out) {
        return false;
    }
    put_number(out, is_labels ? 0x801 : 0x803);
    put_number(out, (uint32_t)n);
    for (int i = 0; !is_labels && i < 2; i++) {
        put_number(out, SIDE);
    }
    long count = is_labels ? n : (long)n * SIDE * SIDE;
    for (long i = 0; i < count; i++) {
        fputc((int)(is_labels ? i % CLASSES : (long)rng_below(rng, 256)), out);
    }
    bool ok = !ferror(out);
    return fclose(out) == 0 && ok;
}

bool bench_images_write(char folder[BENCH_FOLDER_MAX], int n_train, int n_test, struct err *err)
{
    const char *parent = getenv("TMPDIR");
    struct rng rng = rng_stream(0, rng_stream_init());
    bool fits = parent && *parent && strlen(parent) < BENCH_FOLDER_MAX - 32;
    snprintf(folder, BENCH_FOLDER_MAX, "%s/oubli-bench-XXXXXX", fits ? parent : "/tmp");
    if (!mkdtemp(folder)) {
        err_set(err, ERR_FAILED, "%s: cannot make this folder: %s", folder, strerror(errno));
        folder[0] = '\0';
        return false;
    }
    for (int i = 0; i < N_FILES; i++) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
        if (!write_file(path, files[i].is_labels, files[i].is_test ? n_test : n_train, &rng)) {
            return err_set(err, ERR_FAILED, "%s: cannot write: %s", path, strerror(errno));
        }
    }
    return true;
}

void bench_images_remove(const char *folder)
{
    for (int i = 0; folder[0] && i < N_FILES; i++) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
        unlink(path);
    }
    if (folder[0]) {
        rmdir(folder);
    }
}
