"""Two labellings compared: kappa against scikit-learn's, the lines that differ, faults named."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangloc.agreement import agreement, kappa, paired
from sangloc.labelfile import LabelFileError
from tests.conftest import Cli

A = "# source: made for this test\nnav\tTrang chủ\nheadline\tCầu mới\n\ntext\tCâu một.\ntext\tCâu hai.\n"
B = "# source: made for this test\n# read-by: 2\nrelated\tTrang chủ\nheadline\tCầu mới\n\ncaption\tCâu một.\ntext\tCâu hai.\n"


def write(folder: Path, **files: str) -> Path:
    folder.mkdir()
    for name, content in files.items():
        (folder / f"{name}.tsv").write_text(content, encoding="utf-8")
    return folder


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
def test_kappa_is_scikit_learns(rows: list[tuple[int, int]]) -> None:
    from sklearn.metrics import cohen_kappa_score

    one, other = np.array(rows).T
    if len({*one.tolist(), *other.tolist()}) == 1:
        assert kappa(one, other) == 1  # undefined there: both annotators know one label only
    else:
        assert kappa(one, other) == pytest.approx(cohen_kappa_score(one, other))


def test_differences_stand_at_their_line_of_the_first_file(tmp_path: Path) -> None:
    one, other = write(tmp_path / "a", p=A), write(tmp_path / "b", p=B)
    found = agreement(*paired(one, other)[:2])
    assert [str(x) for x in found.differences] == [
        f"{one}/p.tsv:2: nav → related: Trang chủ",
        f"{one}/p.tsv:5: text → caption: Câu một.",
    ]
    assert (found.pages, found.lines, found.labels, found.groups) == (1, 4, 0.5, 0.75)
    assert found.groups_kappa == pytest.approx(3 / 7)  # chance gives 3/4 of 3/4


def test_files_of_any_name_are_compared(tmp_path: Path) -> None:
    one, other = write(tmp_path / "a", p=A), write(tmp_path / "b", q=A)
    assert agreement(*paired(one / "p.tsv", other / "q.tsv")[:2]).labels_kappa == 1


def test_another_text_is_an_error_that_names_the_line(tmp_path: Path) -> None:
    one, other = write(tmp_path / "a", p=A), write(tmp_path / "b", p=B.replace("Câu hai", "Câu ba"))
    with pytest.raises(LabelFileError, match=r"b/p\.tsv:7: the text differs from .*a/p\.tsv:6"):
        paired(one, other)


def test_a_file_and_a_folder_or_nothing_in_common_are_errors(tmp_path: Path) -> None:
    one, other = write(tmp_path / "a", p=A), write(tmp_path / "b", q=A)
    with pytest.raises(LabelFileError, match="two files or two folders"):
        paired(one, other / "q.tsv")
    with pytest.raises(LabelFileError, match="no label file of it has the name"):
        paired(one, other)


def test_exit_codes(cli: Cli, tmp_path: Path) -> None:
    one, other = write(tmp_path / "a", p=A, q=A), write(tmp_path / "b", p=B, q=A)
    done = cli("labels", "diff", one, other)
    assert done.returncode == 0
    assert done.stdout.decode().splitlines()[-3:][0] == "2 pages, 8 paragraphs, 2 labelled differently"
    assert cli("labels", "diff", one, other, "--exit-code").returncode == 1
    assert cli("labels", "diff", one, one, "--exit-code").returncode == 0
    (other / "q.tsv").unlink()
    done = cli("labels", "diff", one, other)
    assert done.returncode == 1
    assert f"{one}/q.tsv: only one" in done.stderr.decode()
    (other / "p.tsv").write_text(A.replace("Câu một", "Câu mốt"), encoding="utf-8")
    assert cli("labels", "diff", one, other).returncode == 2
