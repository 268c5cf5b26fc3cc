/* SPDX-License-Identifier: MIT
 * How the four files of an IDX set are called in a folder.
 *
 *   [SET-]SIDE-WHAT-idxN-TYPE[.gz]     SIDE train, test or t10k; WHAT images or labels
 *
 * MNIST, Fashion-MNIST, KMNIST: train-images-idx3-ubyte; QMNIST: qmnist-train-labels-idx2-int;
 * EMNIST: emnist-letters-train-images-idx3-ubyte.  A dot may stand for the hyphen before idx. */
#ifndef OUBLI_TASKS_IDX_NAMES_H
#define OUBLI_TASKS_IDX_NAMES_H

#include <stdbool.h>

#include "base/err.h"

enum idx_role { TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS, IDX_ROLES };

enum { IDX_NAME_SIZE = 256, IDX_PATH_SIZE = 1024 };

struct idx_names {
    char folder[IDX_PATH_SIZE];
    char set[IDX_NAME_SIZE]; /* "emnist-letters-", "" */
    char file[IDX_ROLES][IDX_NAME_SIZE];
};

/* Finds the files in the folder `path`; if it has none, in the one folder PATH/raw or PATH/NAME/raw
 * that has, as torchvision lays them out.  A set without a name goes before others; a plain file
 * before a compressed one.  A path FOLDER/SET is the set of that name in the folder, as in
 * EMNIST/raw/emnist-letters.  False and err if a file is missing, or there are several sets. */
bool idx_names_find(struct idx_names *names, const char *path, struct err *err)
    __attribute__((warn_unused_result));

/* True if the path is FOLDER/SET, and there is such a set. */
bool idx_names_is_set(const char *path);

#endif
