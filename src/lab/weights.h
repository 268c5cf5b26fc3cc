/* SPDX-License-Identifier: MIT
 * A network's weights as a file (net/safetensors.h): its tensors by their names, matrices (inputs,
 * units), vectors without a second dimension; and as notes what shapes do not tell, so that a file
 * of another network is refused. */
#ifndef OUBLI_LAB_WEIGHTS_H
#define OUBLI_LAB_WEIGHTS_H

#include <stdio.h>

#include "net/network.h"

/* theta (P), finite, of a network with these parameters.  ERR_FAILED if it cannot be written. */
bool weights_write(const char *path, const struct network *net, const struct params *params,
                   const real *theta, struct err *err) __attribute__((warn_unused_result));

/* The same to a stream, whose errors are for whoever closes it to see. */
bool weights_put(FILE *out, const struct network *net, const struct params *params,
                 const real *theta, struct err *err) __attribute__((warn_unused_result));

/* To theta (P), of exactly such a network.  ERR_FAILED says what was expected and found. */
bool weights_read(const char *path, const struct network *net, const struct params *params,
                  real *theta, struct err *err) __attribute__((warn_unused_result));

#endif
