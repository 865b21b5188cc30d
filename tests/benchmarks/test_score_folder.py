"""The time of a folder over that of decoding it."""

import re

from PIL import Image

from benchmarks.score_folder import measure, measure_memory, write_pairs


def test_pairs_are_pictures_of_the_size_asked_for(tmp_path):
    folders = write_pairs(tmp_path, 5, 600, 520)
    for folder, suffix in zip(folders, ("png", "jpg"), strict=True):
        files = sorted(folder.iterdir())
        assert [file.name for file in files] == [f"{i:04}.{suffix}" for i in range(5)]
        for file in files:
            with Image.open(file) as picture:
                assert picture.size == (520, 600)


def test_versions_may_be_png(tmp_path):
    _, versions = write_pairs(tmp_path, 2, 64, 80, png=True)
    for file in versions.iterdir():
        with Image.open(file) as picture:
            assert (picture.format, picture.size) == ("PNG", (80, 64))


def test_it_prints_a_ratio_for_the_command_and_for_the_process(capsys):
    measure(pairs=2, size=(64, 80), metrics=["psnr", "mse"], rounds=1, decoders=2, workers=1)
    heading, decoding, *others = capsys.readouterr().out.splitlines()
    assert heading.startswith("2 pairs of 80x64, ")
    seconds = float(re.search(r"decoding alone +([\d.]+) s +with 2 threads", decoding)[1])
    assert seconds >= 0
    for place, metric in ((0, "psnr"), (3, "mse")):
        name, score, process = others[place : place + 3]
        assert name == metric
        assert re.fullmatch(r"score +[\d.]+ s  [\d.]+ times", score)
        assert re.fullmatch(r"whole process +[\d.]+ s  [\d.]+ times", process)


def test_it_prints_the_growth_of_memory(capsys):
    measure_memory(pairs=20, size=(64, 80), metrics="psnr")
    few, many, growth = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r" +2 pairs of 80x64, psnr: at most [\d.]+ MB", few)
    assert re.fullmatch(r" +20 pairs of 80x64, psnr: at most [\d.]+ MB", many)
    assert re.fullmatch(r"growth -?[\d.]+ MB", growth)
