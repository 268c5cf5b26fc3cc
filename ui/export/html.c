/* SPDX-License-Identifier: MIT
 * A recorded session as one page for a browser: curves and matrices of all learners at its end, of
 * text what was written at each boundary, and a scrubber that goes back to any step.  It fetches
 * nothing, and can be read without scripts.
 *
 * Curves are thinned to at most POINTS points each, and POINTS_ALL together, so that the page stays
 * below a megabyte; dips and spikes stay. */

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/recount.h"
#include "tasks/clean.h"
#include "ui/app/facts.h"
#include "ui/export/assets.h"
#include "ui/export/format.h"
#include "ui/export/html_inside.h"
#include "ui/panels/view.h"
#include "ui/screen/theme.h"
#include "ui/widgets/percent.h"

enum { PLOT_W = 640, PLOT_H = 230 }; /* all alike: steps stand below steps */
enum { POINTS = 2000, POINTS_ALL = 100000, POINTS_LEAST = 8 };
enum { LEGEND_ROWS = 12, LEGEND_MOST = 60, BESIDE_MOST = 8, TEXT_MAX = 1024 };

void html_text(FILE *out, const char *text)
{
    char clean[TEXT_MAX];
    for (const char *at = clean_copy(clean, sizeof clean, text); *at; at++) {
        switch (*at) {
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '&':
            fputs("&amp;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\'':
            fputs("&#39;", out);
            break;
        default:
            fputc(*at, out);
            break;
        }
    }
}

/* ---- what was done ---- */

bool html_is_note(const struct mark *mark)
{
    return mark->kind == ENTRY_COMMAND && mark->text && strncmp(mark->text, "note ", 5) == 0;
}

/* True if the mark is something that was done to the session, and not to its pace. */
static bool is_deed(const struct html *html, const struct mark *mark)
{
    struct command command;
    if (mark->kind != ENTRY_COMMAND) {
        return mark->kind == ENTRY_DIVERGED;
    }
    return mark->text && !recount_refusal(player_journal(html->player), mark->number) &&
           command_parse(mark->text, &command, NULL) && command_is_deed(&command);
}

static void write_deed(const struct html *html, const struct mark *mark)
{
    const struct track *track = timeline_track(html->timeline, mark->learner);
    bool is_note = html_is_note(mark);
    fprintf(html->out, "<li data-step=\"%ld\"%s><b>%ld</b><span>", mark->step,
            is_note ? " class=\"note\"" : "", mark->step);
    html_text(html->out, mark->kind == ENTRY_DIVERGED ? "the loss is not finite: it stops"
                         : is_note                    ? mark->text + 5
                                                      : mark->text);
    fputs("</span>", html->out);
    if (track && html->n_learners > 1) {
        fputs(" <i>", html->out);
        html_text(html->out, track->name);
        fputs("</i>", html->out);
    }
    fputs("</li>\n", html->out);
}

static void write_deeds(const struct html *html)
{
    bool has_any = false;
    for (int i = 0; i < html->timeline->n_marks; i++) {
        const struct mark *mark = &html->timeline->marks[i];
        if (is_deed(html, mark)) {
            fputs(has_any ? "" : "<section class=\"done\"><h2>what was done, by step</h2><ol>\n",
                  html->out);
            has_any = true;
            write_deed(html, mark);
        }
    }
    fputs(has_any ? "</ol></section>\n" : "", html->out);
}

/* ---- curves ---- */

static void write_legend_item(const struct html *html, const char *name, const char *id, int color,
                              bool is_dashed, const struct series *series)
{
    fprintf(html->out, "<li%s style=\"--c:var(--task%d)\"><span>",
            is_dashed ? " class=\"dashed\"" : "", color);
    html_text(html->out, name);
    fprintf(html->out, "</span><b data-value=\"%s\">", id);
    double last = series_last(series);
    if (isfinite(last)) {
        fprintf(html->out, "%d\u202f%%", percent(last));
    } else {
        fputs("–", html->out);
    }
    fputs("</b></li>\n", html->out);
}

void html_words(const struct html *html, const char *text)
{
    char words[80];
    fputs(dataset_words(html->kind, text, words, sizeof words), html->out);
}

static void write_averages(const struct html *html)
{
    char id[32], name[64];
    dataset_words(html->kind, "average accuracy of each learner", name, sizeof name);
    const struct html_plot plot = {.w = PLOT_W, .h = PLOT_H, .name = name};
    fputs("<section><h2>", html->out);
    html_words(html, "average accuracy over the tasks so far");
    fputs("</h2>\n<div class=\"row\">\n", html->out);
    html_plot_begin(html, &plot);
    for (int i = 0; i < html->n_learners; i++) {
        const struct html_learner *learner = &html->learners[i];
        snprintf(id, sizeof id, "a%d", i);
        html_plot_curve(html, id, &learner->track->average, learner->color, learner->is_dashed);
    }
    html_plot_end(html);
    fputs("<div class=\"side\"><ul class=\"legend\">\n", html->out);
    for (int i = 0; i < html->n_learners; i++) {
        const struct html_learner *learner = &html->learners[i];
        snprintf(id, sizeof id, "a%d", i);
        write_legend_item(html, learner->track->name, id, learner->color, learner->is_dashed,
                          &learner->track->average);
    }
    fputs("</ul></div></div></section>\n", html->out);
}

static void write_learner(const struct html *html, int i)
{
    const struct track *track = html->learners[i].track;
    int n_tasks = html->n_tasks;
    const struct html_plot plot = {.w = PLOT_W, .h = PLOT_H, .name = track->name};
    const char *const *names = player_task_names(html->player);
    char id[32], letter[4], label[64];
    fputs("<section><h2>", html->out);
    if (html->n_learners > 1) {
        html_text(html->out, track->name);
    } else {
        html_words(html, "accuracy on each task");
    }
    fputs("<small>", html->out);
    html_metrics(html, i, timeline_rows(html->timeline));
    fputs("</small></h2>\n<div class=\"row\">\n", html->out);
    html_plot_begin(html, &plot);
    for (int t = 0; t < n_tasks; t++) {
        snprintf(id, sizeof id, "c%d-%d", i, t);
        html_plot_curve(html, id, track_curve(track, PROBE_ACCURACY, t), t % STYLE_TASKS, false);
    }
    html_plot_end(html);
    fprintf(html->out, "<div class=\"side\"><ul class=\"legend%s\">\n",
            n_tasks > LEGEND_ROWS ? " many" : "");
    for (int t = 0; t < n_tasks && t < LEGEND_MOST; t++) {
        snprintf(id, sizeof id, "c%d-%d", i, t);
        snprintf(label, sizeof label, "%s %.48s", task_letter(t, letter),
                 names && n_tasks <= LEGEND_ROWS ? names[t] : "");
        write_legend_item(html, label, id, t % STYLE_TASKS, false,
                          track_curve(track, PROBE_ACCURACY, t));
    }
    fputs("</ul>\n", html->out);
    bool is_beside = n_tasks <= BESIDE_MOST;
    fputs(is_beside ? "" : "</div></div>\n", html->out);
    html_matrix(html, i);
    fputs(is_beside ? "</div></div></section>\n" : "</section>\n", html->out);
    html_probes(html, i);
}

/* ---- the page ---- */

/* The colours of the screen's themes. */
static void write_colors(FILE *out, const struct theme *theme)
{
    static const struct {
        const char *name;
        enum role role;
    } names[] = {{"text", ROLE_TEXT},        {"body", ROLE_BODY},  {"dim", ROLE_DIM},
                 {"faint", ROLE_FAINT},      {"line", ROLE_FAINT}, {"warn", ROLE_WARN},
                 {"onscore", ROLE_ON_SCORE}, {"bad", ROLE_BAD}};
    fprintf(out, "--ground:#%06x;--band:#%06x;", (unsigned)theme->background,
            theme->is_light ? 0xf4f4f4u : 0x1a1a1eu);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        fprintf(out, "--%s:#%06x;", names[i].name,
                (unsigned)theme_rgb(theme, names[i].role, false));
    }
    for (int i = 0; i < STYLE_TASKS; i++) {
        fprintf(out, "--task%d:#%06x;", i, (unsigned)theme_rgb(theme, style_task(i), false));
    }
}

