"""Puts the front-end parts that npm brought into `static/vendor`, where the Desk serves them from; `make` runs it after `npm ci`.

    python -m arrears.desk.assets [NODE_MODULES]

Only what pages load is taken. References to source maps are cut (the manifest storage would look for them), and of the icon set one
file is made that holds the icons named in icons.txt.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
VENDOR = HERE / "static" / "vendor"
PARTS = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "echarts/dist/echarts.min.js": "echarts.min.js",
}
LICENCES = ("@tabler/core", "@tabler/icons", "htmx.org", "echarts")
_MAP = re.compile(r"(//|/\*)# sourceMappingURL=\S*( \*/)?\s*$")


def icon_names() -> list[str]:
    """The icons that pages use, from icons.txt."""
    lines = (HERE / "icons.txt").read_text(encoding="utf-8").splitlines()
    return sorted({line.strip() for line in lines if line.strip() and not line.startswith("#")})


def take(modules: Path) -> list[Path]:
    """Copy every part; FileNotFoundError names the one that npm did not bring."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    made = []
    for source, name in PARTS.items():
        text = (modules / source).read_text(encoding="utf-8")
        made.append(_write(VENDOR / name, _MAP.sub("", text)))
    made.append(_write(VENDOR / "icons.svg", _sprite(modules / "@tabler" / "icons" / "icons")))
    for package in LICENCES:
        licence = next((path for path in sorted((modules / package).glob("LICENSE*"))), None)
        if licence is not None:
            made.append(Path(shutil.copyfile(licence, VENDOR / f"LICENSE.{package.replace('@', '').replace('/', '-')}.txt")))
    return made


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _sprite(icons: Path) -> str:
    """One SVG file with a symbol an icon."""
    symbols = []
    for name in icon_names():
        text = (icons / "outline" / f"{name}.svg").read_text(encoding="utf-8")
        inner = re.sub(r"\s+", " ", text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]).strip()
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"'
            f' stroke-linejoin="round">{inner}</symbol>'
        )
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n"


def main(arguments: list[str]) -> int:
    """Copy from the folder named, or from node_modules here."""
    modules = Path(arguments[0] if arguments else "node_modules")
    try:
        made = take(modules)
    except FileNotFoundError as error:
        sys.stderr.write(f"Not done: {error.filename} is missing; run npm ci first (icons: a name in icons.txt that the set has not).\n")
        return 1
    sys.stderr.write(f"{len(made)} files in {VENDOR}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
