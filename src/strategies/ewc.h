/* SPDX-License-Identifier: MIT */
#ifndef OUBLI_STRATEGIES_EWC_H
#define OUBLI_STRATEGIES_EWC_H

#include "strategies/strategy.h"

extern const struct strategy strategy_ewc;

#endif
