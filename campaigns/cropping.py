"""What a crop keeps of a picture: pure functions. Sizes are width and height in pixels."""

Size = tuple[int, int]
Focus = tuple[int, int]  # how far from the left and from the top, in per cent

MIDDLE: Focus = (50, 50)


def clamped(x: int, y: int) -> Focus:
    """A focus within the picture."""
    return min(max(x, 0), 100), min(max(y, 0), 100)


def size_of(size: Size, shape: Size) -> Size:
    """How large a picture is once it is cropped to `shape`: in its proportions, never enlarged."""
    share = min(size[0] / shape[0], size[1] / shape[1], 1.0)
    return max(1, round(shape[0] * share)), max(1, round(shape[1] * share))


def centering(size: Size, shape: Size, focus: Focus = MIDDLE) -> tuple[float, float]:
    """Which share of what is cut off goes from the left and from the top, so that the focus is in the middle of what
    stays, or as near to it as the edges let it. As `PIL.ImageOps.fit` takes it.
    """
    kept_wide = min(size[0], size[1] * shape[0] / shape[1])
    kept_high = min(size[1], size[0] * shape[1] / shape[0])
    return _share(size[0], kept_wide, focus[0]), _share(size[1], kept_high, focus[1])


def _share(whole: float, kept: float, focus: int) -> float:
    cut = whole - kept
    if cut <= 0 or focus == 50:
        return 0.5
    return min(max((whole * focus / 100 - kept / 2) / cut, 0.0), 1.0)
