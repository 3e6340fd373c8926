"""Photographs as they may be kept: pixels alone, the right way up, of a size to read."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

KINDS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2400
_QUALITY = 85


class NoPicture(ValueError):
    """These bytes are no photograph that can be read, or one that is too large to open."""


def without_metadata(content: bytes) -> bytes:
    """The picture as JPEG without anything beside its pixels: no place, time, device or preview.

    It is turned as it was held, and made smaller where it is longer than ``LONGEST_SIDE`` pixels.
    Takes JPEG, PNG and WebP. Raises ``NoPicture``.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(content), formats=KINDS)
            if picture.width * picture.height > MOST_PIXELS:
                raise NoPicture("it has too many pixels")
            turned = ImageOps.exif_transpose(picture).convert("RGB")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise NoPicture(str(error)) from error
    turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # A new picture: what hangs on the old one beside its pixels stays behind.
    bare = Image.new("RGB", turned.size)
    bare.paste(turned)
    written = BytesIO()
    bare.save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()
