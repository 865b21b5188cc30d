"""How fast the metrics are, and next to whom.

The contract of every figure:

* A call is timed only after its score was found equal to that of the numpy executor on the same pictures.
  A peer whose number differs is left out, and the difference is published.
* Everything is warm, and all contenders have the same number of threads at their disposal.
* Contenders take turns, one timed call each, and figures are medians with their interquartile range.
* Peers get the images in the form they are made for; conversions to it are not timed.
* Every figure is published, losses too, with the machine, the versions and the commit.

``pytest benchmarks/perf`` is the suite; ``python -m benchmarks.compare`` prints the comparison and writes a file of
results, from which the documentation's page is made.
"""
