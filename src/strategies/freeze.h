/* SPDX-License-Identifier: MIT */
#ifndef OUBLI_STRATEGIES_FREEZE_H
#define OUBLI_STRATEGIES_FREEZE_H

#include "strategies/strategy.h"

extern const struct strategy strategy_freeze;

#endif
