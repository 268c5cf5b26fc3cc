/* SPDX-License-Identifier: MIT
 * What a sweep varies: whatever is typed is refused with a line, or gives values. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ui/cli/over.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct over over;
    struct err err = {0};
    memcpy(text, data, size);
    text[size] = '\0';
    bool ok = over_parse(&over, text, &err);
    if (ok ? over.n < 1 || over.n > OVER_VALUES_MAX : err.msg[0] == '\0') {
        abort();
    }
    over_fini(&over);
    free(text);
    return 0;
}
