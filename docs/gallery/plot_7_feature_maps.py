"""
What feature maps look at
=========================

A feature map is a number. Three pictures tell what it stands for. The filters here are
those of the surrogate weights, made by a formula, so that it is known what should come out:
Gabor filters of two directions and three wavelengths, and a filter that sets blue against
yellow. ``iqametrics explain-maps`` draws the same for any map of any network.
"""

import matplotlib.pyplot as plt
from skimage import data

from iqametrics.deep.explain import explain_maps
from iqametrics.report.feature_maps import explanation_sheet

image = data.astronaut()[10:106, 170:266]

# %%
# The second column tells what a map's strength rests on: windows of the image are filled
# with other content that fits their surroundings, and where that makes the map weaker, the
# window is red. The third is what gradient ascent finds the map likes best. The fourth is
# the synthetic image with its largest value, and the concept whose places it marks best. A
# map whose overlap with it (IoU) is above 0.04 is called its detector.

maps = [("conv1", 0), ("conv1", 8), ("conv1", 22), ("conv1", 56), ("conv2", 17)]
found = explain_maps(maps, image, weights="surrogate", samples=6)
explanation_sheet(found, figure=plt.figure(layout="constrained"))

for row in found.rows():
    print("{layer} {map:3}   {concept:15} IoU {iou:.3f}".format(**row))
