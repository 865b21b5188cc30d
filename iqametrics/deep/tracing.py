"""The operations of a network by name, found while other threads use theirs."""

import math
from collections.abc import Callable, Mapping
from threading import Lock, get_ident
from typing import Any, NamedTuple

import torchvision
from torch import nn
from torch.fx import Graph, GraphModule, Node
from torchvision.models.feature_extraction import NodePathTracer

#: Modules that torchvision's feature extraction looks upon as one operation.
_LEAVES = tuple(
    each for each in vars(torchvision.ops).values() if isinstance(each, type) and issubclass(each, nn.Module)
)
#: Tracing changes classes of torch, and changes them back: two at once would end in the wrong order.
_tracing = Lock()


class _Tracer(NodePathTracer):  # type: ignore[misc]  # torchvision has no types
    """Records what its own thread does.

    While torch traces one network, every module of the process reports its calls to the tracer, which knows nothing of
    networks that other threads have.
    """

    def __init__(self, leaves: tuple[type[nn.Module], ...]) -> None:
        super().__init__(leaf_modules=(*_LEAVES, *leaves), autowrap_modules=(math, torchvision.ops))
        self._thread = get_ident()

    def call_module(self, m: nn.Module, forward: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        if get_ident() != self._thread:
            return forward(*args, **kwargs)
        return super().call_module(m, forward, args, kwargs)

    def getattr(self, attr: str, attr_val: Any, parameter_proxy_cache: dict[str, Any]) -> Any:
        if get_ident() != self._thread:
            return attr_val
        return super().getattr(attr, attr_val, parameter_proxy_cache)


class Traced(NamedTuple):
    """A network and its operations.

    Attributes
    ----------
    network : Module
        The network.
    graph : Graph
        Its operations.
    nodes : Mapping of str to Node
        The same by torchvision's names of them, in the order of the network.
    """

    network: nn.Module
    graph: Graph
    nodes: Mapping[str, Node]

    @property
    def names(self) -> list[str]:
        """The names in the order of the network."""
        return list(self.nodes)


def traced(network: nn.Module, leaves: tuple[type[nn.Module], ...] = ()) -> Traced:
    """The operations of a network as it is in use, not in training; modules of the types `leaves` are one each."""
    with _tracing:
        tracer = _Tracer(leaves)
        graph = tracer.trace(network.eval())
    return Traced(network, graph, {name: node for node, name in tracer.node_to_qualname.items()})


def part_leading_to(found: Traced, taps: Mapping[str, str]) -> GraphModule:
    """The part of a network that leads to some of its operations, and returns what they do by other names.

    Parameters
    ----------
    found : Traced
        The network.
    taps : Mapping of str to str
        The other names to the names of operations, in the order of the network.
    """
    *_, last = found.graph.nodes
    found.graph.erase_node(last)
    found.graph.output({tap: found.nodes[name] for tap, name in taps.items()})
    whole = GraphModule(found.network, found.graph)  # from which is told what has no effect
    whole.graph.eliminate_dead_code()
    return GraphModule(found.network, whole.graph)