static void write_style(FILE *out)
{
    const struct theme *light = theme_find("light"), *dark = theme_find("dark");
    fputs("<style>\n:root{", out);
    write_colors(out, light);
    fputs("}\n@media (prefers-color-scheme:dark){:root{", out);
    write_colors(out, dark);
    fputs("}}\n", out);
    for (int i = 0; i < STYLE_SCORES; i++) {
        fprintf(out, ".s%d{background:#%06x}", i,
                (unsigned)theme_rgb(light, (enum role)(ROLE_SCORE0 + i), true));
    }
    fputc('\n', out);
    assets_write_css(out);
    fputs("</style>\n", out);
}

static void write_title(const struct html *html)
{
    const struct config *config = player_config(html->player);
    int n_tasks = html->timeline->n_tasks - config->can_be_taught;
    html_text(html->out, facts_data_name(config->data));
    fputs(" · ", html->out);
    html_text(html->out, config->suite);
    fprintf(html->out, " · %d task%s", n_tasks, n_tasks == 1 ? "" : "s");
}

static void write_head(const struct html *html)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n"
          "<link rel=\"icon\" href=\"data:,\">\n<title>oubli: ",
          html->out);
    write_title(html);
    fputs("</title>\n", html->out);
    write_style(html->out);
    fputs("</head>\n", html->out);
}

/* Of all learners that there were at the end, each shape once. */
static void write_networks(const struct html *html)
{
    const struct snapshot *snapshot = player_snapshot(html->player);
    const struct facts facts = facts_of_player(html->player);
    char shapes[LEARNERS_MAX][NET_TEXT_MAX];
    int n = 0;
    for (int i = 0; i < snapshot->n_learners; i++) {
        bool is_new = true;
        view_net_text(&facts, &snapshot->learners[i].params, shapes[n]);
        for (int k = 0; k < n; k++) {
            is_new = is_new && strcmp(shapes[k], shapes[n]) != 0;
        }
        n += is_new;
    }
    fprintf(html->out, "network%s ", n > 1 ? "s" : "");
    for (int i = 0; i < n; i++) {
        fputs(i > 0 ? ", " : "", html->out);
        html_text(html->out, shapes[i]);
    }
}

