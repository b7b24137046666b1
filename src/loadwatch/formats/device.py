"""Devices by name: who measured the altitude, and with what."""

from __future__ import annotations

import re
import unicodedata

# Product lines as their files name them, spelled without blanks. Listed only where every model of the line
# agrees: a Forerunner 235 and a 255 differ in nothing but this.
BAROMETER = re.compile(
    r"fenix|epix|marq|tactix|quatix|descent|enduro|instinct|d2(bravo|charlie|delta|air|mach)"
    r"|vivoactive(hr|[3-9])|venu(?!sq)|fr(165|255|265|570|645|745|9\d\d)(?!\d)"
    r"|edge(130|5[0-9]0|705|8[0-9]0|10[0-9]0)|elemnt|ambit|spartanultra|suunto9(baro|peak)|suuntorace|suuntovertical"
    r"|coros|polarv800|vantagev|gritx"
)
SATELLITE = re.compile(
    r"fr(35|45|50|55|60|70|10|15|20\d|30\d|110|210|220|225|230|235|245|310xt|405|410|610|620|630|735)"
    r"|venusq|vivoactive(?!hr|[3-9])|edge(200|205|305|touring)|m400|m430|ambit3run"
    r"|^strava(?!gpx$)|android|iphone|runkeeper|nikeplus|runtastic|opentracks|endomondo|healthfit|osmtracker|codoon|keep"
)


def device_name(manufacturer: object, product: object, product_name: object = None) -> str:
    """Maker and product as one readable text, empty where both are unknown."""
    maker = "" if manufacturer is None else str(manufacturer).strip()
    if isinstance(manufacturer, int):
        maker = f"manufacturer {manufacturer}"
    model = str(product_name or ("" if product is None else product)).strip()
    return model if maker and model.casefold().startswith(maker.casefold()) else f"{maker} {model}".strip()


def has_barometer(device: str) -> bool | None:
    """Whether a device's altitude is barometric; None where the name does not tell."""
    letters = unicodedata.normalize("NFKD", device).casefold().replace("forerunner", "fr")
    name = re.sub(r"[^a-z0-9]+", "", letters)
    if SATELLITE.search(name):
        return False
    return True if BAROMETER.search(name) else None
