/* SPDX-License-Identifier: MIT */
#ifndef OUBLI_STRATEGIES_DECAY_H
#define OUBLI_STRATEGIES_DECAY_H

#include "strategies/strategy.h"

extern const struct strategy strategy_decay;

#endif
