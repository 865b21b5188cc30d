"""Kernels over local moments.

A program works on a strip: some columns and some rows. It goes down the rows of the image; of each it makes the weighted
sums across the window, from shifted loads that the first-level cache serves, and adds them to the sums of all windows that
the row is part of, which wait in registers. The oldest is then complete. Nothing but the images is read, and nothing is
stored before a window is complete.

Of a window whose formula takes the sum of the variances, the sum and the difference of both images are followed instead of
the images: where these are equal the difference has no moments at all, the score is exactly 1 and its slope exactly 0, and
what rounding does to the larger moments cancels in the quotient.
"""

# mypy: ignore-errors
import triton
import triton.language as tl

from iqametrics.kernels.triton_.kernel_parts import sample

#: Arguments for whose value no kernel is compiled anew.
SIZES = ("height", "width", "tiles_down", "tiles_across", "strip", "programs", "whole")


@triton.jit
def _added(across, waiting, TAPS: tl.constexpr, SIZE: tl.constexpr):
    """Sums of the waiting windows with those of another row; the first is then complete."""
    out = ()
    for i in tl.static_range(SIZE):
        out = out + (tl.fma(across, TAPS[SIZE - 1 - i], waiting[i]),)
    return out


@triton.jit
def _joint_across(
    x, y, x_step, y_step, x_scale, y_scale, shift_x, shift_y, zero, TAPS: tl.constexpr, SIZE: tl.constexpr
):
    """Of the sum and the difference of a row of both images: means and mean squares."""
    s = zero
    d = zero
    ss = zero
    dd = zero
    for k in tl.static_range(SIZE):
        u = tl.load(x + k * x_step).to(tl.float32) * x_scale - shift_x
        v = tl.load(y + k * y_step).to(tl.float32) * y_scale - shift_y
        plus = u + v
        minus = u - v
        s = tl.fma(plus, TAPS[k], s)
        d = tl.fma(minus, TAPS[k], d)
        ss = tl.fma(plus * TAPS[k], plus, ss)
        dd = tl.fma(minus * TAPS[k], minus, dd)
    return s, d, ss, dd


@triton.jit
def _local_across(
    x, y, x_step, y_step, x_scale, y_scale, centre_x, centre_y, zero, TAPS: tl.constexpr, SIZE: tl.constexpr
):
    """Of a row of both images about its central samples: means, mean squares and mean product."""
    a = zero
    b = zero
    aa = zero
    bb = zero
    ab = zero
    for k in tl.static_range(SIZE):
        u = tl.load(x + k * x_step).to(tl.float32) * x_scale - centre_x
        v = tl.load(y + k * y_step).to(tl.float32) * y_scale - centre_y
        a = tl.fma(u, TAPS[k], a)
        b = tl.fma(v, TAPS[k], b)
        aa = tl.fma(u * TAPS[k], u, aa)
        bb = tl.fma(v * TAPS[k], v, bb)
        ab = tl.fma(u * TAPS[k], v, ab)
    return a, b, aa, bb, ab


@triton.jit
def _formula(FUNCTION: tl.constexpr, mx, my, vx, vy, cxy, g, JOINT: tl.constexpr, UPSTREAM: tl.constexpr):
    if JOINT:
        if UPSTREAM == 0:
            return FUNCTION(mx, my, vx, cxy)
        elif UPSTREAM == 1:
            return FUNCTION(mx, my, vx, cxy, g[0])
        else:
            return FUNCTION(mx, my, vx, cxy, g[0], g[1])
    else:
        if UPSTREAM == 0:
            return FUNCTION(mx, my, vx, vy, cxy)
        elif UPSTREAM == 1:
            return FUNCTION(mx, my, vx, vy, cxy, g[0])
        else:
            return FUNCTION(mx, my, vx, vy, cxy, g[0], g[1])


