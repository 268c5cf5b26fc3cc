/* SPDX-License-Identifier: MIT
 * The tensors of a network by their role. */
#ifndef OUBLI_TESTS_SUPPORT_TENSORS_H
#define OUBLI_TESTS_SUPPORT_TENSORS_H

#include "net/network.h"

/* The i-th tensor of that role, from 0; there must be one. */
const struct tensor *tensor_of(const struct network *net, enum tensor_role role, int i);

#endif
