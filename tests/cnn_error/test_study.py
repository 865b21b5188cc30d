"""The embedded study says what it must, on one seed; ``python -m benchmarks.cnn_error`` asks three, at full size."""

from itertools import islice

import numpy as np
import pytest

from benchmarks.cnn_error import shortfalls
from iqametrics.cnn_error import ErrorDataset, Metrifier
from iqametrics.cnn_error.tables import headline, tables


def test_figures_are_in_their_ranges(study):
    assert list(shortfalls(study)) == []


def test_report_says_what_psnr_and_ssim_see(study):
    said = " ".join(headline(study.evaluation))
    assert "PSNR and SSIM see how much damage there is but hardly which image fails" in said
    assert f"{study.evaluation.result['metrifier'].srocc.value:.3f}" in said


def test_risk_falls_when_the_worst_are_refused(study):
    result = study.evaluation.result
    everything = study.evaluation.dataset.table["wrong"].mean()
    curve = result["metrifier"].risk_coverage
    assert curve.at(1.0) == pytest.approx(everything)
    assert curve.at(0.5) < 0.5 * everything
    assert result["metrifier"].aurc.value < result["\N{MINUS SIGN}ssim"].aurc.value < result["constant"].aurc.value


def test_baselines_know_no_image(study):
    result = study.evaluation.result
    for name in ("level index", "mean of type and level", "constant"):
        assert np.isnan(result[name].within_cell.value)
    assert np.isnan(result["constant"].srocc.value)
    assert result["constant"].auc.value == 0.5
    assert result["mean of type and level"].cell_means.value > 0.9


def test_movement_grows_with_level_in_every_layer(study):
    moved = study.evaluation.propagation
    assert moved.layers == ["layer1", "layer2", "layer3", "means"]
    for _, means in moved.by_level.groupby(["layer", "distortion"]):
        assert means["relative"].iloc[-1] > means["relative"].iloc[0]
    assert moved.by_layer["srocc_relative"].iloc[-1] == pytest.approx(
        study.evaluation.result["features means"].srocc.value, abs=1e-12
    )


def test_metrifier_is_calibrated_and_knows_the_distortions(study):
    metrifier = study.metrifier
    assert metrifier.reliability.error < 0.08
    assert sum(metrifier.reliability.counts) == round(0.15 * 240) * 40
    right = total = 0
    worst = study.evaluation.dataset.where(study.evaluation.dataset.table["level"] == 5)
    for rows, _, images in islice(worst.images(), 100):
        found = metrifier.diagnose(images)
        right += sum(a.kind == b for a, b in zip(found, rows["distortion"], strict=True))
        total += len(rows)
    assert right / total > 0.8


def test_files_hold_what_was_found(study, study_folder):
    again = Metrifier.load(study_folder / "metrifier.safetensors")
    image = study.dataset.pixels.of_source("evaluation/000000").clean
    assert again.predict(image) == study.metrifier.predict(image)
    table = ErrorDataset.read(study_folder / "errors.parquet").table
    assert table.equals(study.dataset.table)
    text = (study_folder / "tables.md").read_text("utf-8")
    for each in tables(study.evaluation):
        assert each.title in text
