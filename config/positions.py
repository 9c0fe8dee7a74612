"""On which line of a TOML file each key stands, so that a message can name the place."""

import tomllib
from collections import Counter
from collections.abc import Iterator

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

Path = tuple[str | int, ...]


def positions(text: str) -> dict[Path, int]:
    """The line (from 1) of every table, key and list element, by its path in the parsed document."""
    root = Parser(Language(tree_sitter_toml.language())).parse(text.encode()).root_node
    lines = dict(_document(root))
    for path, line in list(lines.items()):  # `[a.b]` and `a.b = 1` make an `a` too, unless `[a]` stands somewhere
        for length in range(1, len(path)):
            lines.setdefault(path[:length], line)
    return lines


def _document(root: Node) -> Iterator[tuple[Path, int]]:
    yield (), 1
    seen: Counter[Path] = Counter()
    for node in root.named_children:
        if node.type == "pair":
            yield from _pair((), node)
        elif node.type in ("table", "table_array_element"):
            header, *rest = _parts(node)
            path = _latest(_key(header), seen)
            if node.type == "table_array_element":
                seen[path] += 1
                path = (*path, seen[path] - 1)
            yield path, _line(node)
            for pair in rest:
                if pair.type == "pair":
                    yield from _pair(path, pair)


def _latest(key: Path, seen: Counter[Path]) -> Path:
    """`[extra.ask]` after `[[extra]]` belongs to the latest element of that list."""
    path: Path = ()
    for part in key[:-1]:
        path = (*path, part)
        if seen[path]:
            path = (*path, seen[path] - 1)
    return (*path, key[-1])


def _pair(prefix: Path, node: Node) -> Iterator[tuple[Path, int]]:
    key, *values = _parts(node)
    path = prefix + _key(key)
    yield path, _line(node)
    for value in values:
        yield from _value(path, value)


def _value(path: Path, node: Node) -> Iterator[tuple[Path, int]]:
    if node.type == "inline_table":
        for child in _parts(node):
            if child.type == "pair":
                yield from _pair(path, child)
    elif node.type == "array":
        for index, child in enumerate(_parts(node)):
            yield (*path, index), _line(child)
            yield from _value((*path, index), child)


def _key(node: Node) -> Path:
    if node.type == "dotted_key":
        return tuple(part for child in _parts(node) for part in _key(child))
    text = (node.text or b"").decode()
    return tuple(tomllib.loads(f"{text} = 0")) if node.type == "quoted_key" else (text,)


def _parts(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment" and not child.is_error]


def _line(node: Node) -> int:
    return node.start_point[0] + 1
