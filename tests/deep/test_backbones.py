"""The maps are torchvision's, whatever the file they come from."""

import numpy as np
import pytest
import torch
import torchvision
from safetensors.torch import save_file

from iqametrics.deep import backbone
from iqametrics.errors import OptionError, WeightsError

ALEXNET = {"conv1": 0, "relu1": 1, "pool1": 2, "conv2": 3, "relu2": 4, "pool2": 5, "conv3": 6, "relu3": 7, "conv4": 8,
           "relu4": 9, "conv5": 10, "relu5": 11, "pool5": 12}  # fmt: skip


def images(rows=70, columns=83, count=2):
    return torch.from_numpy(np.random.default_rng(0).random((count, 3, rows, columns))).float()


def by_hand(model, x, layers):
    """The maps by torchvision's own modules, one after the other; pre-ReLU ones copied before they are overwritten."""
    mean, deviation = (torch.tensor(each)[:, None, None] for each in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    x, found = (x - mean) / deviation, {}
    with torch.no_grad():
        for place, module in enumerate(model.features):
            x = module(x)
            if place in layers:
                found[place] = x.clone()
    return found


@pytest.mark.parametrize("suffix", [".pth", ".safetensors", ".npz"])
def test_alexnet_with_the_same_weights(alexnet, tmp_path, suffix):
    state, path = alexnet.state_dict(), tmp_path / f"weights{suffix}"
    if suffix == ".pth":
        torch.save(state, path)
    elif suffix == ".safetensors":
        save_file(state, path)
    else:
        np.savez(path, **{key: value.numpy() for key, value in state.items()})
    network = backbone("alexnet", weights=path, taps="all")
    assert network.taps == tuple(ALEXNET)
    maps, expected = network(images()), by_hand(alexnet, images(), ALEXNET.values())
    for tap, place in ALEXNET.items():
        torch.testing.assert_close(maps[tap], expected[place], rtol=0, atol=0)
    assert min(float(maps["conv3"].min()), -float(maps["relu3"].min())) < 0 == float(maps["relu3"].min())


def test_vgg16_with_the_same_weights(tmp_path):
    with torch.device("meta"):
        model = torchvision.models.vgg16(weights=None).features.eval()
    generator = torch.Generator().manual_seed(1)
    state = {
        f"features.{key}": torch.randn(value.shape, generator=generator) * (2 / max(1, value[0].numel())) ** 0.5
        for key, value in model.state_dict().items()
    }
    path = tmp_path / "vgg16.pth"
    torch.save(state, path)
    network = backbone("vgg16", weights=path)
    assert network.taps == tuple(f"conv{b}_{i}" for b, n in enumerate((2, 2, 3, 3, 3), 1) for i in range(1, n + 1))
    model = torch.nn.Module()
    with torch.device("meta"):
        model.features = torchvision.models.vgg16(weights=None).features.eval()
    model.load_state_dict(state, assign=True)
    places = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)
    expected = by_hand(model, images(count=1), places)
    maps = network(images(count=1))
    assert sum(each.shape[1] for each in maps.values()) == 4224
    for tap, place in zip(network.taps, places, strict=True):
        torch.testing.assert_close(maps[tap], expected[place], rtol=0, atol=0)


def test_layers_by_name():
    network = backbone("vgg16", weights="surrogate", taps=["relu3_2", "conv1_1", "pool2"])
    assert network.taps == ("conv1_1", "pool2", "relu3_2")
    assert backbone("resnet18", weights="surrogate", taps="layer1.0.conv1").taps == ("layer1.0.conv1",)
    with pytest.raises(OptionError, match=r"alexnet has no layer 'conv6'; it has conv1, relu1"):
        backbone("alexnet", weights="surrogate", taps=["conv1", "conv6"])
    with pytest.raises(OptionError, match=r"did you mean .*alexnet"):
        backbone("alexnett", weights="surrogate")


