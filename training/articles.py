"""How well `is_article` tells pages with an article, on pages whose site training had not seen."""

import numpy as np
from sklearn.metrics import roc_auc_score

from sangloc.articlefit import PageCases, held_out_scores

BINS = 5


def article_table(cases: PageCases) -> str:
    """Return ranking, accuracy and calibration of the held-out probabilities, and the accuracy of each form of page."""
    probabilities = 1 / (1 + np.exp(-held_out_scores(cases)))
    has, weights = cases.has_article, cases.weights
    if has.all() or not has.any():
        return "no page without an article to learn from"
    right = (probabilities >= 0.5) == has
    brier = np.average((probabilities - has) ** 2, weights=weights)
    out = [
        f"{len(has)} page forms, {int((~has).sum())} of them without an article",
        f"area under the curve {roc_auc_score(has, probabilities):.3f}, accuracy {right.mean():.3f}, Brier score {brier:.3f}",
        f"{'probability':>15s} {'forms':>6s} {'mean':>6s} {'articles':>8s}",
    ]
    bins = np.minimum((probabilities * BINS).astype(np.int64), BINS - 1)
    for number in range(BINS):
        here = bins == number
        if here.any():
            mean, share = (np.average(values[here], weights=weights[here]) for values in (probabilities, has))
            out.append(f"{number / BINS:7.1f} to {(number + 1) / BINS:.1f} {here.sum():7d} {mean:6.3f} {share:8.3f}")
    kinds = np.array(cases.kinds)
    for kind in dict.fromkeys(cases.kinds):
        for with_one in (True, False):
            here = (kinds == kind) & (has == with_one)
            if here.any():
                out.append(f"{kind}, {'with' if with_one else 'without'} an article: {here.sum()} forms, {right[here].mean():.3f} right")
    return "\n".join(out)
