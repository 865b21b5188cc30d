"""Metrics against the opinions of a whole data set: scores kept between runs, figures, tables, and a page to look at."""

from iqametrics.benchmark.agreement import Benchmark, Settings, assess
from iqametrics.benchmark.published import against_published
from iqametrics.benchmark.scores import Scores, score_study
from iqametrics.benchmark.study import Study

__all__ = ["Benchmark", "Scores", "Settings", "Study", "against_published", "assess", "score_study"]
