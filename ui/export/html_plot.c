/* SPDX-License-Identifier: MIT
 * Curves.  Inside a plot x is the step and y the thousandth from the top: numbers are short, and
 * the script reads values from the very paths that are seen. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/export/html_inside.h"
#include "ui/widgets/percent.h"

enum { LEFT = 44, TOP = 24, RIGHT = 8, BOTTOM = 24 };

static const double DIGIT_W = 7; /* of the labels' font, and a little more */

/* ---- a curve ---- */

static int y_of(double value)
{
    return isfinite(value) ? 1000 - permille(fmin(fmax(value, 0), 1)) : 1000;
}

/* The end of a path that is being written. */
struct path {
    FILE *out;
    int n;
    long x;
    int y;
};

static void path_to(struct path *path, double step, double value)
{
    long x = lround(step);
    int y = y_of(value);
    fprintf(path->out, path->n == 0 ? "m%ld %d" : " %ld %d", x - path->x, y - path->y);
    path->n++;
    path->x = x;
    path->y = y;
}

/* The lowest and the highest of points begin .. end-1, in their order. */
static void path_range(struct path *path, const struct series *series, int begin, int end)
{
    int low = begin, high = begin;
    for (int i = begin; i < end; i++) {
        low = series->value[i] < series->value[low] ? i : low;
        high = series->value[i] > series->value[high] ? i : high;
    }
    int first = low < high ? low : high, second = low < high ? high : low;
    path_to(path, series->step[first], series->value[first]);
    if (second != first) {
        path_to(path, series->step[second], series->value[second]);
    }
}

void html_curve(FILE *out, const struct series *series, int most)
{
    struct path path = {.out = out};
    int n = series->n, stretches = (most - 2) / 2;
    if (n <= most) {
        for (int i = 0; i < n; i++) {
            path_to(&path, series->step[i], series->value[i]);
        }
        return;
    }
    path_to(&path, series->step[0], series->value[0]);
    for (int k = 0; k < stretches; k++) {
        int begin = 1 + (int)((int64_t)(n - 2) * k / stretches);
        int end = 1 + (int)((int64_t)(n - 2) * (k + 1) / stretches);
        path_range(&path, series, begin, end);
    }
    path_to(&path, series->step[n - 1], series->value[n - 1]);
}

void html_plot_curve(const struct html *html, const char *id, const struct series *series,
                     int color, bool is_dashed)
{
    if (series->n == 0) {
        return;
    }
    fprintf(html->out, "<path id=\"%s\"%s style=\"--c:var(--task%d)\" d=\"", id,
            is_dashed ? " class=\"dashed\"" : "", color);
    html_curve(html->out, series, html->points);
    fputs("\"/>\n", html->out);
}

/* ---- what it lies on ---- */

static double x_of(const struct html *html, const struct html_plot *plot, long step)
{
    return LEFT + (double)step / (double)html->steps * (plot->w - LEFT - RIGHT);
}

/* A round distance of numbers on the axis. */
static long round_distance(long steps)
{
    static const long digits[] = {1, 2, 5, 10};
    double power = pow(10, floor(log10(fmax((double)steps / 6, 1))));
    for (int i = 0; i < 4; i++) {
        if ((double)digits[i] * power * 6 >= (double)steps) {
            return (long)((double)digits[i] * power);
        }
    }
    return steps;
}

/* The text below a step in the middle, as far as the plot's sides let it be. */
struct step_label {
    char text[40];
    double x, w; /* of its middle; about how wide it is */
};

static struct step_label step_label(const struct html *html, const struct html_plot *plot,
                                    long step, const char *unit)
{
    struct step_label label;
    snprintf(label.text, sizeof label.text, "%ld%s", step, unit);
    label.w = DIGIT_W * (double)strlen(label.text);
    label.x = x_of(html, plot, step);
    label.x = fmin(fmax(label.x, LEFT + label.w / 2), plot->w - label.w / 2);
    return label;
}

