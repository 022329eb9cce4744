"""A YAML file is data with line numbers, never a trap."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.problems import CatalogueError
from config.yaml_file import MAX_BYTES, read_yaml


def written(folder: Path, text: str) -> Path:
    path = folder / "file.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_value_knows_its_line(tmp_path: Path) -> None:
    file = read_yaml(written(tmp_path, "a: 1\nb:\n  - c\n  - d: 2013-02-30\n"))
    assert file.data == {"a": 1, "b": ["c", {"d": "2013-02-30"}]}
    assert [file.line_of(loc) for loc in [("a",), ("b", 0), ("b", 1, "d")]] == [1, 3, 4]


def test_a_place_that_was_not_written_has_the_line_of_what_surrounds_it(tmp_path: Path) -> None:
    file = read_yaml(written(tmp_path, "a: 1\nb:\n  c: 2\n"))
    assert file.line_of(("b", "tag of a union", "c")) == 3
    assert file.line_of(("b", "missing")) == 2


def test_letters_typed_in_pieces_are_composed(tmp_path: Path) -> None:
    assert read_yaml(written(tmp_path, "ten: Sóc Trăng\n")).data == {"ten": "Sóc Trăng"}


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: &x [1]\nb: 2\n", 1, "neo"),
        ("a: 1\nb: *x\n", 2, "tham chiếu"),
        ("a: 1\na: 2\n", 2, "viết hai lần"),
        ("a: !!python/object/apply:os.system [x]\n", 1, "thẻ kiểu"),
        ("a: 1\n---\nb: 2\n", 2, "một tài liệu"),
        ("[" * 300_000, 1, "lồng quá sâu"),
        ("? [a, b]\n: 1\n", 1, "tên trường"),
        ("a: [1\n", 2, "YAML viết sai"),
        ("a: 1\n\x07\n", 1, "YAML viết sai"),
    ],
)
def test_a_trap_is_refused_with_its_line(text: str, line: int, says: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        read_yaml(written(tmp_path, text))
    (problem,) = caught.value.problems
    assert problem.line == line
    assert says in problem.message_vi


def test_a_file_beyond_2_mb_is_refused_unread(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="2 MB"):
        read_yaml(written(tmp_path, "#" * (MAX_BYTES + 1)))


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes(b"a: \xff\xfe\n")
    with pytest.raises(CatalogueError, match="UTF-8"):
        read_yaml(path)
