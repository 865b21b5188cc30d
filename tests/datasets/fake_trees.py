"""Data sets as their owners lay them out, with one-byte images, small or full-size.

Each ``write_NAME(root, card)`` writes what ``load(card, root)`` should accept, quirks included, and returns
the scores in the order in which they should come back.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.io import savemat

from iqametrics.datasets import Card, Counts, card, manifest
from iqametrics.datasets.readers import cidiq, csiq


def scaled(name: str, references: int, per_type: int, entries: dict[str, int] | None = None) -> Card:
    """Return a card for a smaller edition of a set: its own types, ``per_type`` images of each."""
    full = card(name)
    types = dict.fromkeys(full.counts.types, per_type)
    counts = Counts(sum(types.values()), references, types, entries or {})
    return replace(full, counts=counts, sha256={}, table=None)


def unhashed(name: str) -> Card:
    """Return the full card of a set whose label files a test can't make byte for byte."""
    return replace(card(name), sha256={})


def touch(root: Path, names: Iterable[str]) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def cells(texts: Iterable[str], column: bool = False) -> np.ndarray:
    """Return a MATLAB cell array of strings, a row or a column."""
    array = np.array(list(texts), dtype=object)
    return array[:, None] if column else array[None, :]


def row(values: Iterable[float]) -> np.ndarray:
    return np.asarray(list(values), dtype=np.float64)[None, :]


def write_tid(root: Path, facts: Card) -> list[float]:
    """TID2008 and TID2013: mixed case in names and endings, and ``i25.bmp`` among ``I01.BMP``."""
    levels = facts.counts.images // len(facts.counts.types) // facts.counts.references
    first = 26 - facts.counts.references
    names, scores = [], []
    for reference in range(first, 26):
        touch(root, [f"reference_images/{'i25.bmp' if reference == 25 else f'I{reference:02d}.BMP'}"])
        for code in range(1, len(facts.counts.types) + 1):
            for level in range(1, levels + 1):
                name = f"i{reference:02d}_{code:02d}_{level}.bmp"
                touch(root, [f"distorted_images/{name.upper() if code % 3 == 0 else name}"])
                names.append(name.capitalize() if code % 5 == 0 else name)
                scores.append(round(9 - len(scores) / 1000, 5))
    text = "".join(f"{score:.5f} {name}\r\n" for score, name in zip(scores, names, strict=True))
    (root / "mos_with_names.txt").write_bytes(text.encode())
    (root / "mos_std.txt").write_bytes("".join(f"{0.1:.5f}\r\n" for _ in scores).encode())
    return scores


def write_tid2013_whole(root: Path) -> list[float]:
    """TID2013 in full."""
    touch(root, manifest("tid2013").table["distorted"])
    touch(root, [f"reference_images/I{k:02d}.BMP" for k in range(1, 25)] + ["reference_images/i25.bmp"])
    return write_tid2013_labels(root)


def write_tid2013_labels(root: Path) -> list[float]:
    """TID2013's label files, byte for byte as the owners give them out."""
    table = manifest("tid2013").table
    names = table["distorted"].str.removeprefix("distorted_images/")
    lines = [f"{mos:.5f} {name}\r\n" for mos, name in zip(table["mos"], names, strict=True)]
    (root / "mos_with_names.txt").write_bytes("".join(lines).encode())
    (root / "mos_std.txt").write_bytes("".join(f"{std:.5f}\r\n" for std in table["std"]).encode())
    return table["mos"].tolist()


def write_kadid10k(root: Path, facts: Card) -> list[float]:
    levels = facts.counts.images // len(facts.counts.types) // facts.counts.references
    lines, scores = ["dist_img,ref_img,dmos,var"], []
    for reference in range(1, facts.counts.references + 1):
        touch(root, [f"images/I{reference:02d}.png"])
        for code in range(1, len(facts.counts.types) + 1):
            for level in range(1, levels + 1):
                name = f"I{reference:02d}_{code:02d}_{level:02d}.png"
                touch(root, [f"images/{name}"])
                scores.append(round(4.9 - len(scores) / 1000, 2))
                lines.append(f"{name},I{reference:02d}.png,{scores[-1]},0.5")
    (root / "dmos.csv").write_text("\n".join(lines) + "\n")
    return scores


