/* SPDX-License-Identifier: MIT
 * Pieces of the exported page. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/export/html_inside.h"
#include "ui/widgets/percent.h"

static char *escaped(const char *text)
{
    char *out = NULL;
    size_t size;
    FILE *file = open_memstream(&out, &size);
    html_text(file, text);
    fclose(file);
    return out;
}

Test(export_html, text_from_outside_cannot_become_markup)
{
    char *text = escaped("</script><b a='1' b=\"2\">&amp; ü \x1b[0m \xff");
    cr_expect_str_eq(text,
                     "&lt;/script&gt;&lt;b a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;amp; ü ?[0m ?");
    free(text);
}

/* Reads the path back as points; returns how many. */
static int read_path(const struct series *series, int most, double *step, double *value)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    html_curve(file, series, most);
    fclose(file);
    cr_assert_eq(text[0], 'm');
    const char *at = text + 1;
    long x = 0, dx;
    int y = 0, dy, used, n = 0;
    for (; sscanf(at, "%ld %d%n", &dx, &dy, &used) == 2; at += used) {
        x += dx;
        y += dy;
        step[n] = (double)x;
        value[n++] = 1 - y / 1000.0;
    }
    cr_expect_eq(*at, '\0');
    free(text);
    return n;
}

static struct series make(int n)
{
    struct series series = {0};
    for (int i = 0; i < n; i++) {
        cr_assert(series_add(&series, 7.0 * i, 0.5 + 0.25 * sin(i / 50.0)));
    }
    return series;
}

Test(export_html, a_short_curve_is_whole)
{
    struct series series = make(40);
    double step[64], value[64];
    cr_assert_eq(read_path(&series, 40, step, value), 40);
    for (int i = 0; i < 40; i++) {
        cr_expect_eq(step[i], series.step[i]);
        cr_expect(value[i] > series.value[i] - 0.00101 && value[i] < series.value[i] + 0.00001);
    }
    series_fini(&series);
}

Test(export_html, a_long_curve_is_thinned_and_keeps_ends_dips_and_spikes)
{
    enum { N = 10007 };
    static double step[N], value[N];
    struct series series = make(N);
    series.value[4321] = 0.001;
    series.value[7654] = 0.999;
    for (int most = 4; most <= 2000; most = most * 3 + 1) {
        int n = read_path(&series, most, step, value);
        cr_assert_leq(n, most);
        cr_expect_eq(step[0], 0);
        cr_expect_eq(step[n - 1], series.step[N - 1]);
        bool has_dip = false, has_spike = false;
        for (int i = 0; i < n; i++) {
            cr_assert(i == 0 || step[i] > step[i - 1]);
            has_dip |= step[i] == series.step[4321] && value[i] < 0.0011;
            has_spike |= step[i] == series.step[7654] && value[i] > 0.9989;
        }
        cr_expect(has_dip && has_spike, "%d points", most);
    }
    series_fini(&series);
}

/* What the script makes of a path is what the program has written beside it. */
Test(export_html, a_path_rounds_to_the_percent_that_is_written)
{
    for (int i = 0; i <= 20000; i++) {
        double share = i / 20000.0, step, value;
        struct series series = {0};
        cr_assert(series_add(&series, 0, share));
        cr_assert_eq(read_path(&series, 4, &step, &value), 1);
        cr_assert_eq((lround(1000 * value) + 5) / 10, percent(share), "%.6f", share);
        series_fini(&series);
    }
}

/* From where to where the labels of steps reach, in their order; returns how many there are. */
static int read_labels(const char *text, double spans[32][2])
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, "<text x=\"")); at++) {
        double x;
        char label[64];
        if (sscanf(at, "<text x=\"%lf\" y=\"224\" text-anchor=\"middle\">%63[^<]", &x, label) ==
            2) {
            double half = 6.7 * (double)strlen(label) / 2; /* of a digit in the page's font */
            spans[n][0] = x - half;
            spans[n++][1] = x + half;
        }
    }
    return n;
}

Test(export_html, labels_of_steps_never_overlap)
{
    const struct html_plot plot = {.w = 640, .h = 230, .name = "x"};
    struct timeline timeline = {0};
    for (double steps = 1; steps < 2e12; steps = steps * 1.07 + 1) {
        char *text = NULL;
        size_t size;
        double spans[32][2];
        struct html html = {
            .out = open_memstream(&text, &size), .timeline = &timeline, .steps = (long)steps};
        html_plot_begin(&html, &plot);
        html_plot_end(&html);
        fclose(html.out);
        int n = read_labels(text, spans);
        cr_assert(n >= 2 && n <= 8, "%.0f steps: %d labels", steps, n);
        cr_assert(spans[0][0] >= 0 && spans[n - 1][1] <= plot.w, "%.0f", steps);
        for (int i = 1; i < n; i++) {
            cr_assert_lt(spans[i - 1][1], spans[i][0], "%.0f steps: label %d", steps, i);
        }
        cr_assert(strstr(text, " steps</text>"));
        free(text);
    }
}
