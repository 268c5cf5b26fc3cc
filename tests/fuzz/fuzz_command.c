/* SPDX-License-Identifier: MIT
 * Command lines and timed commands: whatever is typed is refused with a line or reads back as
 * itself. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lab/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *line = malloc(size + 1), again[2 * COMMAND_TEXT_MAX], twice[2 * COMMAND_TEXT_MAX];
    struct script *script = calloc(1, sizeof *script);
    struct command command, copy;
    struct err err = {0};
    memcpy(line, data, size);
    line[size] = '\0';
    if (command_parse(line, &command, &err)) {
        command_format(&command, again, sizeof again);
        if (!command_parse(again, &copy, &err) ||
            strcmp(command_format(&copy, twice, sizeof twice), again) != 0) {
            abort();
        }
    } else if (err.msg[0] == '\0') {
        abort();
    }
    if (!script_add(script, line, &err) && err.msg[0] == '\0') {
        abort();
    }
    free(script);
    free(line);
    return 0;
}