def write_cidiq(root: Path, facts: Card) -> list[float]:
    """CID:IQ with the scores of both distances, in full if the card is."""
    names = [
        cidiq.distorted_path(kind, reference, level)
        for kind in cidiq.FOLDERS
        for reference in range(1, facts.counts.references + 1)
        for level in range(1, cidiq.LEVELS + 1)
    ]
    touch(root, names)
    touch(root, [f"Images/Original/final{k:02d}.bmp" for k in range(1, facts.counts.references + 1)])
    for distance in ("50", "100"):
        known = manifest(f"cidiq.{distance}cm").table.set_index("distorted")["mos"]
        # The owners' arrays hold unrounded means, the manifest two decimals.
        values = known[names].to_numpy() + 0.0035
        savemat(root / f"MOS{distance}.mat", {f"MOS{distance}": values[:, None]})
        if distance in facts.name:
            scores = values.tolist()
    return scores


def write_live(root: Path, facts: Card, pictures: bool = True) -> list[float]:
    """LIVE inside its archive's folder, in full: reference copies, info.txt, a Thumbs.db."""
    home = root / "databaserelease2"
    known = manifest(facts.name).table.set_index("distorted")
    images = [f"{kind}/img{k}.bmp" for kind, n in facts.counts.entries.items() for k in range(1, n + 1)]
    rated = np.array([image in known.index for image in images])
    references = [known["reference"].get(image, "refimgs/woman.bmp").removeprefix("refimgs/") for image in images]
    touch(home, [f"{kind}/info.txt" for kind in facts.counts.entries])
    if pictures:
        touch(home, [*images, *(f"refimgs/{name}" for name in dict.fromkeys(references)), "refimgs/Thumbs.db"])
    scores = [known["dmos"].get(image, 0.0) for image in images]
    spreads = [known["std"].get(image, 0.0) for image in images]
    orgs = (~rated).astype(np.uint8)[None, :]
    savemat(home / "refnames_all.mat", {"refnames_all": cells(references)})
    # The realigned scores are a download of their own, which people put beside the folder.
    savemat(root / "dmos_realigned.mat", {"dmos_new": row(scores), "dmos_std": row(spreads), "orgs": orgs})
    savemat(home / "dmos.mat", {"dmos": row(scores), "orgs": orgs})
    for kind in facts.counts.entries:
        entries = zip(images, references, strict=True)
        lines = [f"{ref} {name.split('/')[1]} 0.5" for name, ref in entries if name.startswith(f"{kind}/")]
        ending = "\r\r" if kind == "gblur" else "\r\n"
        (home / kind / "info.txt").write_bytes((ending.join(lines) + ending).encode())
    return [score for score, is_rated in zip(scores, rated, strict=True) if is_rated]


def write_csiq_images(root: Path) -> list[float]:
    """CSIQ's images in full, in folders whose case differs from the files', as real copies have them."""
    table = manifest("csiq").table
    folders = {"awgn": "AWGN", "blur": "BLUR", "jpeg": "JPEG"}
    parts = table["distorted"].str.split("/")
    touch(root, [f"dst_imgs/{folders.get(kind, kind)}/{name}" for _, kind, name in parts])
    touch(root, table["reference"].unique())
    return table["dmos"].tolist()


def csiq_rows() -> list[list]:
    """The workbook's rows: "1600" is a number there, and two types have names of their own."""
    kinds = list(csiq.TOKENS)
    spoken = {"awgn": "noise", "jpeg2000": "jpeg 2000"}
    rows = []
    for entry in manifest("csiq").table.itertuples():
        image = entry.reference.removeprefix("src_imgs/").removesuffix(".png")
        image = int(image) if image.isdigit() else image
        kind = spoken.get(entry.type, entry.type)
        rows.append([image, kinds.index(entry.type) + 1, kind, entry.level, entry.std, entry.dmos])
    return rows


