/* SPDX-License-Identifier: MIT */
#ifndef OUBLI_STRATEGIES_LOWLR_H
#define OUBLI_STRATEGIES_LOWLR_H

#include "strategies/strategy.h"

extern const struct strategy strategy_lowlr;

#endif
