/* SPDX-License-Identifier: MIT
 * What others may ask of EWC. */
#ifndef OUBLI_STRATEGIES_EWC_H
#define OUBLI_STRATEGIES_EWC_H

#include "strategies/strategy.h"

enum ewc_form { EWC_FORM_PROXIMAL, EWC_FORM_EXPLICIT };

/* True if, switched on and with this gauge, its explicit step pulls harder than is stable: from
 * lr lambda max(a) = 2 on.  Lower lambda or the proximal form helps then, as a lower rate does. */
bool ewc_is_unstable(const struct params *params, double gauge);

/* What importance is multiplied by when that of another task comes. */
double ewc_keeps(const struct params *params);

#endif
