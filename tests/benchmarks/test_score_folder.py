"""The time of a folder over that of decoding it."""

import re

from PIL import Image

from benchmarks.score_folder import measure, write_pairs


def test_pairs_are_pictures_of_the_size_asked_for(tmp_path):
    folders = write_pairs(tmp_path, 5, 600, 520)
    for folder, suffix in zip(folders, ("png", "jpg"), strict=True):
        files = sorted(folder.iterdir())
        assert [file.name for file in files] == [f"{i:04}.{suffix}" for i in range(5)]
        for file in files:
            with Image.open(file) as picture:
                assert picture.size == (520, 600)


def test_it_prints_a_ratio_for_the_command_and_for_the_process(capsys):
    measure(pairs=2, size=(64, 80), metrics="psnr", rounds=1)
    heading, decoding, score, process = capsys.readouterr().out.splitlines()
    assert heading.startswith("2 pairs of 80x64, psnr, ")
    seconds = float(re.search(r"decoding alone +([\d.]+) s", decoding)[1])
    assert seconds >= 0
    assert re.fullmatch(r"score +[\d.]+ s  [\d.]+ times", score)
    assert re.fullmatch(r"whole process +[\d.]+ s  [\d.]+ times", process)
