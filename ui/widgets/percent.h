/* SPDX-License-Identifier: MIT
 * Shares as people read them: in whole percent, halves up, wherever they stand.  A difference is
 * rounded once, like a share, so that the same loss is the same number wherever it is shown - at
 * the end of a curve, or as the forgetting of a matrix; it may be a point off what two rounded
 * shares beside it would give. */
#ifndef OUBLI_UI_WIDGETS_PERCENT_H
#define OUBLI_UI_WIDGETS_PERCENT_H

/* 0.745 is 75; what is not finite is 0, and nothing is beyond 9999. */
int percent(double share);

/* percent(from - to); 0 if either is not finite. */
int percent_lost(double from, double to);

#endif
