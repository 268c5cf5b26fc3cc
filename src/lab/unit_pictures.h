/* SPDX-License-Identifier: MIT
 * Rows of the first layer's weights as pictures, in the arrangement of pixels that a task sees:
 *
 *   picture[perm_t[i]] = W1[i, u]
 *
 * A unit that a task has shaped is smooth in that task's arrangement and noise in any other.
 * Smoothness is Moran's I: the mean product of neighbours (left and right, above and below), about
 * the mean, over the variance; 0 for noise.  Source: Moran 1950, Biometrika 37. */
#ifndef OUBLI_LAB_UNIT_PICTURES_H
#define OUBLI_LAB_UNIT_PICTURES_H

#include "net/network.h"
#include "tasks/suite.h"

/* Where each input (d) of the network stands in the picture; false if the task's view of it is no
 * arrangement (or there is no picture), and then inputs stand where they are. */
bool unit_pictures_arrange(const struct suite *suite, int task, int *place);

/* picture (d) of unit u of W1 at theta. */
void unit_pictures_take(const struct network *net, const real *theta, int unit, const int *place,
                        float *picture);

/* Moran's I of a picture; 0 where all is equal. */
double unit_pictures_smoothness(const float *picture, int width, int height);

#endif
