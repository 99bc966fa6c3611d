"""Pages in languages that the model has not learned are told, and only those."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangloc.folding import folded
from sangloc.labelfile import LabelledPage
from sangloc.languages import LEARNED, OTHERS, unlearned

TEXTS = {
    "Cyrillic script": "Сегодня утром жители села пришли посмотреть на новый мост, который строили три года. ",
    "Thai script": "เช้าวันนี้ชาวบ้านจำนวนมากมาดูสะพานใหม่ที่สร้างมาสามปี ",
    "Chinese or Japanese script": "今天早上许多村民来看修了三年的新桥大家都很高兴",
    "Korean script": "오늘 아침 많은 주민들이 삼 년 동안 지은 새 다리를 보러 왔다. ",
    "Arabic script": "جاء كثير من أهل القرية هذا الصباح لرؤية الجسر الجديد. ",
    "German": "Heute sind viele Leute aus dem Dorf an den Fluss gekommen und haben sich die Brücke angesehen, die nicht mehr fern ist. ",
    "French": "Ce matin, les habitants du village sont venus voir le nouveau pont qui a été construit dans la vallée et qui est à eux. ",
    "Spanish": "Esta mañana los vecinos del pueblo han venido a ver el puente que se hizo en tres años, y no se lo creen los de allí. ",
    "Indonesian or Malay": "Pagi ini orang dari desa itu datang untuk melihat jembatan yang dibangun dalam tahun dan tidak akan ditutup. ",
}
VIETNAMESE = "Sáng nay nhiều người dân ở xã bên sông đã ra xem cây cầu mới được dựng lên sau ba năm chờ đợi, ai cũng vui và nói về cầu. "
ENGLISH = "This morning many people of the village came to see the new bridge that was built in three years, and they were glad of it. "


@pytest.mark.parametrize("name", TEXTS)
def test_other_languages_are_named(name: str) -> None:
    assert unlearned(TEXTS[name] * 15) == name


@pytest.mark.parametrize("text", [VIETNAMESE, ENGLISH, VIETNAMESE + ENGLISH])
def test_learned_languages_are_not(text: str) -> None:
    for other in (text, folded(text), unicodedata.normalize("NFD", text), text.upper(), text.encode().decode("latin-1")):
        assert unlearned(other * 15) is None


def test_short_and_wordless_pages_are_not() -> None:
    assert all(unlearned(text) is None for text in ("", "Guten Tag", "1234 " * 500, "{}[];" * 500, "\ufffd" * 900, "Москва"))


def test_a_page_with_foreign_names_or_a_foreign_quotation_is_not() -> None:
    assert unlearned(VIETNAMESE * 15 + TEXTS["Cyrillic script"] * 2) is None


def test_labelled_pages_are_learned(labelled: list[LabelledPage]) -> None:
    assert sum(unlearned(known.text) is not None for known in labelled) <= 0.005 * len(labelled)
    # Without accents too, but for mojibake, whose marks folding takes away.
    assert sum(unlearned(folded(known.text)) is not None for known in labelled) <= 0.03 * len(labelled)


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert unlearned(text * 40) in {None, *OTHERS} or str(unlearned(text * 40)).endswith(" script")
    assert not set(OTHERS) & set(LEARNED)


def test_time_does_not_grow_with_the_page() -> None:
    text = VIETNAMESE * 100_000
    begun = time.process_time()
    for _ in range(20):
        unlearned(text)
    assert time.process_time() - begun < 1
