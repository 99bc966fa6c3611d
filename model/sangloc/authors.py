"""Who wrote a page, from its bylines: names, initials and agencies. What is not surely one of these is left out."""

import re
from collections.abc import Iterable, Iterator, Sequence

from sangloc.dates import dates_in_folded
from sangloc.folding import folded, tidy

LONGEST = 160  # characters; longer bylines are biographies and notes
MOST_WORDS, MOST_AGENCY_WORDS = 6, 7

# All patterns see folded text. What names a writer, and what names a source.
WRITER = re.compile(
    r"(?:^|(?<=[\W]))(?:"
    r"(?:tin bai|bai viet|bai|tin|text|words|noi dung|chu)(?:\s?(?:,|va|&|/|-|\+)\s?(?:anh|hinh|video|clip|bai|photos?|ky hoa))*\s?:"
    r"|(?:cac )?tac gia(?: bai viet)?\s?[:,]|author\s?:|(?:nguoi viet|nguoi dang(?: bai viet)?|thuc hien|bien soan|nguoi ghi|nguoi gui)\s?:"
    r"|(?:bai|phong su|ghi chep|but ky|ky su|tuy but)(?: anh)? cua"
    r"|(?:(?:viet|(?:duoc )?dang|gui|chia se) )?boi\b\s?:?"
    r"|(?:(?:written|posted|reported|words|review|reporting|story|published|submitted) )?by\b\s?:?"
    r")\s?"
)
SOURCE = re.compile(r"(?:^|(?<=[\W]))(?:theo|nguon(?: tin)?\s?:|source\s?:|by arrangement with)\s?")
LATER = re.compile(r"(?:cuoi|edited|modified) (?:boi|by)\b|doi boi")
# From these on a byline speaks of somebody or something else.
OTHERS = re.compile(
    r"(?:^|(?<=[\W]))(?:anh|hinh|hinh anh|photos?|minh hoa|illustrations?|thiet ke|do hoa|bien tap(?: vien)?|edited|"
    r"editor|video|clip|quay phim|am thanh|"
    r"hieu dinh|tham van|tham dinh|medically|chuyen ngu|translation|additional|with reporting|chuyen muc|luot xem|nhan|tags?)\s?"
    r"(?:/[\w ]{1,12})?(?::|\bby\b|\bcua\b|\bboi\b|\breviewed\b).*$"
)
# Read with accents and capitals: without, some are names (lúc, Lực; trong, Trọng).
NOISE = re.compile(
    r"(?:^|(?<=\s))(?:[Cc]opy link|[Ll]ấy link|[Ll]ink bài gốc|[Xx]em thêm|[Gg]ửi tin cho tôi|(?:vào|vao)?(?: ?lúc| ?luc)?(?=\W{0,40}$)|"
    r"(?:vào|vao|lúc|luc|trong)\s|"
    r"[Cc](?:ập nhật|ap nhat)|(?:[Ll]ast |LAST )?(?:[Uu]pdated?|UPDATED?|[Ee]dited|[Mm]odified|[Pp]ublished|PUBLISHED)\b|"
    r"[Đđ]ăng(?: lúc| ngày)|đăng(?=\W{0,40}$)|[Nn]gày (?:gửi|đăng)\b|\d+ (?:phút|min)|(?:in|at|on|filed)(?:\s|$)|Thread starter).*$"
)
ROLES = re.compile(
    r"^(?:(?:phong vien|pv|btv|ctv|nha bao|bien tap vien|cong tac vien|luat su|ls|bac si|bs|bscki+|duoc si|thac si|ths|"
    r"tien si|ts|pgs|gs|ky su|ks|lm|"
    r"kts|dr|prof|ms|mr|mrs)(?:\.\s?|\s))+"
)
POLITE = re.compile(r"^(?:cô|thầy|ông|bà|anh|chị)\s")
# White space in front is looked for at its beginning only: from each of its characters on, it would take the square of its length.
DOINGS = re.compile(
    r"(?:(?<!\s)\s+)?(?:\b(?:tong hop|thuc hien|dich|luoc dich|bien dich|ghi|luoc ghi|luoc thuat|suu tam(?: va bien soan)?|gioi thieu|"
    r"t/h|th|tong hop va bien soan)|\((?:[^()]*)\))\s*$"
)
LINKS = re.compile(r"https?://|www\.|\.(?:vn|com|net|org)/")
HANDLES = re.compile(r"(?<!\S)\S*@\S*|\(?\[[^\[\]]*\]\)?|\(@|#\S*")
SPLIT = re.compile(r"(?<!\s)\s+[-–—|•·]+\s+|(?:(?<!\s)\s+)?[,;|•·/&\n]\s*|(?<!\s)\s+(?:va|and)\s+")
SEGMENTS = re.compile(r"(?:(?<!\s)\s+)?[|•·;]\s*|\.\s+(?=[a-z]{2,20}:)")
_NO_NAMES = (
    "admin administrator user bientap editor editors reporter reporters staff writer correspondent member senior junior news media "
    "group magazine published updated version copyright about author authors source print edition issue comments reply share views "
    "posted permalink contributor the desk team press release correspondents journalist network company am pm a.m p.m contact with "
    "vice president investor"
)
NO_NAMES = frozenset(_NO_NAMES.split())
NO_SINGLE_NAMES = frozenset({"đăng", "đọc", "lần", "lúc", "bởi"})
# What names of offices, sections and the like begin with. With accents: without, half of these are names (phường, Phương; thu, Thu).
_NO_FIRST_NAMES = (
    "về ban phòng viện hội tòa nhóm chuyên mục bài ảnh tin thứ ngày tháng quyết giới tỉnh phố quận huyện xã phường nguồn theo tác tổ "
    "sở cục đội"
)
NO_FIRST_NAMES = frozenset(_NO_FIRST_NAMES.split())
_PLACES = (
    "an giang|bà rịa|vũng tàu|bắc giang|bắc kạn|bạc liêu|bắc ninh|bến tre|bình định|bình dương|bình phước|bình thuận|cà mau|cần thơ|"
    "cao bằng|đà nẵng|đắk lắk|đắk nông|điện biên|đồng nai|đồng tháp|gia lai|hà giang|hà nam|hà nội|hà tĩnh|hải dương|hải phòng|"
    "hậu giang|hòa bình|huế|hưng yên|khánh hòa|kiên giang|kon tum|lai châu|lâm đồng|lạng sơn|lào cai|long an|nam định|nghệ an|"
    "ninh bình|ninh thuận|nha trang|phú thọ|phú yên|quảng bình|quảng nam|quảng ngãi|quảng ninh|quảng trị|sài gòn|sóc trăng|sơn la|"
    "tây ninh|thái bình|thái nguyên|thanh hóa|thừa thiên huế|tiền giang|tp hcm|tp.hcm|tphcm|hồ chí minh|tp hồ chí minh|trà vinh|"
    "tuyên quang|vĩnh long|vĩnh phúc|yên bái|việt nam|hanoi|ho chi minh city|vietnam|london|new york|washington|paris|moscow|berlin|"
    "tokyo|beijing|bắc kinh"
)
PLACES = frozenset(_PLACES.split("|"))
PLAIN_PLACES = frozenset(map(folded, PLACES))
# What stands around a date that was blanked out by bars.
MOMENTS = re.compile(
    r"\b\d{1,2}\s?(?::|h|gio)\s?\d{0,2}'?(?::\d\d)?(?:\s?(?:am|pm|sa|ch|sang|chieu|toi)\b)?|\(?gmt\s?\+?\s?[\d:]*\)?|"
    r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)\b,?(?:\s?ngay\b)?|\bngay\s?(?=\|)|"
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s?(?=\|)"
)
GLUED = re.compile(r"^(by|By|bởi|Bởi)(?=[^\W\d_][a-zà-ỹ])(?<=[yi])(?=[A-ZÀ-ỸĐ])")
INITIALS = re.compile(r"[^\W\d_](?:\s?\.\s?[^\W\d_]){1,4}\.?")
WORD = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]+(?:[-'’][^\W\d_]+)*\.?|[^\W\d_]\.")
SOURCE_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .&'’+-])*")
HANDLE = re.compile(r"[\w.-]{3,30}")


def authors_in(bylines: Iterable[str]) -> list[str]:
    """Return the authors and sources that byline paragraphs name, each once, in their order."""
    found: dict[str, str] = {}
    for line in bylines:
        for name in _of_line(tidy(line[: 4 * LONGEST])):
            key = _key(name)
            if key not in found and not ("." in name and any(_is_short_for(name, other) for other in found.values())):
                found[key] = name
    return list(found.values())


def _key(name: str) -> str:
    return re.sub(r"[\s.]", "", folded(name)) if INITIALS.fullmatch(name) else folded(name).rstrip(".")


def _is_short_for(name: str, other: str) -> bool:
    """Tell whether a name with initials is one already there: `T.HIỀN` and `THU HIỀN`, `Đ.X.L` and `Đặng Xuân Lãm`."""
    parts, full = (re.findall(r"[^\W\d_]+", folded(one)) for one in (name, other))
    return len(parts) == len(full) and all(b == a if len(a) > 1 else b.startswith(a) for a, b in zip(parts, full, strict=True))


def _is_place(name: str) -> bool:
    small = name.casefold().replace(". ", " ")
    return small in PLACES or (small.isascii() and small in PLAIN_PLACES)


def _of_line(line: str) -> Iterator[str]:
    line = GLUED.sub(r"\1 ", HANDLES.sub(" ", line))
    if not line or len(line) > LONGEST or LINKS.search(line):
        return
    small = folded(line)
    line, small = _without(line, small, [(found.start, found.end) for found in dates_in_folded(small)])
    for start, end in _spans(small, SEGMENTS):
        if end > start and not small[start:end].isspace():  # a date leaves an empty one for each of its characters
            yield from _of_segment(line[start:end], small[start:end])


def _without(line: str, small: str, spans: Sequence[tuple[int, int]]) -> tuple[str, str]:
    """Blank out dates with the times and weekdays around them; a bar keeps what stood on either side apart."""
    marked = list(small)
    for start, end in spans:
        marked[start:end] = "|" * (end - start)
    text = "".join(marked)
    for match in MOMENTS.finditer(text):
        marked[match.start() : match.end()] = "|" * (match.end() - match.start())
    text = "".join(marked)
    return "".join(a if b != "|" else "|" for a, b in zip(line, text, strict=True)), text


def _spans(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    start = 0
    for match in pattern.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _of_segment(line: str, small: str) -> Iterator[str]:
    """Yield the names in a byline's segment: before a source, behind `by` and the like, and the source's own."""
    if LATER.search(small):
        return
    writer = WRITER.search(small)
    other = OTHERS.search(small)
    if other and writer and writer.start() <= other.start() < writer.end():
        other = OTHERS.search(small, writer.end())
    begun = writer.end() if writer else 0
    if other:
        line, small = line[: other.start()], small[: other.start()]
    noise = NOISE.search(line, begun)
    if noise:
        line, small = line[: noise.start()], small[: noise.start()]
    source = SOURCE.search(small)
    head, tail = (line, "") if source is None else (line[: source.start()], line[source.end() :])
    yield from _names(head[begun:], told=writer is not None)
    if tail:
        yield from _sources(tail)


def _names(text: str, told: bool) -> Iterator[str]:
    """Yield what looks like names; where nothing tells that a name follows, only if all of the text does."""
    text = text.strip(" ,.:;-–—*")
    text = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    while (doing := DOINGS.search(folded(text))) and doing.start() > 0:
        text = text[: doing.start()].strip(" ,.:;-–—")
    small = folded(text)
    parts = [text[a:b] for a, b in _spans(small, SPLIT)]
    names = [_name(part, told) for part in parts if part.strip()]
    if told:
        names = names[: next((i for i, name in enumerate(names) if name is None), len(names))]
    if None in names or any(_is_place(name or "") for name in names):
        return
    yield from (name for name in names if name)


def _name(part: str, told: bool) -> str | None:
    """Return a name without title, or None."""
    part = part.strip(" .,:;*()-–—\"'")
    role = ROLES.match(folded(part))
    told = told or role is not None
    part = POLITE.sub("", part[role.end() :] if role else part)
    if INITIALS.fullmatch(part) and part.casefold() not in NO_NAMES:
        return part
    words = part.split()
    half = len(words) // 2
    if half and len(words) % 2 == 0 and words[:half] == words[half:]:
        words = words[:half]
    small = [word.casefold().strip(".") for word in words]
    if not words or len(words) > MOST_WORDS or small[0] in NO_FIRST_NAMES or not NO_NAMES.isdisjoint(small):
        return None
    if len(words) == 1 and ((not told and words[0].isascii()) or small[0] in NO_SINGLE_NAMES or small[0].startswith("admin")):
        return None
    if len(words) == 1 and told and HANDLE.fullmatch(words[0]):
        return words[0]
    if not all(WORD.fullmatch(word) and word[0].isupper() for word in words):
        return None
    return " ".join(words)


def _sources(text: str) -> Iterator[str]:
    """Yield the agencies and writers of a source line: `Sputnik, TASS`, `Sầm Hoa (Vietnamnet/Reuters)`."""
    for part in re.split(r"\s*[,;/()|]\s*|\s+[-–—]\s+|\s+(?:và|and)\s+", text):
        name = part.strip(" .:*\"'”“-–—")
        words = name.split()
        if not words or len(words) > MOST_AGENCY_WORDS or not name[0].isupper() or not SOURCE_NAME.fullmatch(name):
            return
        small = folded(name)
        if _is_place(name) or small in NO_NAMES or small in ("tong hop", "th", "t/h"):
            continue
        yield name
