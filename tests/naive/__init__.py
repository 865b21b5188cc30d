"""Brute-force references: every window, block and pixel visited by a plain loop, in float64.

Each metric takes two grey images as 2-D arrays with values 0..255, reference first, and follows the authors'
released code step by step with no regard for speed. The references import nothing of the package, so that
agreement between the two means something.
"""

from tests.naive.colour import gray, luma, planes, ycbcr
from tests.naive.cw_ssim import cw_ssim
from tests.naive.error import ad, lmse, mae, md, mse, nae, nk, psnr, rmse, sc
from tests.naive.fsim import fsim
from tests.naive.gmsd import gmsd
from tests.naive.scoring import score
from tests.naive.ssim import ms_ssim, ssim
from tests.naive.uqi import uqi
from tests.naive.vif import vif
from tests.naive.vifp import vifp
from tests.naive.visible_error import nqm, wsnr

__all__ = [
    "ad",
    "cw_ssim",
    "fsim",
    "gmsd",
    "gray",
    "lmse",
    "luma",
    "mae",
    "md",
    "ms_ssim",
    "mse",
    "nae",
    "nk",
    "nqm",
    "planes",
    "psnr",
    "rmse",
    "sc",
    "score",
    "ssim",
    "uqi",
    "vif",
    "vifp",
    "wsnr",
    "ycbcr",
]
