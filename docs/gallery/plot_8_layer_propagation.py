"""
How far distortions get into a network
======================================

A distortion moves the feature maps of every layer, and not every layer as far. Here
the length of the change of all maps of a layer is divided by the length of the maps
themselves. The weights are surrogates: what a trained network passes on or forgets
needs its own weights, ``iqametrics propagation --weights imagenet``.
"""

import matplotlib.pyplot as plt
from skimage import data

from iqametrics.deep import backbone, layer_propagation
from iqametrics.report.feature_maps import propagation_figure

pictures = {
    "astronaut": data.astronaut()[:192, 130:322],
    "cat": data.chelsea()[:192, :192],
}
network = backbone("alexnet", weights="surrogate")
distortions = [
    "gaussian_blur",
    "gaussian_noise",
    "jpeg",
    "jpeg2000",
    "brighten",
    "color_shift",
]
found = layer_propagation(pictures, network, distortions)
propagation_figure(found, plt.figure(layout="constrained"))
