/* SPDX-License-Identifier: MIT
 * Metrics of continual learning, all from the matrix R: R[i][j] = accuracy on task j after training
 * on task i. Letters: T tasks (counted from 0 here), b_j accuracy on task j at the initial weights.
 *
 *   average accuracy    1/T sum_j R[T-1][j]
 *   forgetting          1/(T-1) sum_{j<T-1} (max_{l<T-1} R[l][j] - R[T-1][j])
 *   backward transfer   1/(T-1) sum_{j<T-1} (R[T-1][j] - R[j][j])
 *   forward transfer    1/(T-1) sum_{j>0} (R[j-1][j] - b_j)
 *   learning accuracy   1/T sum_j R[j][j]
 *   over time           the mean over all steps of the average accuracy then (not from R: the
 *                       timeline says it)
 *   minimum accuracy    1/(T-1) sum_{j<T-1} the least that was measured on task j after its end,
 *                       while others were trained (neither from R); only where the probe
 *                       `stability` has looked at each step behind boundaries, for looks that are
 *                       further apart miss how deep it falls
 *
 * Sources: Lopez-Paz & Ranzato 2017, arXiv:1706.08840 (transfer); Chaudhry et al. 2018, eq. 3,
 * arXiv:1801.10112 (forgetting); Riemer et al. 2019, arXiv:1810.11910 (learning accuracy); Caccia
 * et al. 2022, arXiv:2104.05025 (over time: average anytime accuracy); De Lange et al. 2023,
 * arXiv:2205.13452 (minimum accuracy: min-ACC).
 *
 * Where the sequence is not simply A B C ... (repeat, a task visited by hand), rows are stages:
 * R[j][j] is then the row of the last stage of j, "before" it the row just before j's first stage;
 * tasks not begun yet do not count.  A last row of no task (-1) is of nothing learned: what other
 * weights answer; then all tasks are old ones. */
#ifndef OUBLI_LAB_METRICS_H
#define OUBLI_LAB_METRICS_H

struct metrics {
    double average_accuracy, forgetting, backward_transfer, forward_transfer, learning_accuracy;
    double over_time, minimum_accuracy; /* NAN if it is of rows alone */
};

/* All NAN: nothing can be said. */
struct metrics metrics_none(void);

/* `r` (n_rows, n_tasks) row-major, accuracies 0..1 or NAN where not measured; `stages` (n_rows) the
 * task of each row; `initial` (n_tasks).  What cannot be said yet is NAN. */
struct metrics metrics_of(const double *r, const int *stages, int n_rows, const double *initial,
                          int n_tasks);

#endif
