/* SPDX-License-Identifier: MIT */
#ifndef OUBLI_STRATEGIES_L2_H
#define OUBLI_STRATEGIES_L2_H

#include "strategies/strategy.h"

extern const struct strategy strategy_l2;

#endif
