"""Which of your photographs will a classifier fail on? ``python worker_errors.py PHOTOS OUTPUT``.

PHOTOS holds a folder of images for every class, under the names that ImageNet's classes have in torchvision.
"""

import sys
from pathlib import Path

from torchvision import models

from iqametrics.cnn_error import Metrifier, Worker, evaluate_predictors, make_error_dataset


def study(photos, worker, output, **training):
    """Record the errors on distorted photographs, train a metrifier on half, hold predictors against the other half."""
    dataset = make_error_dataset(
        worker,
        photos,
        distortions=["gaussian_noise", "gaussian_blur", "jpeg", "contrast"],
        preset="imagenet-c",
        path=output / "errors.parquet",
    )
    metrifier = Metrifier.fit(dataset, **training)
    metrifier.save(output / "metrifier.safetensors")
    evaluation = evaluate_predictors(dataset, metrifier=metrifier)
    evaluation.to_frame().to_csv(output / "predictors.csv", index=False)
    return evaluation


if __name__ == "__main__":
    weights = models.ResNet50_Weights.IMAGENET1K_V2
    resnet = Worker(
        "resnet50",
        models.resnet50(weights=weights),
        preprocess=weights.transforms(),
        classes=tuple(weights.meta["categories"]),
    )
    found = study(Path(sys.argv[1]), resnet, Path(sys.argv[2]))
    print(found.to_frame()[["predictor", "srocc", "within_cell"]].round(3).to_string(index=False))