static void write_header(const struct html *html)
{
    const struct recording_facts *facts = player_facts(html->player);
    fputs("<header><h1>", html->out);
    write_title(html);
    fprintf(html->out, "</h1>\n<p>%d learner%s · ", html->n_learners,
            html->n_learners == 1 ? "" : "s");
    write_networks(html);
    fprintf(html->out, " · seed %" PRIu64 " · recorded ", player_config(html->player)->seed);
    html_text(html->out, facts->created ? facts->created : "");
    fputs(" by oubli ", html->out);
    html_text(html->out, facts->version ? facts->version : "");
    fputs("</p></header>\n", html->out);
}

/* Hidden until the script is there. */
static void write_scrubber(const struct html *html)
{
    fprintf(html->out,
            "<form class=\"scrub\" hidden><p><label for=\"step\">step <output id=\"now\">%ld"
            "</output></label><span>task <output id=\"visit\"></output></span>"
            "<span class=\"said\" id=\"said\"></span></p>\n"
            "<input type=\"range\" id=\"step\" min=\"0\" max=\"%ld\" value=\"%ld\"></form>\n",
            html->steps, html->steps, html->steps);
    fputs("<div hidden>", html->out);
    for (int i = 0; i < html->timeline->n_stages; i++) {
        char letter[4];
        const struct stage *stage = &html->timeline->stages[i];
        fprintf(html->out, "<i data-visit=\"%s\" data-begin=\"%ld\"></i>",
                task_letter(stage->task, letter), stage->begin);
    }
    fputs("</div>\n", html->out);
}

static void write_page(const struct html *html)
{
    write_head(html);
    fputs("<body>\n", html->out);
    write_header(html);
    write_scrubber(html);
    fputs("<main>\n", html->out);
    if (html->n_learners > 1) {
        write_averages(html);
    }
    for (int i = 0; i < html->n_learners; i++) {
        write_learner(html, i);
    }
    if (html->n_learners == 1) {
        write_averages(html);
    }
    html_runs(html);
    html_wrote(html);
    write_deeds(html);
    fputs("</main>\n<script>\n", html->out);
    assets_write_js(html->out);
    fputs("</script>\n</body>\n</html>\n", html->out);
}

/* The learners at the end, with the colours they have on the screen. */
static void find_learners(struct html *html)
{
    const struct snapshot *snapshot = player_snapshot(html->player);
    for (int i = 0; i < html->timeline->n_tracks && html->n_learners < LEARNERS_MAX; i++) {
        const struct track *track = &html->timeline->tracks[i];
        struct learner_state as_numbered = {.slot = html->n_learners};
        const struct learner_state *state = &as_numbered;
        for (int k = 0; k < snapshot->n_learners; k++) {
            state = snapshot->learners[k].id == track->id ? &snapshot->learners[k] : state;
        }
        if (track->is_there) {
            html->learners[html->n_learners++] =
                (struct html_learner){.track = track,
                                      .color = (int)view_learner_role(state) - (int)ROLE_TASK0,
                                      .is_dashed = view_learner_line(state) == LINE_DASHED};
        }
    }
}

/* Of many only up to the last that has begun; that of lessons only if there were any. */
static int tasks_shown(const struct timeline *timeline, int planned)
{
    int n = timeline->n_tasks;
    while (n > 1 && (n > LEGEND_ROWS || n > planned) && !timeline_has_begun(timeline, n - 1)) {
        n--;
    }
    return n;
}

static bool write_out(FILE *out, struct player *player, const struct export_config *config,
                      struct err *err)
{
    (void)config;
    if (!player_read_all(player, err) || !player_seek(player, player_length(player), err)) {
        return false;
    }
    struct html_wrote *wrote = NULL;
    if (!html_wrote_read(&wrote, player, err)) {
        free(wrote);
        return false;
    }
    struct html html = {.out = out,
                        .player = player,
                        .kind = dataset_kind_of(player_config(player)->data, NULL),
                        .timeline = player_timeline(player),
                        .steps = player_snapshot(player)->step,
                        .wrote = wrote};
    find_learners(&html);
    html.n_tasks =
        tasks_shown(html.timeline, html.timeline->n_tasks - player_config(player)->can_be_taught);
    int n_curves = html.n_learners * (html.n_tasks + 1);
    int points = n_curves ? POINTS_ALL / n_curves : POINTS;
    html.points = points > POINTS ? POINTS : points < POINTS_LEAST ? POINTS_LEAST : points;
    html.steps = html.steps > 0 ? html.steps : 1;
    write_page(&html);
    free(wrote);
    return !ferror(out) || err_set(err, ERR_FAILED, "memory: none left for the page");
}

const struct export_format export_html = {.write = write_out};
