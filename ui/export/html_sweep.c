/* SPDX-License-Identifier: MIT */
#include "ui/export/html_sweep.h"

#include <math.h>
#include <stdlib.h>

#include "ui/export/html_inside.h"
#include "ui/plot/picture.h"
#include "ui/plot/tables.h"
#include "ui/screen/present_svg.h"

static void put_style(FILE *out, const struct theme *theme)
{
    fprintf(out,
            "<style>\nbody { margin: 0 auto; max-width: 78rem; padding: 1.2rem 1.6rem 2rem; font: "
            "16px/1.45 system-ui, sans-serif; background: #%06x; color: #%06x; }\n",
            (unsigned)theme->background, (unsigned)theme_rgb(theme, ROLE_BODY, false));
    fprintf(out,
            "svg { width: 100%%; height: auto; }\nh1 { font-size: 1.4rem; margin: 0; }\nh2 { "
            "font-size: 1.1rem; margin: 1.4rem 0 .3rem; }\ntable { border-spacing: 0; "
            "font-variant-numeric: tabular-nums; display: block; overflow-x: auto; }\ntd, th { "
            "padding: .12rem 1.1rem .12rem 0; text-align: right; white-space: nowrap; "
            "border-bottom: 1px solid #%06x; }\n.w { text-align: left; }\n.best { color: #%06x; "
            "font-weight: bold; }\n.lost { color: #%06x; }\n",
            (unsigned)theme_rgb(theme, ROLE_FRAME, false),
            (unsigned)theme_rgb(theme, ROLE_GOOD, false),
            (unsigned)theme_rgb(theme, ROLE_BAD, false));
    fprintf(out, "p, th { color: #%06x; }\n</style>\n",
            (unsigned)theme_rgb(theme, ROLE_DIM, false));
}

static void put_cell(FILE *out, const char *tag, const char *class, const char *text)
{
    fprintf(out, class[0] ? "<%s class=\"%s\">" : "<%s>", tag, class);
    html_text(out, text);
    fprintf(out, "</%s>", tag);
}

/* ---- combinations ---- */

static void put_head(FILE *out, const struct plan *plan, const enum merged_metric *metrics, int n)
{
    char title[64];
    fputs("<table>\n<tr>", out);
    for (int k = 0; k < plan->sweep->n_keys; k++) {
        const struct sweep_key *key = &plan->sweep->keys[k];
        put_cell(out, "th", key->is_number ? "" : "w", key->name);
    }
    put_cell(out, "th", "", "seeds");
    for (int m = 0; m < n; m++) {
        put_cell(out, "th", "", tables_title(metrics[m], title, sizeof title));
    }
    fputs("</tr>\n", out);
}

static void put_row(FILE *out, const struct plan *plan, int cell, const enum merged_metric *metrics,
                    const struct tables_best *best, int n)
{
    const struct sweep *sweep = plan->sweep;
    char text[64];
    fputs("<tr>", out);
    for (int k = 0; k < sweep->n_keys; k++) {
        const struct sweep_key *key = &sweep->keys[k];
        put_cell(out, "td", key->is_number ? "" : "w", key->texts[sweep->cells[cell].at[k]]);
    }
    struct spread spread = sweep_spread(sweep, cell, plan->metric);
    snprintf(text, sizeof text, spread.n_lost ? "%d of %d" : "%d", spread.n,
             spread.n + spread.n_lost);
    put_cell(out, "td", spread.n_lost ? "lost" : "", text);
    for (int m = 0; m < n; m++) {
        spread = sweep_spread(sweep, cell, metrics[m]);
        bool is_best = tables_is_best(sweep, cell, &best[m]);
        plan_spread_text(metrics[m], &spread, text, sizeof text);
        put_cell(out, "td", is_best ? "best" : "", text);
    }
    fputs("</tr>\n", out);
}

