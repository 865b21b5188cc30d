"""
A selection that fits, and one that holds
=========================================

Maps that are chosen to agree with opinions agree with them on the images they were chosen
on, whether they know anything or not. Two sets of 400 made-up maps of 300 images show it:
in one, three maps know a part of the opinions each; in the other there is nothing but noise.
"""

import matplotlib.pyplot as plt
import numpy as np

from iqametrics.deep.selection import forward_selection, nested_selection

random = np.random.default_rng(0)
parts = random.normal(size=(300, 3))
opinions = parts.sum(1) + 0.5 * random.normal(size=300)
references = np.arange(300) // 12
noise = random.normal(size=(300, 400))
planted = noise.copy()
planted[:, [30, 120, 333]] += 3 * parts

# %%
# On the left the correlation on the images themselves, as maps are added: it rises for noise
# too. On the right the same procedure on 80 % of the references, tested on the other 20 %.

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
options = {"fit": "linear", "max_features": 25}
for place, (name, maps) in enumerate(
    {"three that know": planted, "noise alone": noise}.items()
):
    path = forward_selection(maps, opinions, **options)
    left.plot(range(1, len(path.curve) + 1), path.curve, "o-", ms=3, label=name)
    nested = nested_selection(
        maps,
        opinions,
        references,
        direction="higher",
        n_splits=30,
        all_maps=maps.mean(1),
        **options,
    )
    bars = [nested.in_sample, nested.test.plcc_linear, nested.all_maps.plcc_linear]
    heights = [bar.median for bar in bars]
    spread = np.abs([[bar.median - bar.low, bar.high - bar.median] for bar in bars]).T
    right.bar(np.arange(3) + 0.4 * place, heights, 0.38, yerr=spread, label=name)
    print(
        f"{name:16} in sample {heights[0]:.2f}, held out {heights[1]:.2f}, all maps {heights[2]:.2f}"
    )
left.set(xlabel="maps", ylabel="PLCC in sample", ylim=(0, 1))
left.legend()
right.axhline(0, color="black", lw=0.5)
right.set_xticks(np.arange(3) + 0.2, ["in sample", "held out", "all maps,\nheld out"])
right.set(ylabel="PLCC, median of 30 splits", ylim=(-0.6, 1))
