"""D': what its rows hold, that a kill changes nothing, and what is refused."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import torch

from iqametrics.cnn_error import TARGETS, ErrorDataset, Worker, make_error_dataset
from iqametrics.cnn_error.sources import digest
from iqametrics.datasets import distortions
from iqametrics.errors import (
    ClassifierError,
    DatasetError,
    DTypeError,
    JournalError,
    OptionError,
    UnknownDistortionError,
)
from tests.cnn_error.small import CLASSES, DISTORTIONS, Thirds, make, pictures, worker


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return make(tmp_path_factory.mktemp("data") / "errors.parquet")


def test_every_distortion_and_level_of_every_image(data):
    assert len(data) == 36 * 4
    assert data.table["image"].is_unique
    assert set(zip(data.table["height"], data.table["width"], strict=True)) == {(16, 16)}
    per_source = data.table.groupby("source")[["distortion", "level"]].agg(list)
    assert all(each == ["gaussian_noise"] * 2 + ["contrast"] * 2 for each in per_source["distortion"])
    assert all(each == [1, 2, 1, 2] for each in per_source["level"])
    assert data.table["parameters"].iloc[2] == "factor=0.8"
    assert data.table.groupby("source")["set"].nunique().max() == 1
    assert data.table.drop_duplicates("source")["set"].value_counts().to_dict() == {"metrifier": 18, "evaluation": 18}


def test_errors_are_those_of_the_worker_on_the_distorted_image(data):
    """Every row again, without the package's own way from an image to a number."""
    images, labels = pictures(36)
    model = Thirds()
    for row in data.table.iloc[::7].to_dict("records"):
        place = int(row["source"])
        level = DISTORTIONS[row["distortion"]][row["level"] - 1]
        seen = distortions.apply(
            row["distortion"], images[place], params=float(level), image_id=f"{digest(images[place])} {row['level']}"
        )
        assert row["source_sha256"] == digest(images[place])
        for prefix, pixels in (("", seen), ("clean_", images[place])):
            logits = model(torch.from_numpy(pixels.copy())[None, None].float() / 255).double()
            p = torch.softmax(logits, 1)[0]
            true = float(p[labels[place]])
            assert row[f"{prefix}error"] == pytest.approx(1 - true, abs=1e-12)
            assert row[f"{prefix}cross_entropy"] == pytest.approx(-np.log(true), abs=1e-9)
            assert row[f"{prefix}wrong"] == float(int(p.argmax()) != labels[place])
            assert row[f"{prefix}prediction:thirds"] == str(int(p.argmax()))
            assert row[f"{prefix}bounded_cross_entropy"] == pytest.approx(-np.log(true) / (1 - np.log(true)), abs=1e-9)


def test_targets_are_means_over_the_workers(tmp_path):
    workers = [worker("one"), Worker("two", torch.nn.Sequential(Thirds(), torch.nn.Hardtanh(-0.5, 0.5)))]
    both = make(tmp_path / "both.parquet", workers=workers).table
    alone = [make(tmp_path / f"{each.name}.parquet", workers=each).table for each in workers]
    for target in TARGETS:
        np.testing.assert_allclose(both[target], (alone[0][target] + alone[1][target]) / 2, rtol=0, atol=1e-15)
    assert {"prediction:one", "prediction:two", "clean_cross_entropy:two"} <= set(both.columns)


def test_table_reads_back_with_what_it_says_of_itself(data, tmp_path):
    found = make(tmp_path / "errors.parquet")
    assert found.table.equals(data.table)  # the same images, worker and seed
    read = ErrorDataset.read(tmp_path / "errors.parquet")
    assert read.table.equals(data.table)
    assert read.info["clean_accuracy"] == {"thirds": {"metrifier": 1.0, "evaluation": 1.0}}
    assert read.info["distortions"][0] == ["gaussian_noise", 1, "variance=0.001"]
    with pytest.raises(DatasetError, match="read without its images"):
        next(read.images())
    assert not list(tmp_path.glob("*.parts"))


def test_seed_decides_the_random_numbers(data, tmp_path):
    other = make(tmp_path / "errors.parquet", seed=1, sets=data.table.drop_duplicates("source")["set"].tolist())
    noisy = data.table["distortion"] == "gaussian_noise"
    assert not other.table[noisy]["error"].equals(data.table[noisy]["error"])
    assert other.table[~noisy]["error"].equals(data.table[~noisy]["error"])