def write_csiq_workbook(root: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "all_by_image"
    sheet["A1"] = "CSIQ"
    for column, name in enumerate(csiq.COLUMNS, start=4):
        sheet.cell(4, column, name)
    for k, values in enumerate(csiq_rows(), start=5):
        for column, value in enumerate(values, start=4):
            sheet.cell(k, column, value)
    book.create_sheet("summary")["A1"] = "#REF!"
    book.save(root / csiq.WORKBOOK)


def write_csiq_export(root: Path) -> None:
    lines = [",".join(csiq.COLUMNS)]
    for image, index, kind, level, std, dmos in csiq_rows():
        comma_std, comma_dmos = (repr(value).replace(".", ",") for value in (std, dmos))
        lines.append(f'{image},{index},{kind},{level},"{comma_std}","{comma_dmos}"')
    (root / csiq.EXPORT).write_bytes(("\r\n".join(lines) + "\r\n").encode())


def write_live_md(root: Path, facts: Card, spelling: str = "Part {}") -> list[float]:
    """LIVE-MD: a blank in the folder's name, and blur-only images under one name in both parts."""
    home = root / "To_Release"
    references = [f"ref{chr(97 + k)}" for k in range(facts.counts.references)]
    scores = []
    for part, second in (("1", "jpeg"), ("2", "noise")):
        suffixes = [f"_blur{k}" for k in (1, 2, 3)] + [f"_{second}{k}" for k in (1, 2, 3)]
        suffixes += [f"_blur{k}_{second}{j}" for k in (1, 2, 3) for j in (1, 2, 3)]
        names = [f"{reference}{suffix}.bmp" for reference in references for suffix in suffixes]
        folder = home / spelling.format(part)
        touch(folder / f"blur{second}", [*names, *(f"{name}.bmp" for name in references)])
        values = [10 * int(part) + k / 100 for k in range(len(names))]
        savemat(folder / "Imagelists.mat", {"distimgs": cells(names, column=True)})
        savemat(folder / "Scores.mat", {"DMOSscores": row(values)})
        scores += values
    return scores


def live_md_card(references: int) -> Card:
    types = {"blur": 6, "jpeg": 3, "blur+jpeg": 9, "noise": 3, "blur+noise": 9}
    counts = Counts(
        30 * references,
        references,
        {kind: n * references for kind, n in types.items()},
        {"1": 15 * references, "2": 15 * references},
    )
    return replace(card("live_md"), counts=counts)


def write_live_challenge(root: Path, facts: Card) -> list[float]:
    """LIVE Challenge: seven training images first, endings in every case."""
    trained = [f"t{k}.bmp" for k in range(1, facts.counts.entries["training"] + 1)]
    rated = [f"{k}.{('bmp', 'JPG', 'jpg')[k % 3]}" for k in range(3, 3 + facts.counts.images)]
    touch(root / "Images" / "trainingImages", trained)
    touch(root / "Images", rated)
    (root / "Data").mkdir()
    scores = [50 + k / 10 for k in range(len(trained + rated))]
    savemat(root / "Data/AllImages_release.mat", {"AllImages_release": cells(trained + rated, column=True)})
    savemat(root / "Data/AllMOS_release.mat", {"AllMOS_release": row(scores)})
    savemat(root / "Data/AllStdDev_release.mat", {"AllStdDev_release": row(scores)})
    return scores[len(trained) :]


def live_challenge_card(images: int) -> Card:
    return scaled("live_challenge", 0, images, {"training": 7, "release": images})


def write_koniq10k(root: Path, facts: Card, folder: str = "1024x768") -> list[float]:
    scores = [round(1.5 + k / 10, 3) for k in range(facts.counts.images)]
    shares = "0.0,0.1,0.2,0.3,0.4,100"
    head = "image_name,c1,c2,c3,c4,c5,c_total,MOS,SD"
    names = [f"{1000 + k}.jpg" for k in range(len(scores))]
    entries = list(zip(names, scores, strict=True))
    plain = [f"{head},MOS_zscore"] + [f"{name},{shares},{mos},0.5,{20 * mos}" for name, mos in entries]
    rescaled = [f"{head},set"] + [f"{name},{shares},{20 * mos},0.5,training" for name, mos in entries]
    (root / "koniq10k_scores_and_distributions.csv").write_text("\n".join(plain) + "\n")
    (root / "koniq10k_distributions_sets.csv").write_text("\n".join(rescaled) + "\n")
    touch(root / folder, names)
    return [20 * mos for mos in scores] if facts.name.endswith("rescaled") else scores