@triton.jit(do_not_specialize=SIZES)
def moments(
    x,
    y,
    sums,
    maps,
    upstream,
    x_strides,
    y_strides,
    upstream_strides,
    x_scale,
    y_scale,
    correction,
    height,
    width,
    tiles_down,
    tiles_across,
    strip,
    programs,
    whole,
    FUNCTION: tl.constexpr,
    RESULTS: tl.constexpr,
    TAPS: tl.constexpr,
    SIZE: tl.constexpr,
    JOINT: tl.constexpr,
    KIND: tl.constexpr,
    COLUMNS: tl.constexpr,
):
    """Evaluate a formula in windows.

    ``KIND="sums"`` adds it up over every strip, ``"maps"`` stores its values, and ``"slopes"`` what the images' derivatives
    are made of: those by the moments, times what comes from upstream.
    """
    program = tl.program_id(0)
    plane = (program // (tiles_across * tiles_down)).to(tl.int64)
    whole += 0 * plane  # in 64 bits, which several maps may need
    first = (program // tiles_across) % tiles_down * strip
    stop = tl.minimum(first + strip, height)
    columns = program % tiles_across * COLUMNS + tl.arange(0, COLUMNS)
    inside = columns < width
    within = tl.minimum(columns, width - 1).to(tl.int64)  # the others repeat the last: no load needs a mask
    zero = tl.zeros((COLUMNS,), tl.float32)
    HALF: tl.constexpr = SIZE // 2
    centres_x = x + plane * x_strides[0] + (within + HALF) * x_strides[2]
    centres_y = y + plane * y_strides[0] + (within + HALF) * y_strides[2]
    if KIND == "slopes":  # one place for all strips: their results go into the same sums
        middle_row, middle_column = (height + SIZE) // 2 - 1, (width + SIZE) // 2 - 1
    else:
        middle_row = (first + stop + SIZE) // 2 - 1
        middle_column = tl.minimum(program % tiles_across * COLUMNS + COLUMNS // 2, width + SIZE - 2)
    shift_x = sample(x, x_strides, plane, middle_row, middle_column, x_scale)
    shift_y = sample(y, y_strides, plane, middle_row, middle_column, y_scale)
    waiting_a = (zero,) * SIZE
    waiting_b = (zero,) * SIZE
    waiting_aa = (zero,) * SIZE
    waiting_bb = (zero,) * SIZE
    waiting_ab = (zero,) * SIZE
    total = zero
    other_total = zero
    for row in range(first, stop + SIZE - 1):
        of_x = x + plane * x_strides[0] + row * x_strides[1] + within * x_strides[2]
        of_y = y + plane * y_strides[0] + row * y_strides[1] + within * y_strides[2]
        begun = row - (SIZE - 1)  # the first row of the oldest window
        if JOINT:
            a, b, aa, bb = _joint_across(
                of_x, of_y, x_strides[2], y_strides[2], x_scale, y_scale, shift_x, shift_y, zero, TAPS, SIZE
            )
            sums_a = _added(a, waiting_a, TAPS, SIZE)
            sums_b = _added(b, waiting_b, TAPS, SIZE)
            sums_aa = _added(aa, waiting_aa, TAPS, SIZE)
            sums_bb = _added(bb, waiting_bb, TAPS, SIZE)
            s, d = sums_a[0], sums_b[0]
            of_sum, of_difference = sums_aa[0] - s * s, sums_bb[0] - d * d
            mx, my = 0.5 * (s + d), 0.5 * (s - d)
            vx = 0.5 * (of_sum + of_difference)
            vy = vx
            cxy = 0.25 * (of_sum - of_difference)
        else:
            centre_x = tl.load(of_x + HALF * x_strides[2]).to(tl.float32) * x_scale
            centre_y = tl.load(of_y + HALF * y_strides[2]).to(tl.float32) * y_scale
            a, b, aa, bb, ab = _local_across(
                of_x, of_y, x_strides[2], y_strides[2], x_scale, y_scale, centre_x, centre_y, zero, TAPS, SIZE
            )
            sums_a = ()
            sums_b = ()
            sums_aa = ()
            sums_bb = ()
            sums_ab = ()
            own_x = zero
            own_y = zero
            for i in tl.static_range(SIZE):
                # Every window has its own centre: refer the row's sums to it.
                centre_row = tl.minimum(tl.maximum(begun + i + HALF, 0), height + SIZE - 2).to(tl.int64)
                about_x = tl.load(centres_x + centre_row * x_strides[1]).to(tl.float32) * x_scale
                about_y = tl.load(centres_y + centre_row * y_strides[1]).to(tl.float32) * y_scale
                if i == 0:
                    own_x, own_y = about_x, about_y
                e, f = centre_x - about_x, centre_y - about_y
                sums_a = sums_a + (tl.fma(a + e, TAPS[SIZE - 1 - i], waiting_a[i]),)
                sums_b = sums_b + (tl.fma(b + f, TAPS[SIZE - 1 - i], waiting_b[i]),)
                sums_aa = sums_aa + (tl.fma(tl.fma(e, a + a + e, aa), TAPS[SIZE - 1 - i], waiting_aa[i]),)
                sums_bb = sums_bb + (tl.fma(tl.fma(f, b + b + f, bb), TAPS[SIZE - 1 - i], waiting_bb[i]),)
                sums_ab = sums_ab + (tl.fma(tl.fma(e, b + f, tl.fma(a, f, ab)), TAPS[SIZE - 1 - i], waiting_ab[i]),)
            vx = sums_aa[0] - sums_a[0] * sums_a[0]
            vy = sums_bb[0] - sums_b[0] * sums_b[0]
            cxy = sums_ab[0] - sums_a[0] * sums_b[0]
            mx, my = sums_a[0] + (own_x - shift_x), sums_b[0] + (own_y - shift_y)
            waiting_ab = sums_ab[1:] + (zero,)
        waiting_a = sums_a[1:] + (zero,)
        waiting_b = sums_b[1:] + (zero,)
        waiting_aa = sums_aa[1:] + (zero,)
        waiting_bb = sums_bb[1:] + (zero,)
        vx, vy, cxy = vx * correction, vy * correction, cxy * correction
        counted = inside & (columns * 0 + begun >= first)
        place = (plane * height + begun) * width + columns
        blemish = 0.0 * (mx + my)  # NaN where a pixel of the window is, whatever the formula makes of it
        if KIND == "slopes":
            g = ()
            for k in tl.static_range(RESULTS):
                at = (
                    plane * upstream_strides[1]
                    + begun * upstream_strides[2]
                    + columns.to(tl.int64) * upstream_strides[3]
                )
                g = g + (tl.load(upstream + k * upstream_strides[0] + at, mask=counted, other=0.0).to(tl.float32),)
            found = _formula(FUNCTION, mx + shift_x, my + shift_y, vx, vy, cxy, g, JOINT, RESULTS)
            by_vx = found[2] * correction
            if JOINT:
                by_vy = by_vx
                by_cxy = found[3] * correction
            else:
                by_vy = found[3] * correction
                by_cxy = found[4] * correction
            tl.store(maps + place, found[0] - 2.0 * mx * by_vx - my * by_cxy + blemish, mask=counted)
            tl.store(maps + whole + place, found[1] - 2.0 * my * by_vy - mx * by_cxy + blemish, mask=counted)
            tl.store(maps + 2 * whole + place, by_cxy + blemish, mask=counted)
            tl.store(maps + 3 * whole + place, by_vx + blemish, mask=counted)
            if not JOINT:
                tl.store(maps + 4 * whole + place, by_vy + blemish, mask=counted)
        else:
            found = _formula(FUNCTION, mx + shift_x, my + shift_y, vx, vy, cxy, (), JOINT, 0)
            total += tl.where(counted, found[0] + blemish, 0.0)
            if RESULTS == 2:
                other_total += tl.where(counted, found[1] + blemish, 0.0)
            if KIND == "maps":
                for k in tl.static_range(RESULTS):
                    tl.store(maps + k * whole + place, found[k] + blemish, mask=counted)
    if KIND == "sums":
        tl.store(sums + program, tl.sum(total.to(tl.float64), 0))
        if RESULTS == 2:
            tl.store(sums + programs + program, tl.sum(other_total.to(tl.float64), 0))
