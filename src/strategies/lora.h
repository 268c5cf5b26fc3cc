/* SPDX-License-Identifier: MIT */
#ifndef OUBLI_STRATEGIES_LORA_H
#define OUBLI_STRATEGIES_LORA_H

#include "strategies/strategy.h"

/* Values of lora.mode. */
enum lora_mode { LORA_MODE_SHARED, LORA_MODE_PER_TASK, LORA_MODE_MERGE };

#endif
