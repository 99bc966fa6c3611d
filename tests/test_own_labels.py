"""A label set of one's own, from labels to kept text, through the commands."""

import json
from pathlib import Path

from tests.conftest import Cli

SET = '[groups]\ngood = "keep"\nlink = "drop"\nlegal = "drop"\n'


def test_three_labels_go_all_the_way(cli: Cli, tmp_path: Path) -> None:
    labels = tmp_path / "labels"
    for site in "abc":
        (labels / site).mkdir(parents=True)
        rows = [f"link\tMục {i}" for i in range(5)] + [f"good\tĐây là câu thứ {i} của trang {site}, nó dài hơn." for i in range(6)]
        (labels / site / "1.tsv").write_text("\n".join([*rows, "legal\t© 2024 Trang mẫu"]) + "\n", encoding="utf-8")
    (labels / "labels.toml").write_text(SET, encoding="utf-8")
    (tmp_path / "new.txt").write_text("Mục 9\nĐây là câu thứ 9 của trang khác, nó dài hơn.\n© 2025 Trang mẫu\n", encoding="utf-8")

    def out(*args: str | Path, code: int = 0) -> str:
        done = cli(*args)
        assert done.returncode == code, done.stderr.decode()
        return (done.stdout if code == 0 else done.stderr).decode()

    assert "18  good" in out("labels", "check", "labels")
    out("train", "labels", "-o", "three.joblib", "-j", "1")
    assert out("model", "info", "three.joblib").startswith("keep: good\ndrop: link, legal\n")
    scores = json.loads(out("eval", "labels/a", "--model", "three.joblib", "--format", "json"))  # labels.toml lies above
    assert scores["accuracy"] == 1
    assert set(scores["group"]) == {"keep", "drop"}
    tagged = out("tag", "new.txt", "--model", "three.joblib")
    assert [row.partition("\t")[0] for row in tagged.splitlines()[1:]] == ["link", "good", "legal"]
    assert out("extract", "new.txt", "--model", "three.joblib", "--keep", "keep").startswith("Đây là câu thứ 9")
    assert "no label or group is called" in out("extract", "new.txt", "--model", "three.joblib", "--keep", "body", code=2)

    # Drafts get the label set with them, and teach the model more.
    out("labels", "draft", "new.txt", "--model", "three.joblib", "-o", "mine/d")
    draft = tmp_path / "mine" / "d" / "new.tsv"
    assert '"good" = ' in (tmp_path / "mine" / "d" / "labels.toml").read_text(encoding="utf-8")
    twin = tmp_path / "theirs" / "new.tsv"
    twin.parent.mkdir()
    twin.write_text(draft.read_text(encoding="utf-8").replace("link\t", "legal\t"), encoding="utf-8")
    (twin.parent / "labels.toml").write_text(SET, encoding="utf-8")
    shown = out("labels", "diff", draft, twin)
    assert "link → legal: Mục 9" in shown
    assert "labels   3: agreement 0.6667" in shown
    assert "groups   2: agreement 1.0000" in shown
    out("train", "mine/d", "--base", "three.joblib", "-o", "four.joblib")
    assert "the base model has no label 'link'" in out("train", "mine/d", "--base", "shipped", "-o", "x.joblib", code=2)
    assert "another label set" in out("labels", "diff", draft, _default(tmp_path), code=2)


def _default(folder: Path) -> Path:
    path = folder / "plain" / "new.tsv"
    path.parent.mkdir()
    path.write_text("nav\tMục 9\n", encoding="utf-8")
    return path
