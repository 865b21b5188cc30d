"""Agreement of metrics with human opinion: correlations, regressions, intervals and significance tests."""

from .comparison import compare
from .comparison_result import ComparisonResult, PairTest
from .correlation import krocc, outlier_ratio, plcc, rmse, srocc
from .correlation_tests import meng_test, williams_test
from .evaluation import evaluate
from .intervals import (
    bca_interval,
    bonett_wright_interval,
    fieller_interval,
    fisher_interval,
    percentile_interval,
)
from .krasula_analysis import krasula
from .krasula_result import KrasulaResult, PairClassification
from .logistic import LogisticFit, fit_logistic
from .prediction import evaluate_predictions
from .prediction_result import PREDICTION_STATISTICS, Prediction, PredictionResult
from .residual_tests import f_test, pitman_morgan_test
from .results import Agreement, Estimate, EvaluationResult, mean_over_datasets
from .risk_coverage import RiskCoverage, risk_coverage
from .roc import DeLongResult, delong
from .significance import TestResult, benjamini_hochberg, bootstrap_difference
from .splits import SplitSummary, Spread, median_over_splits, split_by_reference

__all__ = [
    "PREDICTION_STATISTICS",
    "Agreement",
    "ComparisonResult",
    "DeLongResult",
    "Estimate",
    "EvaluationResult",
    "KrasulaResult",
    "LogisticFit",
    "PairClassification",
    "PairTest",
    "Prediction",
    "PredictionResult",
    "RiskCoverage",
    "SplitSummary",
    "Spread",
    "TestResult",
    "bca_interval",
    "benjamini_hochberg",
    "bonett_wright_interval",
    "bootstrap_difference",
    "compare",
    "delong",
    "evaluate",
    "evaluate_predictions",
    "f_test",
    "fieller_interval",
    "fisher_interval",
    "fit_logistic",
    "krasula",
    "krocc",
    "mean_over_datasets",
    "median_over_splits",
    "meng_test",
    "outlier_ratio",
    "percentile_interval",
    "pitman_morgan_test",
    "plcc",
    "risk_coverage",
    "rmse",
    "split_by_reference",
    "srocc",
    "williams_test",
]
