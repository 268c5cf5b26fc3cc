/* SPDX-License-Identifier: MIT */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

bool err_set(struct err *err, enum err_code code, const char *format, ...)
{
    if (!err) {
        return false;
    }
    va_list args;
    va_start(args, format);
    err->code = code;
    vsnprintf(err->msg, sizeof err->msg, format, args);
    va_end(args);
    return false;
}

bool err_prefix(struct err *err, const char *words)
{
    struct err inner = *err;
    return err_set(err, inner.code, "%s%s", words, inner.msg);
}
