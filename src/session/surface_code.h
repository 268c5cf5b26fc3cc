/* SPDX-License-Identifier: MIT
 * The exhibit `surface` as bytes, both ways. */
#ifndef OUBLI_SESSION_SURFACE_CODE_H
#define OUBLI_SESSION_SURFACE_CODE_H

#include "base/archive.h"
#include "lab/exhibits.h"

void code_surface(struct archive *archive, struct exhibits *exhibits);

#endif
