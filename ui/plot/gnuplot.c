/* SPDX-License-Identifier: MIT */
#include "ui/plot/gnuplot.h"

#include <math.h>
#include <string.h>

#include "tasks/clean.h"

/* Between single quotes nothing means anything to gnuplot but they themselves, doubled. */
static void put_quoted(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text; text++) {
        fputs(*text == '\'' ? "''" : (char[]){*text, '\0'}, out);
    }
    fputc('\'', out);
}

static void put_number(FILE *out, double value)
{
    if (isfinite(value)) {
        fprintf(out, " %.10g", value);
    } else {
        fputs(" NaN", out);
    }
}

static struct spread spread_at(const struct plan *plan, int cell)
{
    struct spread none = {.mean = (double)NAN, .std = (double)NAN};
    double scale = plan->about.is_share ? 100 : 1;
    struct spread spread = cell < 0 ? none : sweep_spread(plan->sweep, cell, plan->metric);
    spread.mean *= scale;
    spread.std *= scale;
    return spread;
}

static void put_row(const struct plan *plan, int cell, FILE *out)
{
    struct spread spread = spread_at(plan, cell);
    put_number(out, spread.mean);
    put_number(out, spread.std);
    fprintf(out, " %d\n", spread.n);
}

void gnuplot_write_data(const struct plan *plan, FILE *out)
{
    fprintf(out, "# %s%s over the seeds: %s mean std seeds\n", plan->about.name,
            plan->about.is_share ? ", percent," : "",
            plan->x < 0 ? "name" : plan->sweep->keys[plan->x].name);
    for (int i = 0; i < plan->n_lines; i++) {
        const struct plan_line *line = &plan->lines[i];
        char label[PLAN_LABEL_MAX];
        clean_copy(label, sizeof label, line->label);
        for (char *at = label; *at; at++) {
            *at = *at == '"' ? '\'' : *at;
        }
        if (plan->x < 0) {
            fprintf(out, "\"%s\"", label);
            put_row(plan, line->cells[0], out);
            continue;
        }
        fprintf(out, "%s# %s\n", i ? "\n\n" : "", label);
        for (int k = 0; k < plan->n_x; k++) {
            fprintf(out, "%.10g", plan->sweep->keys[plan->x].numbers[k]);
            put_row(plan, line->cells[k], out);
        }
    }
}

/* ---- the script ---- */

static bool has_deviation(const struct plan *plan)
{
    return plan->sweep->n_seeds > 1;
}

static void put_curves(const struct plan *plan, FILE *out)
{
    const char *joint = "plot ";
    for (int i = 0; i < plan->n_lines && has_deviation(plan); i++) {
        fprintf(out,
                "%sdata index %d using 1:($2-$3):($2+$3) with filledcurves fillstyle transparent "
                "solid 0.2 noborder linecolor %d notitle",
                joint, i, i + 1);
        joint = ", \\\n     ";
    }
    for (int i = 0; i < plan->n_lines; i++) {
        fprintf(out, "%sdata index %d using 1:2 with linespoints linecolor %d pointtype 7 title ",
                joint, i, i + 1);
        put_quoted(out, plan->lines[i].label);
        joint = ", \\\n     ";
    }
    fputc('\n', out);
}

void gnuplot_write_script(const struct plan *plan, const char *data, FILE *out)
{
    fputs("# made by oubli plot; to look at it: gnuplot -p THIS_FILE\n"
          "# for a picture, before the rest: set terminal svg; set output 'sweep.svg'\ndata = ",
          out);
    put_quoted(out, data);
    fputs("\nset datafile missing 'NaN'\nset key outside right noenhanced\nset grid\nset ylabel ",
          out);
    char label[64];
    snprintf(label, sizeof label, "%s%s", plan->about.words, plan->about.is_share ? ", %" : "");
    put_quoted(out, label);
    fputs(" noenhanced\n", out);
    if (plan->x < 0) {
        fprintf(out,
                "set boxwidth 0.7\nset style fill solid 0.6\nset xrange [-0.5:%d.5]\nset xtics "
                "rotate noenhanced\nplot data using 0:2%s:xtic(1) with %s notitle\n",
                plan->n_lines - 1, has_deviation(plan) ? ":3" : "",
                has_deviation(plan) ? "boxerrorbars" : "boxes");
        return;
    }
    fputs("set xlabel ", out);
    put_quoted(out, plan->sweep->keys[plan->x].name);
    fprintf(out, " noenhanced\n%s", plan->is_log ? "set logscale x\n" : "");
    put_curves(plan, out);
}
