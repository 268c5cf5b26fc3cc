/* SPDX-License-Identifier: MIT
 * A sweep as a page that needs nothing else: picture, all combinations and the differences between
 * methods as tables that can be copied. */
#ifndef OUBLI_UI_EXPORT_HTML_SWEEP_H
#define OUBLI_UI_EXPORT_HTML_SWEEP_H

#include <stdio.h>

#include "ui/plot/plan.h"
#include "ui/screen/grid.h"
#include "ui/screen/theme.h"

/* `picture`: what picture_draw_sweep has drawn. */
bool html_sweep_write(const struct plan *plan, const struct grid *picture,
                      const struct theme *theme, FILE *out, struct err *err)
    __attribute__((warn_unused_result));

#endif
