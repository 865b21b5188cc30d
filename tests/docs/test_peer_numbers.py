"""The numbers of other packages that the documentation shows: still theirs, still explained, and rightly called."""

import csv
import functools
import json
import math

import pytest

import iqametrics
from benchmarks import peer_calls, peer_numbers
from benchmarks.peer_calls import CALLS, OURS, PeerCall, names, value
from tests.closeness import assert_close
from tests.golden.table import pair

SHOWN = json.loads(peer_numbers.NUMBERS.read_text("utf-8"))
#: The calls of the reference folder's table of peers that are calls of the page too.
IN_TABLE = {
    ("SSIM", "0.26.0 gaussian_weights sigma1.5 use_sample_covariance=False"): (
        "skimage.structural_similarity(x, y, gaussian_weights=True, use_sample_covariance=False)"
    ),
    ("SSIM", "0.26.0 defaults (7x7 uniform, sample cov)"): "skimage.structural_similarity(x, y)",
    ("SSIM", "0.8.0 float64 ssim downsample=False"): "piq.ssim(y1, x1, downsample=False)",
    ("SSIM", "0.8.0 float64 ssim default"): "piq.ssim(y1, x1)",
    ("SSIM", "1.9.0 structural_similarity_index_measure"): (
        "torchmetrics.structural_similarity_index_measure(y1, x1, data_range=1.0)"
    ),
    ("MS-SSIM", "0.8.0 float64 multi_scale_ssim"): "piq.multi_scale_ssim(y1, x1)",
    ("MS-SSIM", "1.9.0 multiscale_structural_similarity_index_measure"): (
        "torchmetrics.multiscale_structural_similarity_index_measure(y1, x1, data_range=1.0)"
    ),
    ("MS-SSIM", "(pip) msssim"): "sewar.msssim(x, y)",
    ("GMSD", "0.8.0 float64 gmsd"): "piq.gmsd(y1, x1)",
    ("VIFp", "0.8.0 float64 vif_p"): "piq.vif_p(y1, x1)",
    ("VIFp", "1.9.0 visual_information_fidelity"): "torchmetrics.visual_information_fidelity(y255, x255)",
    ("VIFp", "(pip) vifp"): "sewar.vifp(x, y)",
    ("UQI", "1.9.0 universal_image_quality_index default (gaussian 11)"): (
        "torchmetrics.universal_image_quality_index(y255, x255)"
    ),
    ("UQI", "(pip) uqi ws=8"): "sewar.uqi(x, y)",
}
#: The grey pair of the reference folder that is the smallest that MS-SSIM takes: others take their time in double precision.
TABLE_PAIR = "cam176_noise15"
#: Of the page's pairs the one whose odd width and colours bring out every difference.
TELLING = "chelsea"


@functools.cache
def images(name):
    return next((x, y) for found, x, y in peer_calls.pairs() if found == name)


def test_file_holds_the_calls_of_the_script():
    shown = [(row["section"], row["call"], row["ours"], tuple(row["values"])) for row in SHOWN["others"]]
    assert shown == [(call.section, call.call, call.ours, call.pairs) for call in CALLS]
    assert [(row["section"], row["call"]) for row in SHOWN["iqametrics"]] == [
        (section, expression) for section, expressions in OURS.items() for expression in expressions
    ]


def test_every_convention_has_a_number():
    shown = {row["call"] for row in SHOWN["iqametrics"]}
    for name in set(iqametrics.metrics()) & {call.partition("(")[0] for call in shown}:
        _, *others = iqametrics.metric(name).conventions
        wanted = {f"{name}(x, y)"} | {f"{name}(x, y, convention='{convention}')" for convention in others}
        assert wanted <= {call.replace("X, Y", "x, y") for call in shown}


@pytest.mark.parametrize("row", SHOWN["iqametrics"], ids=lambda row: f"{row['section']}-{row['call']}")
def test_package_still_gives_its_numbers(row):
    for name, shown in row["values"].items():
        assert_close(value(row["call"], names(*images(name))), shown, 1e-10)


@pytest.mark.filterwarnings("ignore::iqametrics.errors.RangeWarning")  # a wrong range explains some
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.call)
def test_every_difference_is_explained(call: PeerCall):
    (row,) = (row for row in SHOWN["others"] if row["call"] == call.call and row["section"] == call.section)
    for name, theirs in row["values"].items():
        ours = value(call.ours, names(*images(name)))
        assert math.isfinite(ours)
        assert_close(ours, theirs, call.tolerance)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.call)
@pytest.mark.filterwarnings("ignore")
def test_other_packages_still_give_their_numbers(call: PeerCall):
    pytest.importorskip(peer_calls.PACKAGES[call.package])
    if peer_numbers.version(call.package) != SHOWN["versions"][peer_numbers.distribution(call.package)]:
        pytest.skip(f"the page was made with another version of {call.package}")
    (row,) = (row for row in SHOWN["others"] if row["call"] == call.call and row["section"] == call.section)
    assert_close(value(call.call, names(*images(TELLING), call.package)), row["values"][TELLING], 1e-6)


@pytest.mark.parametrize(("metric", "named"), IN_TABLE)
@pytest.mark.filterwarnings("ignore")
def test_calls_are_those_of_the_table_of_peers(reference_folder, metric, named):
    """An independent record of the same calls on other images."""
    (call,) = (each for each in CALLS if each.call == IN_TABLE[metric, named])
    pytest.importorskip(peer_calls.PACKAGES[call.package])
    with (reference_folder / "golden" / "peers.csv").open(newline="", encoding="utf-8") as stream:
        lines = [
            line
            for line in csv.DictReader(stream)
            if (line["metric"], line["peer_version_and_call"], line["pair_id"]) == (metric, named, TABLE_PAIR)
        ]
    assert lines
    known = names(*pair(reference_folder, TABLE_PAIR), call.package)
    for line in lines:
        assert_close(value(call.call, known), float(line["peer_value"]), 1e-6)