@pytest.mark.parametrize("parts", [1, 4])
def test_killed_and_resumed_is_the_same(tmp_path, parts):
    path = tmp_path / "errors.parquet"
    killed = subprocess.run(
        [sys.executable, "-m", "tests.cnn_error.mortal", path, str(parts)], check=False, capture_output=True
    )
    assert killed.returncode == -9, killed.stderr.decode()
    assert not path.exists()
    left = sorted((tmp_path / "errors.parquet.parts").glob("part-*.parquet"))
    assert len(left) == parts
    stamps = [each.stat().st_mtime_ns for each in left]
    done = []

    def counted(items, total):
        assert [each.stat().st_mtime_ns for each in left] == stamps
        done.append(total)
        return items

    resumed = make(path, n=90, track=counted)
    assert done == [6 - parts]
    whole = make(tmp_path / "whole.parquet", n=90)
    assert resumed.table.equals(whole.table)
    assert path.read_bytes() == (tmp_path / "whole.parquet").read_bytes()


def test_parts_of_another_data_set_are_not_taken_for_ours(tmp_path):
    def interrupted(items, total):
        yield items[0]
        raise KeyboardInterrupt

    path = tmp_path / "errors.parquet"
    with pytest.raises(KeyboardInterrupt):
        make(path, n=90, track=interrupted)
    with pytest.raises(JournalError, match="another error dataset"):
        make(path, n=90, seed=3)
    (tmp_path / "mine.parquet.parts").mkdir()
    (tmp_path / "mine.parquet.parts" / "diary.txt").write_text("dear diary")
    with pytest.raises(JournalError, match="no folder of parts"):
        make(tmp_path / "mine.parquet")
    make(tmp_path / "done.parquet")
    with pytest.raises(JournalError, match="another error dataset"):
        make(tmp_path / "done.parquet", seed=3)
    half = Worker("thirds", Thirds(), preprocess=lambda image: image.float() / 510)
    with pytest.raises(JournalError, match="another error dataset"):
        make(tmp_path / "done.parquet", workers=half)


def test_sources_from_folder_csv_data_set_and_arrays_are_the_same(tmp_path):
    from PIL import Image

    images, labels = pictures(9)
    rows = []
    for place, (image, label) in enumerate(zip(images, labels, strict=True)):
        name = tmp_path / "images" / CLASSES[label] / f"{place}.png"
        name.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(name)
        rows.append({"image": name.relative_to(tmp_path).as_posix(), "class": CLASSES[label]})
    pd.DataFrame(rows).to_csv(tmp_path / "list.csv", index=False)
    from torchvision.datasets import ImageFolder

    three = Worker("thirds", Thirds(), classes=CLASSES)
    found = {}
    for kind, source in {
        "folder": tmp_path / "images",
        "csv": tmp_path / "list.csv",
        "torchvision": ImageFolder(tmp_path / "images"),
    }.items():
        made = make_error_dataset(three, source, distortions=DISTORTIONS, path=tmp_path / f"{kind}.parquet")
        found[kind] = made.table.set_index(["source_sha256", "distortion", "level"]).sort_index()["error"]
        assert set(made.table["class"]) == set(CLASSES)
    for kind in ("csv", "torchvision"):
        pd.testing.assert_series_equal(found[kind], found["folder"], rtol=1e-6)


def test_sets_given_apart_are_kept_apart(tmp_path):
    images, labels = pictures(12)
    parts = {"worker": slice(0, 3), "metrifier": slice(3, 6), "evaluation": slice(6, 12)}
    made = make_error_dataset(
        worker(),
        {name: images[rows] for name, rows in parts.items()},
        {name: labels[rows] for name, rows in parts.items()},
        DISTORTIONS,
        path=tmp_path / "errors.parquet",
    )
    assert made.table.drop_duplicates("source")["set"].value_counts().to_dict() == {"evaluation": 6, "metrifier": 3}
    assert made.info["clean_accuracy"]["thirds"] == {"worker": 1.0, "metrifier": 1.0, "evaluation": 1.0}


