/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <math.h>

#include "ui/widgets/percent.h"

Test(percent, rounds_halves_up_however_they_were_come_by)
{
    cr_expect_eq(percent(0.745), 75);
    cr_expect_eq(percent(0.785), 79);
    cr_expect_eq(percent((0.4975 + 0.9925) / 2), 75);
    for (int i = 0; i <= 200; i++) { /* every half, as counts and as sums give it */
        double sum = 0;
        for (int k = 0; k < i; k++) {
            sum += 0.005;
        }
        cr_expect_eq(percent(i / 200.0), (i + 1) / 2, "%d", i);
        cr_expect_eq(percent(sum), (i + 1) / 2, "%d", i);
        cr_expect_eq(percent((float)i / 200.0F), (i + 1) / 2, "%d", i);
    }
}

Test(percent, of_what_is_no_share_is_a_number_all_the_same)
{
    cr_expect_eq(percent(NAN), 0);
    cr_expect_eq(percent(INFINITY), 0);
    cr_expect_eq(percent(-0.001), 0);
    cr_expect_eq(percent_lost(1e300, -1e300), 9999);
    cr_expect_eq(percent_lost(NAN, 0.5), 0);
}

/* So that it is the number that a matrix has for the same loss, not a point beside it. */
Test(percent, what_is_lost_is_rounded_once)
{
    cr_expect_eq(percent_lost(0.996, 0.504), 49); /* 100 and 50 are shown */
    cr_expect_eq(percent_lost(0.974, 0.345), 63); /* 97 and 35 */
    cr_expect_eq(percent_lost(0.5, 0.5), 0);
}
