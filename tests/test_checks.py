from sangloc.checks import contradictions, near_duplicates
from sangloc.labelfile import LabelledPage, parse_pages

STORY = [f"Câu thứ {i} của một bài báo dài, đủ dài để nhận ra trang." for i in range(8)]


def page(path: str, *rows: tuple[str, str]) -> LabelledPage:
    return parse_pages("# source: made\n" + "".join(f"{label}\t{text}\n" for label, text in rows), path)[0]


def test_copies_in_two_layouts_are_found() -> None:
    one = page("labels/a/1.tsv", *(("text", line) for line in STORY))
    copy = page("labels/b/2.tsv", ("nav", "Trang chủ"), *(("text", line) for line in STORY))
    other = page("labels/c/3.tsv", *(("text", line.replace("Câu", "Chuyện")) for line in STORY))
    (found,) = near_duplicates([one, copy, other])
    assert str(found).startswith("labels/b/2.tsv:2: 8 of its long lines stand on labels/a/1.tsv too")


def test_copies_in_one_layout_are_no_matter() -> None:
    pages = [page(f"labels/{site}/1.tsv", *(("text", line) for line in STORY)) for site in ("x.vn", "like-x.vn")]
    assert not list(near_duplicates(pages))


def test_one_context_with_two_labels_is_found() -> None:
    lines = ("Gửi bình luận của bạn", "Ý kiến của bạn", "Họ và tên của bạn đọc")
    one = page("labels/a/1.tsv", *(("comment", line) for line in lines))
    other = page("labels/b/1.tsv", ("comment", lines[0]), ("nav", lines[1]), ("comment", lines[2]))
    (found,) = contradictions([one, other])
    assert str(found) == "labels/b/1.tsv:3: 'nav' here, and 'comment' between the same lines in labels/a/1.tsv:3: 'Ý kiến của bạn'"


def test_pagers_do_not_contradict_each_other() -> None:
    one = page("labels/a/1.tsv", ("nav", "1"), ("nav", "2"), ("nav", "3"))
    other = page("labels/b/1.tsv", ("comment", "1"), ("comment", "2"), ("comment", "3"))
    assert not list(contradictions([one, other]))