def test_the_surrogate_is_fixed():
    """Its weights do not depend on what else is asked for, nor on the state of any generator."""
    torch.manual_seed(0)
    all_layers = backbone("alexnet", weights="surrogate")(images())
    torch.manual_seed(5)
    one = backbone("alexnet", weights="surrogate", taps="conv3")(images())
    torch.testing.assert_close(one["conv3"], all_layers["conv3"], rtol=0, atol=0)
    assert [tuple(maps.shape[1:]) for maps in all_layers.values()] == [
        (64, 16, 20), (192, 7, 9), (384, 3, 4), (256, 3, 4), (256, 3, 4)]  # fmt: skip
    # To the digits that another order of summation leaves.
    found = [float(maps.double().abs().mean()) for maps in all_layers.values()]
    assert found == pytest.approx(EXPECTED, rel=1e-4)
    assert backbone("alexnet", weights="surrogate").weights_sha256 == "surrogate-v1"


EXPECTED = [1.02537, 2.087154, 2.835768, 2.167164, 1.795877]


def test_a_flat_grey_is_nothing_to_the_first_layer_of_the_surrogate():
    network = backbone("alexnet", weights="surrogate", taps="conv1")
    grey = torch.tensor([0.485, 0.456, 0.406])[:, None, None] + 0.3 * torch.tensor([0.229, 0.224, 0.225])[:, None, None]
    maps = network(grey.expand(1, 3, 64, 64))["conv1"][..., 1:-1, 1:-1]
    assert maps[:, :48].abs().max() < 1e-5


def test_samples_lie_where_the_layout_says():
    """A change of one pixel moves the maps about the place that the geometry names."""
    network = backbone("alexnet", weights="surrogate", taps=["conv1", "conv2", "conv4"])
    base = images(255, 255, 1)
    changed = base.clone()
    changed[..., 131, 103] = 1 - changed[..., 131, 103]
    with torch.no_grad():
        before, after = network(base), network(changed)
    for tap, (size, place) in network.layout((255, 255)).items():
        assert before[tap].shape[-2:] == size
        amount = (after[tap] - before[tap]).abs().sum((0, 1)).numpy()
        rows, columns = np.indices(amount.shape)
        centre = [(axis * amount).sum() / amount.sum() for axis in (rows, columns)]
        found = [place.offset[i] + place.step[i] * centre[i] for i in (0, 1)]
        assert found == pytest.approx([131, 103], abs=0.6 * place.step[0])


def test_convolutions_are_plain_single_precision(monkeypatch):
    seen = []
    network = backbone("alexnet", weights="surrogate", taps="conv1")
    monkeypatch.setattr(
        torch.nn.Conv2d,
        "forward",
        lambda self, x: seen.append((torch.backends.cudnn.allow_tf32, torch.is_autocast_enabled("cpu"))) or x,
    )
    before = torch.backends.cudnn.allow_tf32
    with torch.autocast("cpu", dtype=torch.bfloat16):
        network(images())
    assert seen == [(False, False)]
    assert torch.backends.cudnn.allow_tf32 == before


def test_without_network_and_weights_the_error_names_three_remedies():
    with pytest.raises(WeightsError) as caught:
        backbone("alexnet")
    message = str(caught.value)
    for part in ("IQAMETRICS_OFFLINE", "alexnet-owt-7be5be79.pth", "weights=PATH", 'weights="surrogate"'):
        assert part in message


def test_a_failed_download_names_them_too(monkeypatch):
    monkeypatch.delenv("IQAMETRICS_OFFLINE")

    def fail(*arguments, **options):
        raise OSError("no route to host")

    monkeypatch.setattr(torch.hub, "download_url_to_file", fail)
    with pytest.raises(WeightsError, match=r'no route to host.*weights=PATH.*weights="surrogate"'):
        backbone("alexnet")


def test_a_cached_file_is_checked_and_used(alexnet, monkeypatch, tmp_path):
    from iqametrics.deep import weight_files

    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    path = folder / "alexnet-owt-7be5be79.pth"
    torch.save(alexnet.state_dict(), path)
    with pytest.raises(WeightsError, match=r"is damaged.*7be5be79"):
        backbone("alexnet")
    monkeypatch.setattr(weight_files, "sha256_of", lambda path: "7be5be79" + "0" * 56)
    assert backbone("alexnet").weights_sha256.startswith("7be5be79")
