"""What the words of a report mean: numbers, months, parties, what is counted.

The words are data in `words.csv`, the code lists are the seeds. A row of `words.csv` is a spelling with its kind, which
the grammar asks for, and where the kind needs them a code and a number: `count,children,2,طفلان` is two children.
Nothing here knows how words go together; that is the grammar's.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.intake import contract
from orchestration.intake.code_lists import SEEDS, define_spellings
from orchestration.intake.duckdb_session import fold, shared

WORDS = Path(__file__).with_name("words.csv")
TOKEN = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}"
    r"|\d+(?:[-–]?[^\W\d_]+)+(?:[-–][^\W\d_]+)*"  # 10-year-old, 12th
    r"|\d+(?:[.,٬٫]\d+)*"
    r"|[^\W\d_](?:[\u064b-\u0652\u0670]|[^\W\d_]|['’‘ʿʾ`´-](?=[^\W\d_]))*"
    r"|\S"
)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}")
THOUSANDS = re.compile(r"[,٬](?=\d{3}(?!\d))")
ASIDE = re.compile(r"[(（\[][^()\[\]\d٠-٩]*[)）\]]")
# "Q1 2022", "H2 2022", in words that are known
PART_OF_YEAR = re.compile(r"\b([QH])([1-4])(?=\W{1,2}\d{4}\b)")
ORDINALS = ("first", "second", "third", "fourth")
GROUPS = re.compile("طفل|سيد[ةت]|امرأ|child|wom[ae]n")
TATWEEL = "ـ"
ARABIC = re.compile("[\u0621-\u064a]")
# one letter words that Arabic writes together with the next, the longest first
TOGETHER = ("و", "ف", "ب", "ل", "ك")
LONGEST = 14
LONG_WORD = 8
# so long is an acronym at most that may be a word too
ACRONYM = 3
# kinds of marks that are made here, not listed
NUMBER, DAYS, COMMA, COLON, DASH, PERCENT = "number", "day", "comma", "colon", "dash", "percent"
SIGNS = {
    ",": COMMA,
    "،": COMMA,
    ";": COMMA,
    "؛": COMMA,
    ":": COLON,
    "-": DASH,
    "–": DASH,
    "—": DASH,
    "%": PERCENT,
    "٪": PERCENT,
    "(": "incl",
}
OTHER = "other_identified"
NAMES = ("name_en", "name_ar")
QUOTES = set("'\"“”‘’*«»")
NOT_SPOKEN = set("/()[]")


@dataclass(frozen=True)
class Mark:
    """What some words of a sentence mean.

    Attributes:
        kinds: Each kind of meaning they may have, with its code and its number.
        start: The first of their tokens.
        end: The one after the last.
        text: The words.
        is_definite: Whether an Arabic article stands before them.
    """

    kinds: dict[str, tuple[str, float | None]]
    start: int
    end: int
    text: str = ""
    is_definite: bool = False

    def code(self, kind: str) -> str | None:
        """The code of one kind; None where they have no such meaning."""
        return self.kinds[kind][0] if kind in self.kinds else None

    def value(self, kind: str) -> float | None:
        """The number of one kind."""
        return self.kinds[kind][1] if kind in self.kinds else None

    def __contains__(self, kind: str) -> bool:
        return kind in self.kinds


Meanings = dict[str, tuple[str, float | None]]


class Vocabulary:
    """Every known phrase by its key: its words, folded and put together.

    Attributes:
        parts_of_other: Codes of the parties that are always printed as a part of the other ones.
    """

    def __init__(self, root: Path) -> None:
        """Learn the words of this room, and the code lists of a data root with what people taught."""
        self.con = shared()
        define_spellings(self.con, contract.load(self.con), root)
        self.phrases: dict[str, Meanings] = {}
        self.loose: dict[str, str] = {}
        self.lost: dict[str, str] = {}
        self.parts_of_other = {
            row["party"] for row in _rows(SEEDS / "parties.csv") if row["kind"] == "residual" and "_" in row["party"]
        } - {OTHER}
        self.governorates = {row["governorate"]: row["name_en"] for row in _rows(SEEDS / "governorates.csv")}
        self._learn([*_words(), *self._listed()])

    def _listed(self) -> Iterator[tuple[str, str, float | None, str]]:
        """The spellings of the code lists. Who has no code of its own is called as it is spelled."""
        kinds = {"parties": "party", "governorates": "governorate", "facility_types": "facility", "roles": "role"}
        listed = self.con.execute("select code_list, code, spelling from spellings").fetchall()
        for name in kinds:
            for row in _rows(SEEDS / f"{name}.csv"):
                listed += [(name, next(iter(row.values())), row[each]) for each in NAMES]
        # who is nobody in particular stands in our words
        general = {row["spelling"] for row in _rows(WORDS) if row["kind"] in ("party", "not_party")} | {OTHER}
        for name, code, spelling in listed:
            if name in kinds and not (code == OTHER and spelling in general):
                yield kinds[name], spelling if code == OTHER else code, None, spelling

    def _learn(self, entries: Sequence[tuple[str, str, float | None, str]]) -> None:
        written = [tokens(spelling) for *_, spelling in entries]
        folded = self._folds({word for words in written for word in words})
        for (kind, code, value, _), words in zip(entries, written, strict=True):
            key = "".join(folded[word] for word in words if word not in NOT_SPOKEN)
            self.phrases.setdefault(key, {}).setdefault(kind, (code, value))
            self.loose.setdefault("".join(_bare(folded[word]) for word in words if word not in NOT_SPOKEN), key)
            for word in (folded[each] for each in words if len(folded[each]) > LONG_WORD and each.isascii()):
                self.lost |= {word[:at] + word[at + 1 :]: word for at in range(len(word))}
        for meanings in self.phrases.values():
            if "not_party" in meanings and "party" in meanings:
                meanings["weak_party"] = meanings.pop("party")
        known = set(folded.values())
        self.lost = {lost: word for lost, word in self.lost.items() if lost not in known}

    def _folds(self, words: set[str]) -> dict[str, str]:
        listed = sorted(words)
        return dict(zip(listed, fold(self.con, listed), strict=True))

    def marks(self, texts: Sequence[str]) -> list[list[Mark]]:
        """What the words of each text mean, in their order; words that mean nothing here have no mark."""
        written = [tokens(text) for text in texts]
        folded = self._folds({word for words in written for word in words})
        return [
            list(self._marked(words, [self.lost.get(folded[word], folded[word]) for word in words]))
            for words in written
        ]

    def _marked(self, words: list[str], keys: list[str]) -> Iterator[Mark]:
        at = 0
        while at < len(words):
            found = self._sign(words, keys, at) or self._phrase(words, keys, at)
            if found is None:
                at += 1
                continue
            yield from found
            at = found[-1].end

    @staticmethod
    def _sign(words: list[str], keys: list[str], at: int) -> list[Mark] | None:
        """A number in digits, a day in digits, or a sign that parts."""
        word = words[at]
        if word in SIGNS:
            return [Mark({SIGNS[word]: ("", None)}, at, at + 1, word)]
        if DAY.fullmatch(word):
            return [Mark({DAYS: (word, None)}, at, at + 1, word)]
        digits = THOUSANDS.sub("", word).replace("٫", ".")
        if re.fullmatch(r"\d+(\.\d+)?", digits):
            return [Mark({NUMBER: ("digits", float(digits))}, at, at + 1, word)]
        return None

    def _phrase(self, words: list[str], keys: list[str], at: int) -> list[Mark] | None:
        """The longest known phrase that begins with a word, which may be written together with a shorter one."""
        if words[at] in NOT_SPOKEN:
            return None
        ends = list(_ends(words, at))
        for end in reversed(ends):
            rest = "".join(keys[each] for each in range(at + 1, end) if words[each] not in NOT_SPOKEN)
            for before, first in _begun(keys[at]):
                key = first + rest
                loose = "".join(
                    _bare(each)
                    for each in (first, *(keys[i] for i in range(at + 1, end) if words[i] not in NOT_SPOKEN))
                )
                known = key if key in self.phrases else self.loose.get(loose)
                meanings = _as_written(self.phrases.get(known or "", {}), words[at:end])
                if meanings:
                    joined = [Mark({COMMA: ("", None)}, at, at, "و")] if before == "و" else []
                    text = " ".join(words[at:end])
                    return [*joined, Mark(meanings, at, end, text, first.startswith("ال") and key != known)]
        return None


def tokens(text: str) -> list[str]:
    """The words, numbers and signs of a text, without what stands in brackets and is no number."""
    plain = re.sub(r"(?<=\w)[’']s\b", "", ASIDE.sub(_aside, text.replace(TATWEEL, "")))
    plain = PART_OF_YEAR.sub(_part_of_year, plain)
    return [word for word in TOKEN.findall(plain) if word not in QUOTES]


def _aside(found: re.Match[str]) -> str:
    """What stands in brackets, where it says of whom: "8 civilians (two children and one woman)"; else nothing."""
    return found[0] if GROUPS.search(found[0]) else " "


def _part_of_year(found: re.Match[str]) -> str:
    return f"{ORDINALS[int(found[2]) - 1]} {'quarter' if found[1] == 'Q' else 'half'}"


def _ends(words: list[str], at: int) -> Iterator[int]:
    """Where a phrase that begins here may end: before a number or a sign."""
    for end in range(at + 1, min(at + LONGEST, len(words)) + 1):
        if words[end - 1] in SIGNS or words[end - 1] == "." or words[end - 1][0].isdigit():
            return
        if words[end - 1] not in NOT_SPOKEN:
            yield end


def _begun(key: str) -> Iterator[tuple[str, str]]:
    """A first word as it is, and without the short ones that Arabic writes together with it."""
    yield "", key
    if not ARABIC.match(key):
        return
    if key.startswith("لل"):
        yield "ل", "ال" + key[2:]
    for letter in TOGETHER:
        if key.startswith(letter) and len(key) > 3:
            yield letter, key[1:]
            if letter == "و":
                yield from (("و", each) for _, each in _begun(key[1:]))


def _as_written(meanings: Meanings, words: Sequence[str]) -> Meanings:
    """What words mean as they are written: "is" is no party, though IS is one."""
    is_acronym = len(words) > 1 or not words[0].isascii() or len(words[0]) > ACRONYM or words[0].isupper()
    return meanings if is_acronym else {kind: means for kind, means in meanings.items() if kind != "party"}


def _bare(key: str) -> str:
    """A folded Arabic word without its article."""
    return key[2:] if key.startswith("ال") and len(key) > 4 else key


def _words() -> Iterator[tuple[str, str, float | None, str]]:
    for row in _rows(WORDS):
        yield row["kind"], row["code"], float(row["value"]) if row["value"] else None, row["spelling"]
    ones, tens = (
        {
            int(row["value"]): row["spelling"]
            for row in _rows(WORDS)
            if row["kind"] == NUMBER and row["spelling"].isascii() and int(row["value"]) in values
        }
        for values in (range(1, 10), range(20, 91, 10))
    )
    for ten, word in tens.items():
        yield from ((NUMBER, "", float(ten + one), f"{word}-{other}") for one, other in ones.items())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
