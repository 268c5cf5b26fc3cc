/* SPDX-License-Identifier: MIT
 * A folder of IDX files with images of random grey values, 28x28 in ten classes like Fashion-MNIST,
 * which need not be installed: where only number and size matter. */
#ifndef OUBLI_UI_BENCH_IMAGES_H
#define OUBLI_UI_BENCH_IMAGES_H

#include <stdbool.h>

#include "base/err.h"

enum { BENCH_FOLDER_MAX = 128 };

/* Writes it into a new folder below TMPDIR or /tmp; the caller removes it, also after a failure. */
bool bench_images_write(char folder[BENCH_FOLDER_MAX], int n_train, int n_test, struct err *err)
    __attribute__((warn_unused_result));
void bench_images_remove(const char *folder);

#endif
