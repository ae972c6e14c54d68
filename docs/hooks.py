"""What the site has beside the pages in docs: README and the like, generated pages, javadoc; and links that leave docs.

Links between Markdown files are written as the repository's own viewer wants them. Here those to files that are pages
become links between pages, and those to other files links to the sources, where mkdocs.yml says where these are.
"""

import logging
import posixpath
import re
from pathlib import Path

from mkdocs.structure.files import File
from pymdownx.slugs import slugify

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ROOT / "target" / "site-sources"

# Files outside of docs, and the pages that they are.
PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "UPGRADING.md": "upgrading.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CODE_OF_CONDUCT.md": "conduct.md",
    "bench/README.md": "bench.md",
}
RECIPES = "recipes"  # a folder, whose files are one page

LINK = re.compile(r"`+[^`]*`+|\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<target>[^()\s]+)\)")
FENCE = re.compile(r"^ *(```|~~~)")

log = logging.getLogger("mkdocs.hooks.residua")


def on_config(config):
    # Anchors as the repository's viewer makes them.
    config.mdx_configs["toc"]["slugify"] = slugify(case="lower")
    for section in config.nav:
        for pages in section.values():
            for number, page in enumerate(pages):
                if page == {"Commands": "commands/index.md"}:
                    pages[number] = {"Commands": commands()}
    return config


def commands():
    names = {path.name for path in (GENERATED / "commands").glob("*.md")}
    return [f"commands/{name}" for name in sorted(names, key=lambda name: (name != "index.md", name))]


def on_files(files, config):
    for source, page in PAGES.items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / source)))
    files.append(File.generated(config, f"{RECIPES}.md", content=recipes()))
    for path in sorted(GENERATED.rglob("*")):
        if path.is_file():
            name = path.relative_to(GENERATED).as_posix()
            files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def recipes():
    text = ["# Recipes that come with Residua\n"]
    text.append("`--recipe NAME` takes one; [training](training.md#recipes-that-come-with-residua) says what they are.\n")
    for path in sorted((ROOT / RECIPES).glob("*.yaml")):
        text.append(f"## {path.stem}\n\n```yaml\n{path.read_text(encoding='utf-8').rstrip()}\n```\n")
    return "\n".join(text)


def on_page_markdown(markdown, page, config, files):
    uri = page.file.src_uri
    source = next((name for name, own in PAGES.items() if own == uri), f"docs/{uri}")
    text = []
    paragraph = []
    fence = None

    def flush():
        text.append(LINK.sub(lambda link: rewritten(link, source, uri, config), "\n".join(paragraph)))
        paragraph.clear()

    for line in markdown.split("\n"):
        mark = FENCE.match(line)
        if fence or mark or not line.strip():
            if paragraph:
                flush()
            text.append(line)
        else:
            paragraph.append(line)
        if mark and fence in (None, mark[1]):
            fence = None if fence else mark[1]
    if paragraph:
        flush()
    return "\n".join(text)


def rewritten(link, source, uri, config):
    target = link["target"]
    if target is None or ":" in target or target.startswith(("#", "/")):
        return link[0]
    path, _, anchor = target.partition("#")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
    if path in PAGES:
        page = PAGES[path]
    elif path == RECIPES:
        page = f"{RECIPES}.md"
    elif posixpath.dirname(path) == RECIPES:
        page, anchor = f"{RECIPES}.md", posixpath.splitext(posixpath.basename(path))[0]
    elif path.startswith("docs/"):
        page = path.removeprefix("docs/")
    elif not (ROOT / path).exists():
        log.warning("%s has a link to '%s', which is not there", source, target)
        return link[0]
    elif config.extra["sources"]:
        return f"[{link['text']}]({config.extra['sources']}{path})"
    else:
        text = link["text"]
        return text if path in text else f"{text} (`{path}`)"
    page = posixpath.relpath(page, posixpath.dirname(uri) or ".")
    return f"[{link['text']}]({page}{'#' + anchor if anchor else ''})"
