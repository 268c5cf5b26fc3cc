/* SPDX-License-Identifier: MIT
 * Bytes of a terminal: the keys are the same however the bytes are cut, and no byte is left behind.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ui/screen/decoder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A sum over all keys that is the same only for the same keys in the same order. */
static uint64_t take(struct decoder *decoder, const char *bytes, size_t n, uint64_t sum)
{
    for (size_t i = 0; i < n;) {
        struct key key;
        size_t taken = decoder_take(decoder, bytes + i, n - i, &key);
        if (key.press == PRESS_NONE && taken != n - i) {
            abort();
        }
        i += taken;
        if (key.press != PRESS_NONE) {
            sum = sum * 1000003 + (uint64_t)key.press * 31 + key.ch + (uint64_t)(key.x * 7 + key.y);
            sum += key.text ? strlen(key.text) : 0;
        }
    }
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct decoder whole = {0}, pieces = {0};
    char *bytes = malloc(size + 1);
    memcpy(bytes, data, size);
    uint64_t sum = take(&whole, bytes, size, 0), again = 0;
    for (size_t i = 0; i < size; i++) {
        again = take(&pieces, bytes + i, 1, again);
    }
    if (sum != again || whole.state != pieces.state ||
        decoder_give_up(&whole).press != decoder_give_up(&pieces).press) {
        abort();
    }
    free(bytes);
    return 0;
}
