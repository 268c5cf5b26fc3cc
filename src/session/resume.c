/* SPDX-License-Identifier: MIT */
#include "session/resume.h"

#include "session/player.h"
#include "session/retrain.h"

static struct lab *train_again(struct player *player, struct err *err)
{
    struct lab_options options = {.keeps_history = true};
    struct verdict verdict;
    struct lab *lab = lab_create(player_config(player), &options, err);
    if (!lab || !retrain(lab, player_journal(player), 0, NULL, &verdict, err)) {
        lab_destroy(lab);
        return NULL;
    }
    if (!verdict.is_equal) {
        err_set(err, ERR_FAILED,
                "resume: the same numbers expected, found others from step %ld on: another "
                "processor or build has recorded it; oubli play and export still read it",
                verdict.recorded.step);
        lab_destroy(lab);
        return NULL;
    }
    return lab;
}

struct lab *resume_open(const char *path, double *pace, struct err *err)
{
    struct player *player = player_open(path, err);
    struct lab *lab = player && player_read_all(player, err) ? train_again(player, err) : NULL;
    *pace = lab ? player_facts(player)->pace : 0;
    player_close(player);
    return lab;
}