static void write_step_label(const struct html *html, const struct html_plot *plot,
                             const struct step_label *label)
{
    fprintf(html->out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", label->x,
            plot->h - 6, label->text);
}

/* The last one says what is counted; those that it would cover are left out. */
static void write_steps(const struct html *html, const struct html_plot *plot)
{
    long distance = round_distance(html->steps), last = html->steps / distance * distance;
    struct step_label end = step_label(html, plot, last, " steps");
    for (long step = 0; step < last; step += distance) {
        struct step_label label = step_label(html, plot, step, "");
        if (label.x + label.w / 2 + DIGIT_W < end.x - end.w / 2) {
            write_step_label(html, plot, &label);
        }
    }
    write_step_label(html, plot, &end);
}

static void write_axes(const struct html *html, const struct html_plot *plot)
{
    int h = plot->h - TOP - BOTTOM;
    for (int percent = 0; percent <= 100; percent += 25) {
        char text[24];
        snprintf(text, sizeof text, "%d%s", percent, percent == 100 ? " %" : "");
        if (plot->top > plot->bottom) {
            double y = plot->bottom + (plot->top - plot->bottom) * percent / 100;
            snprintf(text, sizeof text, "%.3g", y);
        }
        fprintf(html->out, "<text x=\"%d\" y=\"%g\" text-anchor=\"end\">%s</text>\n", LEFT - 6,
                TOP + h * (1 - percent / 100.0) + 4, text);
    }
    write_steps(html, plot);
}

static void write_visits(const struct html *html, const struct html_plot *plot)
{
    const struct timeline *timeline = html->timeline;
    double free = 0; /* from where there is room for a letter */
    for (int i = 0; i < timeline->n_stages; i++) {
        char letter[4];
        const struct stage *stage = &timeline->stages[i];
        double x = x_of(html, plot, stage->begin) + 3;
        if (x < free) {
            continue;
        }
        free = x + 24;
        fprintf(
            html->out,
            "<text class=\"visit\" x=\"%.1f\" y=\"%d\" style=\"fill:var(--task%d)\">%s</text>\n", x,
            TOP - 8, stage->task % STYLE_TASKS, task_letter(stage->task, letter));
    }
}

static void write_ground(const struct html *html)
{
    const struct timeline *timeline = html->timeline;
    for (int i = 0; i < timeline->n_stages; i += 2) {
        const struct stage *stage = &timeline->stages[i];
        long end = stage->end < 0 ? html->steps : stage->end;
        fprintf(html->out,
                "<rect class=\"band\" x=\"%ld\" y=\"0\" width=\"%ld\" height=\"1000\"/>\n",
                stage->begin, end - stage->begin);
    }
    for (int y = 0; y <= 1000; y += 250) {
        fprintf(html->out, "<line class=\"grid\" x1=\"0\" y1=\"%d\" x2=\"%ld\" y2=\"%d\"/>\n", y,
                html->steps, y);
    }
    for (int i = 0; i < timeline->n_marks; i++) {
        const struct mark *mark = &timeline->marks[i];
        if (html_is_note(mark)) {
            fprintf(html->out,
                    "<line class=\"tick\" x1=\"%ld\" y1=\"0\" x2=\"%ld\" y2=\"1000\"/>\n",
                    mark->step, mark->step);
        }
    }
}

void html_plot_begin(const struct html *html, const struct html_plot *plot)
{
    fprintf(html->out, "<svg class=\"plot\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
            plot->w, plot->h);
    html_text(html->out, plot->name);
    fputs("\">\n", html->out);
    write_axes(html, plot);
    write_visits(html, plot);
    fprintf(html->out,
            "<svg x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %ld 1000\" "
            "preserveAspectRatio=\"none\">\n",
            LEFT, TOP, plot->w - LEFT - RIGHT, plot->h - TOP - BOTTOM, html->steps);
    write_ground(html);
}

void html_plot_end(const struct html *html)
{
    fputs("<line class=\"cursor\" visibility=\"hidden\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1000\"/>\n"
          "</svg></svg>\n",
          html->out);
}