static void put_combinations(FILE *out, const struct plan *plan)
{
    enum merged_metric metrics[MERGED_METRICS];
    struct tables_best best[MERGED_METRICS];
    int n = tables_metrics(plan, metrics);
    for (int m = 0; m < n; m++) {
        best[m] = tables_best(plan->sweep, metrics[m]);
    }
    fprintf(
        out,
        "<h2>Combinations</h2>\n<p>Mean ± standard deviation over the seeds, of the runs that "
        "have a number; the best mean where none is lost is bold. ↑ more is better, ↓ less "
        "is.%s</p>\n",
        plan->judge == plan->metric
            ? ""
            : " val.: of the examples held out, which also choose the best of the same metric on "
              "the test.");
    put_head(out, plan, metrics, n);
    for (int c = 0; c < plan->sweep->n_cells; c++) {
        put_row(out, plan, c, metrics, best, n);
    }
    fputs("</table>\n", out);
}

/* ---- pairs ---- */

static void put_pair(FILE *out, const struct plan *plan, const struct pair *pair)
{
    const struct spread *difference = &pair->difference;
    bool has_interval = difference->n > 1, is_clear = spread_is_clear(difference);
    char text[160], low[32], high[32];
    fputs("<tr>", out);
    put_cell(out, "td", "w", plan_best_text(plan, pair->a, text, sizeof text));
    put_cell(out, "td", "w", plan_best_text(plan, pair->b, text, sizeof text));
    put_cell(out, "td", "", plan_spread_text(plan->metric, difference, text, sizeof text));
    plan_number(plan, difference->mean - difference->half, low, sizeof low);
    plan_number(plan, difference->mean + difference->half, high, sizeof high);
    snprintf(text, sizeof text, has_interval ? "%s to %s" : "-", low, high);
    put_cell(out, "td", "", text);
    snprintf(text, sizeof text, "%d", difference->n);
    put_cell(out, "td", "", text);
    put_cell(out, "td", is_clear ? "best" : "",
             is_clear       ? "clear"
             : has_interval ? "not clear"
                            : "one seed");
    fputs("</tr>\n", out);
}

static bool put_pairs(FILE *out, const struct plan *plan, struct err *err)
{
    int n = 0;
    struct pair *pairs = pairs_of(plan, &n);
    if (!pairs) {
        return err_set(err, ERR_FAILED, "memory: none left for a table");
    }
    fprintf(out, "<h2>Differences in %s over the same seeds</h2>\n", plan->about.words);
    fprintf(
        out,
        "<p>Differences, %s; mean ± standard deviation seed by seed. Clear: the 95 %% t interval "
        "does not hold 0 (not corrected for the number of pairs%s).</p>\n",
        tables_choice(plan), plan->judge == plan->metric ? ", nor for having chosen the best" : "");
    fputs("<table>\n<tr><th class=\"w\">better</th><th class=\"w\">than</th><th>by</th><th>95 % "
          "interval</th><th>seeds</th><th></th></tr>\n",
          out);
    for (int i = 0; i < n; i++) {
        put_pair(out, plan, &pairs[i]);
    }
    fputs("</table>\n", out);
    free(pairs);
    return true;
}

bool html_sweep_write(const struct plan *plan, const struct grid *picture,
                      const struct theme *theme, FILE *out, struct err *err)
{
    char words[320];
    picture_words(plan, words, sizeof words);
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
          "name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>oubli "
          "sweep</title>\n",
          out);
    put_style(out, theme);
    fputs("</head>\n<body>\n<h1>oubli sweep</h1>\n<p>", out);
    html_text(out, words);
    fputs("</p>\n", out);
    if (!present_svg_write(picture, theme, words, out)) {
        return err_set(err, ERR_FAILED, "memory: none left for the picture");
    }
    put_combinations(out, plan);
    if (plan->n_lines > 1 && !put_pairs(out, plan, err)) {
        return false;
    }
    fputs("</body>\n</html>\n", out);
    return true;
}
