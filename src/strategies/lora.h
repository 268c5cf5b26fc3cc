/* SPDX-License-Identifier: MIT */
#ifndef OUBLI_STRATEGIES_LORA_H
#define OUBLI_STRATEGIES_LORA_H

#include "strategies/strategy.h"

extern const struct strategy strategy_lora;

#endif