class Answering(torch.nn.Module):
    """Answers with what it is given."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def forward(self, batch):
        return self.answer(batch)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"labels": [0] * 11}, DatasetError, "12 images but 11 labels"),
        ({"labels": None}, DatasetError, "without classes"),
        ({"labels": [-1] * 12}, DatasetError, "label -1 is negative"),
        ({"sets": ["metrifier"] * 12}, DatasetError, "set evaluation"),
        ({"sets": ["metrifier", "test"] * 6}, DatasetError, "no set is called test"),
        ({"sets": ["metrifier"] * 5}, DatasetError, "12 images but 5 sets"),
        ({"distortions": ["gausian_noise"]}, UnknownDistortionError, "did you mean gaussian_noise"),
        ({"distortions": {"jpeg": []}}, OptionError, "jpeg has no level"),
        ({"distortions": {"jpeg": [{"quality": 400}]}}, OptionError, "quality=400"),
        ({"distortions": "jpeg"}, OptionError, "give a list of names"),
        (
            {"workers": Worker("few", Answering(lambda x: x.new_zeros(len(x), 2)))},
            ClassifierError,
            "2 outputs.*3 classes",
        ),
        ({"workers": Worker("named", Thirds(), classes=("0", "1", "cat"))}, ClassifierError, "not '2'"),
        ({"workers": Worker("odd", Answering(lambda x: x))}, ClassifierError, "must return logits"),
        (
            {"workers": Worker("bad", Answering(lambda x: x.new_zeros(len(x), 3) / 0))},
            ClassifierError,
            "NaN.*undistorted",
        ),
        ({"workers": [worker(), worker()]}, OptionError, "name of its own"),
        ({"workers": []}, OptionError, "workers must be"),
        ({"path": "errors.csv"}, OptionError, "suffix .parquet"),
        ({"images": np.zeros((12, 16, 16))}, DTypeError, "float64"),
    ],
)
def test_faults_are_told_before_the_work(tmp_path, change, error, message):
    images, labels = pictures(12)
    arguments = {
        "workers": worker(),
        "images": images,
        "labels": labels,
        "distortions": DISTORTIONS,
        "path": "errors.parquet",
        **change,
    }
    arguments["path"] = tmp_path / arguments["path"]
    with pytest.raises(error, match=message):
        make_error_dataset(**arguments)
    assert not arguments["path"].exists()


def test_one_image_with_a_logit_that_is_no_number_is_named(tmp_path):
    def answer(batch):
        logits = Thirds()(batch)
        logits[batch.amax((1, 2, 3)) == 1.0] = float("nan")
        return logits

    images, labels = pictures(12)
    images[5, 0, 0] = 255
    with pytest.raises(ClassifierError, match=r"worker w .*000005/undistorted"):
        make_error_dataset(
            Worker("w", Answering(answer)), images, labels, {"contrast": [1.0]}, path=tmp_path / "e.parquet"
        )


@pytest.mark.parametrize("pair", [("worker", "metrifier"), ("worker", "evaluation"), ("metrifier", "evaluation")])
def test_a_picture_in_two_sets_is_refused_whatever_it_is_called(tmp_path, pair):
    images, labels = pictures(9)
    sets = ["worker"] * 3 + ["metrifier"] * 3 + ["evaluation"] * 3
    first, second = sets.index(pair[0]), sets.index(pair[1]) + 1
    images[second] = images[first]
    with pytest.raises(DatasetError, match=rf"same picture in two sets: 00000{first} \({pair[0]}\) and 00000{second}"):
        make_error_dataset(worker(), images, labels, DISTORTIONS, path=tmp_path / "e.parquet", sets=sets)


def test_a_name_in_two_sets_is_refused(tmp_path):
    from PIL import Image

    images, _ = pictures(2)
    for place, image in enumerate(images):
        Image.fromarray(image).save(tmp_path / f"{place}.png")
    paths = [tmp_path / "0.png", tmp_path / "0.png", tmp_path / "1.png"]
    with pytest.raises(DatasetError, match="same name in two sets"):
        make_error_dataset(
            worker(), paths, [0, 0, 1], DISTORTIONS, path=tmp_path / "e.parquet",
            sets=["metrifier", "evaluation", "evaluation"],
        )  # fmt: skip


def test_what_is_no_error_data_set_is_told(tmp_path):
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "other.parquet")
    with pytest.raises(DatasetError, match="no error dataset: it lacks image, source"):
        ErrorDataset.read(tmp_path / "other.parquet")
    (tmp_path / "text.parquet").write_text(json.dumps({}))
    with pytest.raises(DatasetError, match="can't be read as a Parquet file"):
        ErrorDataset.read(tmp_path / "text.parquet")


def test_worker_keeps_its_mode_and_its_gradients(tmp_path):
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(256, 3), torch.nn.Dropout(0.5)).train()
    first = make(tmp_path / "one.parquet", workers=model).table
    assert model.training
    assert all(each.requires_grad for each in model.parameters())
    assert make(tmp_path / "two.parquet", workers=model).table.equals(first)  # no dropout while it works
