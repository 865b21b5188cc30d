from .availability import backends as backends
from .deep.metrics.deep_pyramid import deep_pyramid as deep_pyramid
from .deep.metrics.deepsim import deepsim as deepsim
from .deep.metrics.dists import dists as dists
from .deep.metrics.lpips import lpips as lpips
from .deep.metrics.of_pixels import deep_metric as deep_metric
from .deep.metrics.of_pixels import deep_ssim as deep_ssim
from .files import read_image as read_image
from .fr.ad import ad as ad
from .fr.gmsd import gmsd as gmsd
from .fr.lmse import lmse as lmse
from .fr.mae import mae as mae
from .fr.md import md as md
from .fr.ms_ssim import ms_ssim as ms_ssim
from .fr.mse import mse as mse
from .fr.nae import nae as nae
from .fr.nk import nk as nk
from .fr.psnr import psnr as psnr
from .fr.rmse import rmse as rmse
from .fr.sc import sc as sc
from .fr.ssim import ssim as ssim
from .fr.uqi import uqi as uqi
from .fr.vif import vif as vif
from .fr.vifp import vifp as vifp
from .registry import metric as metric
from .registry import metrics as metrics

__version__: str
