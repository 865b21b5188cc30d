"""Compile every kernel ahead of time for compute capability 9.0: ``python -m tests.triton_executor.compile_all``."""

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import triton
from triton import knobs
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from iqametrics.fr.gmsd import T
from iqametrics.fr.ssim import C1, C2, WINDOW
from iqametrics.fr.vifp import NEURAL, TINY, WINDOWS
from iqametrics.kernels.triton_ import (
    gradient_kernels,
    moment_derivative_kernels,
    moment_kernels,
    pixel_kernels,
    resampling_kernels,
)
from iqametrics.kernels.triton_.equations import equation
from iqametrics.kernels.triton_.gradients import ROWS as GRADIENT_ROWS
from iqametrics.kernels.triton_.gradients import ROWS_OF_DERIVATIVES
from iqametrics.kernels.triton_.launching import COLUMNS, OPTIONS, ROWS
from iqametrics.kernels.triton_.moments import FEW, MANY
from iqametrics.stencils.gradients import PREWITT

TARGET = GPUTarget("cuda", 90, 32)
#: Bytes of shared memory that a program may have on the smallest device, without asking for more.
SHARED = 48 << 10
#: Types of the arguments; images may have any type.
TYPES = {
    "height": "i32",
    "width": "i32",
    "tiles_down": "i32",
    "tiles_across": "i32",
    "strip": "i32",
    "programs": "i32",
    "planes": "i32",
    "row_terms": "i32",
    "column_terms": "i32",
    "whole": "i64",
    "x_scale": "fp32",
    "y_scale": "fp32",
    "scale": "fp32",
    "correction": "fp32",
    "x_strides": ("i64", "i64", "i64"),
    "y_strides": ("i64", "i64", "i64"),
    "strides": ("i64", "i64", "i64"),
    "upstream_strides": ("i64", "i64", "i64", "i64"),
    "sums": "*fp64",
    "maps": "*fp32",
    "upstream": "*fp64",
    "constant": "*fp64",
    "slope": "*fp64",
    "rows_from": "*i32",
    "columns_from": "*i32",
    "row_weights": "*fp32",
    "column_weights": "*fp32",
    "out_x": "*fp32",
    "out_y": "*fp32",
}


def check(kernel, pixels, dense=True, **named):
    """Compile a kernel down to machine code, for pixels of a type; no registers may spill over into memory.

    Of dense rows the step is 1, which Triton compiles in.
    """
    constants = dict(named)
    types = {**TYPES, "x": f"*{pixels}", "y": f"*{pixels}", "image": f"*{pixels}", "out": "*fp64"}
    if kernel is resampling_kernels.resample:
        types["out"] = "*fp32"
    signature = {name: "constexpr" if name in named else types[name] for name in kernel.arg_names}
    for place, name in enumerate(kernel.arg_names):
        if dense and name in ("x_strides", "y_strides", "strides"):
            signature[name] = ("i32", "i32", "constexpr")
            constants[place, 2] = 1
    made = triton.compile(ASTSource(kernel, signature, constants), target=TARGET, options=OPTIONS)
    assert made.asm["cubin"]
    assert made.metadata.shared <= SHARED, f"{kernel.__name__}: {made.metadata.shared} bytes of shared memory"
    used = resources(made.asm["cubin"])
    assert used["STACK"] == used["LOCAL"] == 0, f"{kernel.__name__}: values spill from registers to memory: {used}"
    print(f"{kernel.__name__} {pixels}: {used['REG']} registers, {made.metadata.shared} bytes shared", flush=True)


def resources(cubin):
    """What the machine code that Triton made takes of a device; what finds no register lies on the stack."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "kernel.cubin")
        path.write_bytes(cubin)
        command = [knobs.nvidia.cuobjdump.path, "--dump-resource-usage", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {name: int(value) for name, value in re.findall(r"(REG|STACK|LOCAL):(\d+)", done.stdout)}


def moments(window, function, joint, columns, pixels):
    """Both kernels over local moments, in all they can be asked for."""
    shared = {"TAPS": window.taps, "SIZE": window.size, "JOINT": joint, "COLUMNS": columns}
    for kind in ("sums", "maps", "slopes"):
        chosen = function.slopes if kind == "slopes" else function.values
        check(moment_kernels.moments, pixels, FUNCTION=chosen, RESULTS=function.results, KIND=kind, **shared)
    check(moment_derivative_kernels.images, pixels, OF_X=True, OF_Y=True, **shared)


def main():
    squared = equation("iqametrics.formulas.error:squared_error", 2, ())
    tile = {"ROWS": ROWS, "COLUMNS": COLUMNS}
    for pixels, exact in (("u8", True), ("fp32", False), ("fp16", False), ("bf16", False)):
        check(pixel_kernels.sums, pixels, VALUES=squared.values, RESULTS=1, EXACT=exact, **tile)
        check(resampling_kernels.resample, pixels, dense=exact, **tile)
    check(pixel_kernels.slopes, "fp32", SLOPES=squared.slopes, RESULTS=1, OF_X=True, OF_Y=True, **tile)
    ssim = equation("iqametrics.formulas.structure:ssim", 4, (C1, C2))
    both = equation("iqametrics.formulas.structure:contrast_structure_and_ssim", 4, (C1, C2))
    information = equation("iqametrics.formulas.information:pixel_information", 5, (NEURAL, TINY))
    moments(WINDOW, ssim, True, MANY, "fp32")
    moments(WINDOWS[2], both, True, FEW, "u8")
    for window in (WINDOWS[0], WINDOWS[2]):
        moments(window, information, False, FEW, "fp32")
    similarity = equation("iqametrics.formulas.similarity:similarity", 4, (T,), of_gradients=True)
    operator = tuple(tap for row in PREWITT for tap in row)
    shared = {"VALUES": similarity.values, "RESULTS": 1, "OPERATOR": operator, "COLUMNS": COLUMNS}
    check(gradient_kernels.sums, "fp32", ROWS=GRADIENT_ROWS, **shared)
    derived = {"SLOPES": similarity.slopes, "ROWS": ROWS_OF_DERIVATIVES, "OF_X": True, "OF_Y": True}
    check(gradient_kernels.images, "fp32", **derived, **shared)


if __name__ == "__main__":
    sys.exit(main())
