"""The equations of the metrics, each written once.

A formula is a plain function of ``+ - * /`` and of the few names in :mod:`iqametrics.formulas.names`; it imports no array
library and has no branch on data. :mod:`iqametrics.kernels.binding` hands the same source to NumPy arrays,
torch tensors and compiled kernels by giving those names another meaning. Called as they stand, formulas
work on Python floats.
"""
