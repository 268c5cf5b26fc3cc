/* SPDX-License-Identifier: MIT */
#ifndef OUBLI_STRATEGIES_REPLAY_H
#define OUBLI_STRATEGIES_REPLAY_H

#include "strategies/strategy.h"

extern const struct strategy strategy_replay;

#endif
