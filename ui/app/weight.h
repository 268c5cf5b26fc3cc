/* SPDX-License-Identifier: MIT
 * The heatmap goes with the weight under the microscope: into its part of the network, with the
 * cursor on its cell. */
#ifndef OUBLI_UI_APP_WEIGHT_H
#define OUBLI_UI_APP_WEIGHT_H

#include "ui/app/state.h"

/* Once for each weight, as soon as it is known which one it is, and again where the cells have
 * become others; what a person looks at on the heatmap meanwhile stays.  A recording has the
 * heatmap that it has. */
void weight_follow(struct app *app);

#endif
