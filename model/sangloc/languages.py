"""Tell a page in a language that the shipped model has not learned: by its script, and in Latin script by its commonest words.

It looks at a sample of bounded size. It is made to be silent on doubt: Vietnamese without accents, mojibake, code and short pages pass.
"""

import html
import re
import unicodedata
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from sangloc.folding import folded

SAMPLE, PIECES = 4000, 4  # characters that are looked at, from so many places of the page
FEWEST_LETTERS = 200
FOREIGN_SCRIPT = 0.3  # share of letters in another script
FEWEST_WORDS = 60
LEAD = 1.6  # times as many common words of another language as of Vietnamese and English
COMMON = 0.06  # share of the words that these must be at least

SCRIPTS = (
    ("Greek", "\u0370", "\u03ff"),
    ("Cyrillic", "\u0400", "\u052f"),
    ("Armenian", "\u0530", "\u058f"),
    ("Hebrew", "\u0590", "\u05ff"),
    ("Arabic", "\u0600", "\u08ff"),
    ("an Indian", "\u0900", "\u0dff"),
    ("Thai", "\u0e00", "\u0e7f"),
    ("Lao", "\u0e80", "\u0eff"),
    ("Burmese", "\u1000", "\u109f"),
    ("Georgian", "\u10a0", "\u10ff"),
    ("Ethiopic", "\u1200", "\u137f"),
    ("Khmer", "\u1780", "\u17ff"),
    ("Japanese", "\u3040", "\u30ff"),
    ("Chinese or Japanese", "\u3400", "\u9fff"),
    ("Korean", "\uac00", "\ud7af"),
)
# Commonest words, folded. Vietnamese ones as they are without accents: with and without them is one.
LEARNED = {
    "Vietnamese": (
        "cua va la co trong cho khong nguoi duoc voi cac mot nhung da den ngay nam khi nay tren tai ve tu vao nhieu de hang chuyen "
        "nha viet thi phai lai ra len nhung theo dang se cung sau truoc qua hon tin bai bao doc gia hoc cong tinh thanh pho xa huyen "
        "quan thoi"
    ),
    "English": (
        "the of and to in is that for it was on with as his he be at by had not are but from or have an they which you were all her "
        "she there their we will when who more if about after also its this has been news more said can new what your read"
    ),
}
OTHERS = {
    "German": (
        "der die und das den von zu mit sich des auf ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird "
        "bei einer um am sind noch wie einem uber einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde"
    ),
    "French": (
        "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec son cette aux ou mais "
        "comme nous vous leur ses ont ete etre fait meme apres"
    ),
    "Spanish": (
        "de la que el en y a los se del las un por con no una su para es al lo como mas o pero sus le ha este esta entre cuando muy "
        "sin sobre tambien hasta hay donde desde todo nos durante"
    ),
    "Italian": (
        "di e il la che in un a per una con non del si da le dei nel al alla come piu anche della i sono gli ha ma lo su dal delle "
        "nella questo questa essere stato tra suo o ed"
    ),
    "Portuguese": (
        "de a o que e do da em um para com nao uma os no se na por mais as dos como mas ao ele das seu sua ou quando muito nos ja "
        "tambem pelo pela ate isso entre sao foi"
    ),
    "Dutch": (
        "de het een en van in is dat op te zijn met voor niet aan er om ook als dan maar bij nog uit wordt naar door over hebben "
        "worden heeft deze kan geen wel ze hij na jaar meer"
    ),
    "Swedish": (
        "och i att det som en pa ar av for med till den har de inte om ett men var sig fran vi sa kan nar han efter ska alla eller "
        "hon mot finns under aven sina over"
    ),
    "Norwegian or Danish": (
        "og i at det som en pa er av for med til den har de ikke om et men var seg fra vi sa kan nar han etter skal eller hun mot "
        "ogsa blir ble af der sig efter blev over mer ut"
    ),
    "Finnish": "ja on ei se etta han oli ole kun mutta myos tai ovat joka jos niin kuin hanen mukaan sen nyt vain sita viela",
    "Polish": (
        "i w na z do sie nie to jest ze o jak po przez od za co dla czy jego oraz tym ktory byl ale przed jej przy roku tego moze pod juz"
    ),
    "Czech or Slovak": (
        "a v na se je ze to s z do o i ve pro by jako po za od ale jsem tak si jsou k podle pri roku byl az bude uz sa aj ktory pre jeho"
    ),
    "Hungarian": "a az es hogy nem is egy van meg csak ez de volt mint ha mar el azt szerint majd kell vagy meg lesz",
    "Romanian": "de si in a la cu din pe nu ca care este o un fost pentru sa se mai au prin sunt dupa sau lui ale ce fi intre",
    "Turkish": ("ve bir bu da de icin ile olarak olan daha cok gibi sonra kadar en var ne ise degil oldu her ancak yeni son iki gore"),
    "Indonesian or Malay": (
        "yang dan di dengan untuk dari ini itu pada dalam tidak adalah akan ke juga oleh saya ada mereka telah atau bisa dapat karena "
        "sebagai lebih tahun kami oleh bagi orang para"
    ),
    "Filipino": ("ang ng sa na mga ay at ni si para ito kay ko mo hindi siya niya sila kanilang nang isang may ako ka din rin kung dahil"),
    "Swahili": ("ya na wa kwa ni katika la za kuwa cha hiyo hilo huo kama yake wake hivyo pia baada alisema hizo watu bado ili hata"),
    "Lithuanian": "ir i kad yra su tai is o ne buvo bet uz nuo po dar jau kaip apie del jo metu tik tuo pat kuris",
    "Croatian or Serbian": "i u je da se na su za od s a o ne kako koji sto to iz bi ali nije sve kao po koje jos",
    "Tamil or Hindi in Latin letters": "hai ke ki ka mein se ko aur ne par bhi nahi",
}
# The languages of each word, so that a page's words are looked up once.
_SPEAKERS: dict[str, tuple[str, ...]] = {}
for _name, _words in (LEARNED | OTHERS).items():
    for _word in _words.split():
        _SPEAKERS[_word] = (*_SPEAKERS.get(_word, ()), _name)
