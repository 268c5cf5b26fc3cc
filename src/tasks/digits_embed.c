/* SPDX-License-Identifier: MIT */
#include "base/embed.h"
#include "tasks/formats.h"

EMBED(digits, "data/digits.csv.gz")

const unsigned char *digits_embedded(size_t *size)
{
    *size = embedded_size(oubli_digits_begin, oubli_digits_end);
    return oubli_digits_begin;
}
