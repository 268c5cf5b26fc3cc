/* SPDX-License-Identifier: MIT */
#ifndef OUBLI_STRATEGIES_LORA_H
#define OUBLI_STRATEGIES_LORA_H

#include "strategies/strategy.h"

/* Values of lora.mode and lora.on. */
enum lora_mode { LORA_MODE_SHARED, LORA_MODE_PER_TASK, LORA_MODE_MERGE };
enum lora_on { LORA_ON_ATTENTION, LORA_ON_MLP, LORA_ON_ALL };

#endif
