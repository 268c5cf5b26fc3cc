/* SPDX-License-Identifier: MIT */
#include "base/sha256.h"

#include <sys/types.h>

#include <errno.h>
#include <sha2.h>
#include <string.h>
#include <sys/stat.h>

_Static_assert((int)SHA256_TEXT_MAX == (int)SHA256_DIGEST_STRING_LENGTH, "a text has room");

bool sha256_file(const char *path, char text[SHA256_TEXT_MAX], struct err *err)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        return err_set(err, ERR_FAILED, "%.80s: cannot be read: %s", path, strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return err_set(err, ERR_FAILED, "%.80s: a plain file expected", path);
    }
    return SHA256File(path, text) ||
           err_set(err, ERR_FAILED, "%.80s: cannot be read: %s", path, strerror(errno));
}

bool sha256_is_text(const char *text)
{
    return strlen(text) == SHA256_TEXT_MAX - 1 &&
           strspn(text, "0123456789abcdef") == SHA256_TEXT_MAX - 1;
}
