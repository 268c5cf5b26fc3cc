/* SPDX-License-Identifier: MIT */
#ifndef OUBLI_STRATEGIES_JOINT_H
#define OUBLI_STRATEGIES_JOINT_H

#include "strategies/strategy.h"

extern const struct strategy strategy_joint;

#endif
