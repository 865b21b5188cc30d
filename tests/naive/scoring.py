"""A naive metric on a pair of pictures, grey or RGB, 0..255."""

import numpy as np

from tests.naive.colour import planes
from tests.naive.cw_ssim import cw_ssim
from tests.naive.error import ad, lmse, mae, md, mse, nae, nk, psnr, rmse, sc
from tests.naive.fsim import fsim
from tests.naive.gmsd import gmsd
from tests.naive.ssim import ms_ssim, ssim
from tests.naive.uqi import uqi
from tests.naive.vif import vif
from tests.naive.vifp import vifp
from tests.naive.visible_error import nqm, wsnr

METRICS = {
    "ad": ad,
    "cw_ssim": cw_ssim,
    "fsim": fsim,
    "gmsd": gmsd,
    "lmse": lmse,
    "mae": mae,
    "md": md,
    "ms_ssim": ms_ssim,
    "mse": mse,
    "nae": nae,
    "nk": nk,
    "nqm": nqm,
    "psnr": psnr,
    "rmse": rmse,
    "sc": sc,
    "ssim": ssim,
    "uqi": uqi,
    "vif": vif,
    "vifp": vifp,
    "wsnr": wsnr,
}


def score(metric, reference, distorted, color, **options):
    """Of ``"channels"``, the plain errors are of all samples, the others means of the channels' scores."""
    pairs = list(zip(planes(reference, color), planes(distorted, color), strict=True))
    if metric in ("mse", "psnr", "mae", "rmse", "md", "ad"):
        pairs = [tuple(np.stack(side) for side in zip(*pairs, strict=True))]
    scores = [METRICS[metric](x, y, **options) for x, y in pairs]
    return sum(scores) / len(scores)