_WORD = re.compile(r"[^\W\d_]+")
# What UTF-8 looks like that was read as Latin-1 or Windows-1252, and what could not be read at all.
_MOJIBAKE = re.compile("[\u00c3\u00c4\u00c6][\u0080-\u00bf\u2018-\u203a\u0192\u02c6\u20ac]|\u00e1[\u00ba\u00bb]|\ufffd")
# Letters that no other language has: ạ to ỹ, and ă đ ơ ư.
VIETNAMESE_LETTERS = 0.02  # share of the characters
# In UTF-8, where counting bytes is quick; of the block ẁ to ỿ only ten letters are other languages'.
_VIETNAMESE_BLOCK = (b"\xe1\xba", b"\xe1\xbb")
_VIETNAMESE_OTHERS = [char.encode() for char in "ăĂđĐơƠưƯ"]
_EDGES = np.array([edge for _, low, high in SCRIPTS for edge in (ord(low), ord(high) + 1)], dtype=np.uint32)


def unlearned(text: str) -> str | None:
    """Return what a page is written in (`Cyrillic script`, `German`) where the shipped model has not learned that; None otherwise."""
    sample = _sample(text)
    if _is_vietnamese(sample):  # most pages end here, after some microseconds
        return None
    sample = unicodedata.normalize("NFC", html.unescape(sample) if "&" in sample else sample)
    codes = _codes(sample)
    script = _script(codes)
    if script is not None:
        return f"{script} script"
    if _is_vietnamese(sample) or _MOJIBAKE.search(sample):
        return None
    return _language(folded(sample))


def _codes(sample: str) -> NDArray[np.uint32]:
    return np.frombuffer(sample.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _is_vietnamese(sample: str) -> bool:
    """Tell a sample that has more than a few of the letters that only Vietnamese has."""
    data = sample.encode("utf-8", "surrogatepass")
    enough = VIETNAMESE_LETTERS * len(sample)
    found = sum(map(data.count, _VIETNAMESE_BLOCK))
    return found > enough or found + sum(map(data.count, _VIETNAMESE_OTHERS)) > enough


def _language(sample: str) -> str | None:
    """Return the language, in Latin script, whose commonest words are far more frequent than those of Vietnamese and English."""
    words = Counter(_WORD.findall(sample))
    found: Counter[str] = Counter()
    for word, times in words.items():
        for language in _SPEAKERS.get(word, ()):
            found[language] += times
    ours = max(found[language] for language in LEARNED)
    best = max(OTHERS, key=found.__getitem__)
    total = words.total()
    return best if total >= FEWEST_WORDS and found[best] >= max(COMMON * total, LEAD * ours) else None


def _sample(text: str) -> str:
    """Return pieces from the beginning, the middle and the end."""
    if len(text) <= SAMPLE:
        return text
    size = SAMPLE // PIECES
    starts = [(len(text) - size) * number // (PIECES - 1) for number in range(PIECES)]
    return "\n".join(text[start : start + size] for start in starts)


def _script(codes: NDArray[np.uint32]) -> str | None:
    """Return the script other than Latin that most of the sample is in, by the edges of Unicode's blocks."""
    if not len(codes) or codes.max() < _EDGES[0]:
        return None
    places = np.searchsorted(_EDGES, codes[codes >= _EDGES[0]], side="right")
    counts = np.bincount(places[places % 2 == 1] // 2, minlength=len(SCRIPTS))
    latin = np.count_nonzero(((codes | 0x20) >= ord("a")) & ((codes | 0x20) <= ord("z")))
    letters = counts.sum() + latin
    return SCRIPTS[int(counts.argmax())][0] if letters >= FEWEST_LETTERS and counts.sum() > FOREIGN_SCRIPT * letters else None
