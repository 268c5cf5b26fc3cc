/* SPDX-License-Identifier: MIT */
#include "support/tensors.h"

#include <assert.h>

const struct tensor *tensor_of(const struct network *net, enum tensor_role role, int i)
{
    int at = 0;
    for (; at < net->n_tensors && (net->tensors[at].role != role || i > 0); at++) {
        i -= net->tensors[at].role == role;
    }
    assert(at < net->n_tensors);
    return &net->tensors[at];
}
