/* SPDX-License-Identifier: MIT
 * Keys, clicks and pastes as texts that tests compare. */
#ifndef OUBLI_TESTS_SUPPORT_KEY_TEXT_H
#define OUBLI_TESTS_SUPPORT_KEY_TEXT_H

#include <stddef.h>

#include "ui/screen/key.h"

/* The name by which key_parse finds it; "click 3,4", "paste", and "" for none.  Returns buf. */
char *key_text(struct key key, char *buf, size_t size);

#endif
