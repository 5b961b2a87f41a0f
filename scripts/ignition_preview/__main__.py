"""Render the pages, take their pictures, or serve them to look at."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from environment import jython
from ignition_preview.judging import judge
from ignition_preview.pages import Album, Preview
from ignition_preview.pictures import chromium, show, take
from ignition_preview.project import Project
from ignition_preview.scripts import Scripts

REPOSITORY = Path(__file__).resolve().parents[2]
PICTURES = REPOSITORY / "docs/images/ignition"


def main(arguments: list[str]) -> int:
    """Do what the command line asks for; exit 1 when there are problems."""
    parser = argparse.ArgumentParser(prog="preview-ignition", description=__doc__)
    here = Path(__file__).resolve().parent
    parser.add_argument("names", nargs="*", help="pages of pages.json; all without a name")
    parser.add_argument("--project", type=Path, default=REPOSITORY / "ignition-project")
    parser.add_argument("--pages", type=Path, default=here / "pages.json")
    parser.add_argument("--pictures", type=Path, default=PICTURES, metavar="FOLDER")
    parser.add_argument("--open", type=Path, metavar="FOLDER", help="write only HTML there")
    parser.add_argument("--serve", type=int, metavar="PORT", help="serve the HTML on loopback")
    chosen = parser.parse_args(arguments)
    album = Album.read(chosen.pages)
    pages = [page for page in album.pages if not chosen.names or page.name in chosen.names]
    if unknown := set(chosen.names) - {page.name for page in pages}:
        parser.error(f"pages.json has no {', '.join(sorted(unknown))}")
    with Scripts(jython.command(), chosen.project, album.time_zone) as scripts:
        preview = Preview(Project(chosen.project), album, scripts)
        documents = {
            f"{page.name}-{size}": (size, preview.html(page, size))
            for page in pages
            for size in page.sizes
        }
    for line in preview.problems.lines:
        print(line, file=sys.stderr)
    faults = len(preview.problems.lines)
    if chosen.serve is not None:
        _serve(documents, chosen.serve)
    elif chosen.open is not None:
        _write(documents, chosen.open)
    else:
        faults += _take_pictures(documents, chosen.pictures)
    return 1 if faults else 0


Documents = dict[str, tuple[str, str]]
"""Size and HTML by file name."""


def _write(documents: Documents, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    links = []
    for name, (_, html) in documents.items():
        (folder / f"{name}.html").write_text(html, "utf-8")
        links.append(f'<li><a href="{name}.html">{name}</a></li>')
    (folder / "index.html").write_text(f"<meta charset=utf-8><ul>{''.join(links)}</ul>", "utf-8")
    print(f"{len(documents)} pages in {folder}")


def _serve(documents: Documents, port: int) -> None:
    with TemporaryDirectory() as scratch:
        _write(documents, Path(scratch))
        handler = partial(SimpleHTTPRequestHandler, directory=scratch)
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        print(f"http://127.0.0.1:{server.server_port}/ until interrupted", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            server.server_close()


def _take_pictures(documents: Documents, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    faults = 0
    with chromium() as browser:
        page = browser.new_page()
        for name, (size, html) in documents.items():
            show(page, html, size)
            (folder / f"{name}.png").write_bytes(take(page))
            for fault in judge(page, size):
                print(f"{name}: {fault}", file=sys.stderr)
                faults += 1
    print(f"{len(documents)} pictures in {folder}, {faults} faults of layout and looks")
    return faults


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
