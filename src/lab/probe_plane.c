/* SPDX-License-Identifier: MIT
 * The loss on the plane through three places: the ends of the first two tasks and now.
 *
 *   theta(u, v) = theta_A + u (theta_B - theta_A) + v (theta - theta_A)
 *
 * so that A's end is (0, 0), B's (1, 0) and now (0, 1), whatever the angle between them.  Point
 * number row * SIDE + column is u = column / 4 - 1/2, v = row / 4 - 1/2. */
#include <math.h>

#include "lab/probe.h"

enum { EXAMPLES = 32, SIDE = 9 };

static double place(int i)
{
    return i / 4.0 - 0.5;
}

static void take(const struct probed *probed, struct findings *findings)
{
    const struct network *net = learner_network(probed->learner);
    real *theta = probing_vector(probed->room, 0);
    int first = -1, second = -1;
    for (int t = 0; t < probed->n_tasks; t++) {
        bool is_one = probe_is_earlier(probed, t);
        second = is_one && first >= 0 && second < 0 ? t : second;
        first = is_one && first < 0 ? t : first;
    }
    if (second < 0 || !theta) {
        return;
    }
    const real *a = probe_end(probed, first)->theta, *b = probe_end(probed, second)->theta;
    const real *now = learner_theta(probed->learner);
    for (int k = 0; k < SIDE * SIDE; k++) {
        real u = (real)place(k % SIDE), v = (real)place(k / SIDE);
        for (size_t i = 0; i < net->n_params; i++) {
            theta[i] = a[i] + u * (b[i] - a[i]) + v * (now[i] - a[i]);
        }
        for (int t = 0; t < 2; t++) {
            struct probing_examples examples =
                probing_tests(probed->suite, t ? second : first, EXAMPLES);
            probe_put(findings, t ? second : first, k,
                      probing_loss(probed->room, theta, &examples, NULL));
        }
    }
}

const struct probe probe_plane = {
    .name = "plane",
    .title = "loss on a plane, nats",
    .about =
        "*What you see.* The loss on one of the first two tasks on the plane through three places: "
        "the weights at their ends (1 and 2) and those of now (3). Dark is low.\n\n"
        "*What to look for.* Now lies in the valley of the task in training and outside that of "
        "the others; with EWC it stays at their rims, with replay inside all of them.\n\n"
        "*Equation.* L(θ_A + u (θ_B − θ_A) + v (θ − θ_A)), u, v = −½ ... 1½, on 32 test examples "
        "of each task.\n\n"
        "*Source.* Kirkpatrick et al. 2017, figure 1, arXiv:1612.00796; Mirzadeh et al. 2021, "
        "arXiv:2010.04495",
    .unit = "nats",
    .metric = "plane_loss",
    .index = PROBE_OF_TASK_AND_POINT,
    .when = PROBE_AT_ENDS,
    .min = 0,
    .max = (double)INFINITY,
    .n_points = SIDE * SIDE,
    .n_columns = SIDE,
    .first_stage = 2,
    .take = take,
    .cost_examples = SIDE * SIDE * 2 * EXAMPLES,
    .cost_weights = SIDE * SIDE * 140, /* vectors are mixed number by number */
};
