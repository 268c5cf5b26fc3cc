/* SPDX-License-Identifier: MIT
 * Shares as people read them: in whole percent, halves up, wherever they stand.  Differences are of
 * what is shown, so that what is shown adds up. */
#ifndef OUBLI_UI_WIDGETS_PERCENT_H
#define OUBLI_UI_WIDGETS_PERCENT_H

/* 0.745 is 75; what is not finite is 0, and nothing is beyond 9999. */
int percent(double share);

/* The same share in whole thousandths, cut where a half would be rounded: rounding what it returns
 * to percent, halves up, gives percent(share). */
int permille(double share);

/* percent(from) - percent(to). */
int percent_lost(double from, double to);

#endif
