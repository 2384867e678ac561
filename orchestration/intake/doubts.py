"""What rows may be that only a person can tell: looked for while a sheet is read, and reported with their numbers."""

import re
from collections.abc import Iterable, Iterator, Set
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake.cells import MERGED
from orchestration.intake.mapping import Plan
from orchestration.intake.sheet import HEADING_SEARCH, TICKED, UNTICKED, are_among

# what parts the words of a heading that a program wrote: killed_count, killedCount
OF_PROGRAMS = re.compile(r"_+|(?<=[a-z])(?=[A-Z])")
# what a sheet of the dead says of somebody who is none of them, where it is one of several outcomes
HURT = ["injured", "wounded"]
HOW = ["seriously", "severely", "critically", "slightly", "lightly"]
NOT_DEAD = (
    [*HURT, *(f"{how} {hurt}" for how in HOW for hurt in HURT)]
    + ["missing", "survived", "survivor", "alive", "disappeared", "forcibly disappeared", "not killed", "not dead"]
    + ["non-fatal", "blessé", "blessée", "disparu", "disparue", "yaralı", "kayıp"]
    + ["مختف", "مختفي", "مختفية", "مختفي قسريا", "مختفي قسرياً", "مختفٍ قسرياً", "مختف قسريا", "مختفي قسراً"]
    + ["جريح", "جريحة", "مصاب", "مصابة", "مفقود", "مفقودة", "ناج", "ناجي", "ناجية", "حي", "حية", "على قيد الحياة"]
)
# a heading under which stands what became of somebody, and what else than death it may be there
OF_FATE = re.compile(
    r"\b(outcome|violations?|fate|casualty|condition|disposition|discharge|result|category|(patient|health) status"
    r"|(type|kind) of (victim|case|event|incident))\b"
    r"|(event|incident|case|victim) type|مصير|انتهاك|نتيجة|نوع (ال)?(حالة|حادث|حادثة|ضحية|[إا]صابة)",
    re.IGNORECASE,
)
OTHER_FATES = (
    ["injury", "injuries", "wounding", "hospitalised", "hospitalized", "detention", "detained"]
    + ["arrest", "arrested", "arbitrary arrest", "arbitrary detention", "abduction", "abducted"]
    + ["kidnapping", "kidnapped", "released", "prisoner", "disappearance", "enforced disappearance"]
    + ["forced disappearance", "displacement", "displaced", "threat", "threatened"]
    + ["إصابة", "اصابة", "جرح", "اعتقال", "معتقل", "معتقلة", "اعتقال تعسفي", "احتجاز", "محتجز", "خطف"]
    + ["اختطاف", "مخطوف", "مخطوفة", "إخفاء قسري", "اخفاء قسري", "اختفاء قسري", "تهجير", "نزوح"]
    + ["مفرج عنه", "أسير", "فقدان"]
    # of a patient
    + ["discharged", "discharged home", "recovered", "recovering", "cured", "improved", "stable", "admitted"]
    + ["under treatment", "in treatment", "treated", "still in hospital", "referred", "transferred", "icu"]
    + ["left against medical advice", "lama", "تخرج", "غادر", "غادر المشفى", "غادر المستشفى", "شفي", "تماثل للشفاء"]
    + ["قيد العلاج", "تحت العلاج", "محول", "تم تحويله", "مستقر", "مستقرة", "خرج", "خرج من المشفى"]
)
# headings under which *yes*, or *no*, says that somebody lives
LIVING_IF = re.compile(
    r"^\W*((is|was|still) )?(survived|survivor|alive|living|injured|wounded|missing)\W*$"
    r"|^\W*(ناجي?|حي|على قيد الحياة|جريح|مصاب|مفقود)\W*$",
    re.IGNORECASE,
)
DEAD_IF = re.compile(
    r"^\W*((is|was) )?(dead|died|deceased|killed|fatal|fatality)\W*$"
    r"|^\W*((ال)?(متوف[ىي]|قتيل|ميت|شهيد)|توفي|قتل|استشهد)\W*$",
    re.IGNORECASE,
)
# a heading under which stands for how many dead a row is, and none that only speaks of them
OF_SEVERAL = re.compile(
    r"\b(killed|dead|deaths|victims|fatalities|casualties|martyrs)\b|قتلى|ضحايا|شهداء|وفيات"
    r"|^\W*((the )?(number|no\W*|count) of )?(people|persons|individuals|bodies)( (count|number))?\W*$"
    r"|^\W*((ال)?عدد( (ال)?([أا]شخاص|[أا]فراد|جثث))?|count|total|quantity|qty)\W*$",
    re.IGNORECASE,
)
# one of a second person in the row, and one of several under which stands how many of a kind of people there are
OF_SECOND = re.compile(
    r"\b(victim|person|casualty|deceased|martyr|individual)s?\W*(no\b\W*|number )?0*[2-9](?!\d)"
    r"|\b(second|third|2nd|3rd) (victim|person|casualty|deceased|martyr)\b"
    r"|(ضحية|شخص|قتيل|شهيد|متوف[ىي])\W*(رقم)?\W*[2-9٢-٩](?!\d)"
    r"|(الضحية|الشخص|القتيل|الشهيد|المتوفى) (الثانية?|الثالثة?)",
    re.IGNORECASE,
)
OF_PART = re.compile(
    r"\W*(((number|no|count)\W* of |killed |dead )?(men|women|children|boys|girls|males?|females?|minors|adults)"
    r"( killed| dead)?|(عدد )?(ال)?(رجال|نساء|[أا]طفال|ذكور|[إا]ناث|بالغين))\W*",
    re.IGNORECASE,
)
A_NUMBER = r"^\s*(?P<number>\d{1,3})(?:\.0+)?\s*$"
# a heading under which stands how many people, or facilities, a row of another kind is of
OF_MANY = re.compile(
    r"^\W*((number|no\W*|count) of )?(people|persons|individuals|civilians|prisoners|victims|men|males|adults"
    r"|facilities|attacks|buildings|schools|hospitals|strikes)( count)?\W*$|^\W*(count|total|quantity)\W*$"
    r"|^\W*(ال)?عدد( (ال)?([أا]شخاص|رجال|ذكور|منش[آا]ت|مرافق|هجمات|اعتداءات))?\W*$|^\W*(ال)?(رجال|ذكور)\W*$",
    re.IGNORECASE,
)
OF_ONE = re.compile(r"\b(age|aged|id|year|before|previous(ly)?|earlier)\b|عمر|رقم|سابقا|من قبل", re.IGNORECASE)
SEVERAL = r"^\s*0*([2-9]|[1-9]\d{1,2})(\.0+)?\s*$"
# a name that is of several people, whatever it is
TOGETHER = (
    r"(?im)[+&]\s*\d|;\s*\S|\S\s+and\s+\S|\bfamily(\s+of\b|\s*\(?\d*\)?\s*$)|\b(couple|twins)\b"
    r"|(\d|\b(two|three|four|five|six|seven|eight|nine|ten|several))\s+(family\s+|unidentified\s+|other\s+)?"
    r"(others?|members|people|persons|children|kids|babies|victims|men|women|girls|boys|brothers|sisters|sons|daughters"
    r"|siblings|civilians|bodies|martyrs|unidentified)\b"
    r"|و(زوجته|زوجها|[أا]ولاد(ه|ها)|[أا]طفال(ه|ها)|عائلته|عائلتها|[أا]سرتها?)|([آا]خرون|[آا]خرين|[أا]شخاص)(\s|$)|^\s*(عائلة|[أا]سرة)\s"
    r"|(\d|[٠-٩]|ثلاثة?|[أا]ربعة?|خمسة?|ستة?|سبعة?|ثماني?ة?|تسعة?|عشرة?|عدة)\s+"
    r"([أا]طفال|نساء|رجال|[أا]شقاء|[إا]خوة|[أا]فراد|جثث|شهداء|ضحايا|مدنيين|شبان|مجهولين)|(طفلان|طفلين|شقيقان|شقيقين)"
)
# a heading under which *yes* says that a row does not count, one under which *no* does, and words that do under any
UNCOUNTED_IF = re.compile(
    r"\b(deleted?|duplicated?|excluded?|rejected|cancell?ed|withdrawn|void|archived|inactive|combatant|fighter"
    r"|non-?civilian)\b"
    r"|مكرر|محذوف|مستبعد|مرفوض|ملغ[اى]|عسكري|مقاتل",
    re.IGNORECASE,
)
COUNTED_IF = re.compile(
    r"\b(included?|count(ed)?|valid|approved|active|civilian)\b|محتسب|يحتسب|مدني|معتمد", re.IGNORECASE
)
# one under which anything does, as when it was deleted, or of which other it is a duplicate
UNCOUNTED_SINCE = re.compile(
    r"\b((deleted|removed|archived|withdrawn|cancell?ed) (at|on|by|date)|duplicate of)\b"
    r"|تاريخ (ال)?(حذف|[إا]لغاء)|مكرر (مع|عن)",
    re.IGNORECASE,
)
BOX_OF_NO = [*UNTICKED, "n"]
# what stands under a heading of a second person where there is none
NOBODY = [*BOX_OF_NO, "", "-", "n/a", "na", "none", "null", "nan", "unknown", "لا يوجد", "غير معروف"]
UNCOUNTED = (
    ["duplicate", "duplicated", "deleted", "excluded", "rejected", "not counted", "do not count", "combatant"]
    + ["fighter", "non-civilian", "not a civilian"]
    + ["مكرر", "مكررة", "محذوف", "محذوفة", "مستبعد", "مستبعدة", "مقاتل", "مقاتلة"]
)
IN_NOTES = (
    r"(?im)^\s*(duplicate\b|do not count|don.t count|not counted|to be (deleted|removed)"
    r"|(please )?(delete|exclude|remove)\b|possible duplicate|same (person|case|record|incident|attack) as\b"
    r"|(already|previously) (counted|entered|listed|recorded)"
    r"|counted (already|before|twice)|(wrong|erroneous) entry|entered (by mistake|twice)|error\W+(delete|remove)"
    r"|cancell?ed\s*$|test( row| entry| record)?\s*$"
    r"|مكرر|محذوف|لا (يحتسب|تحتسب)|(يجب )?(يحذف|تحذف|حذف)(\s|$)|(نفس|ذات) (الحالة|الشخص|السجل)"
    r"|سبق (عد|[إا]دخال|تسجيل|احتساب|توثيق)|[إا]دخال خاط)"
)
# the same of the dead: that somebody is none of them
OF_LIVING = (
    r"(?im)^\s*((he|she|it|victim|the|turned out|to be|that|was|is|has|still|later|found) )*"
    r"(alive|survived|not dead|did not die|a? ?(fighter|combatant|soldier))\s*($|[-–,;:.(])"
    r"|^\s*(((تبين|اتضح)( لاحق[اً]+)? [أا]ن(ه|ها) )?(ما ?زالت? |ما ?يزال )?(حي[اً]?|حية|على قيد الحياة)"
    r"|لم (يمت|تمت)|نجا|نجت)\s*($|[-–،؛:.(])"
    r"|^\s*(تبين|اتضح) [أا]نه مقاتل|^\s*(كان )?(مقاتل[اً]*|عسكري[اً]*)\s*$"
)
# a day as a workbook gives it, one that begins with its day or month, and how many of each tell that it took some apart
OF_WORKBOOK, AS_TEXT = r"^\d{4}-\d\d-(?P<day>\d\d)", r"^\s*(?P<first>\d{1,2})[/.-](?P<second>\d{1,2})[/.-]\d{4}"
ENOUGH, HEAD = 4, 2_000
# an age by which programs for statistics say that it is not known, where several have it
NO_AGE, SOME = ["99", "98", "99.0", "98.0", "٩٩"], 3
# one row may well be of somebody of whom this is not known
FEW = 2
# what a sheet may say once for all rows below
OF_GROUPS = ("governorate", "killed_governorate", "party")


def titles_between(rows: pa.Table, plan: Plan) -> list[int]:
    """The numbers of rows of one cell alone with other rows below: titles, as of a second table of the same columns.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    dated = next((f"c{i}" for i, rule in plan.targets if rule.column == plan.kind.dated_by), None)
    if dated is None:
        return []
    cells = rows.column(dated)
    is_dated = pc.fill_null(pc.not_equal(cells, MERGED), False)
    if pc.all(is_dated).as_py():
        return []
    last = pc.max(rows.column("row_number").filter(is_dated)).as_py() or 0
    others = rows.filter(pc.and_(pc.invert(is_dated), pc.less(rows.column("row_number"), last)))
    return [
        row["row_number"]
        for row in others.slice(0, HEADING_SEARCH).to_pylist()
        if sum(bool(cell) and cell != MERGED for name, cell in row.items() if name.startswith("c")) == 1
    ]


def not_dead(rows: pa.Table, plan: Plan) -> list[int]:
    """The numbers of rows of a sheet of the dead that say, under a heading nobody knows, of somebody who did not die.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    found = []
    for heading, cells in _unknown(rows, plan, {"deaths"}):
        fates = OTHER_FATES if OF_FATE.search(heading) else []
        boxes = TICKED if LIVING_IF.search(heading) else BOX_OF_NO if DEAD_IF.search(heading) else []
        found.append(are_among(cells, [*NOT_DEAD, *fates, *boxes]))
    return _numbers(rows, found)


def not_counted(rows: pa.Table, plan: Plan) -> list[int]:
    """The numbers of rows that say, where it is not read, that they do not count: by a word, a ticked box or a note.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    if plan.kind.name == "stated_figures":
        return []
    found = []
    for heading, cells in _unknown(rows, plan):
        if UNCOUNTED_SINCE.search(heading):
            found.append(pc.and_(cells.is_valid(), pc.invert(are_among(cells, [*BOX_OF_NO, "", "null", "-"]))))
            continue
        boxes = TICKED if UNCOUNTED_IF.search(heading) else BOX_OF_NO if COUNTED_IF.search(heading) else []
        found.append(are_among(cells, [*UNCOUNTED, *boxes]))
    notes = [rows.column(f"c{i}") for i, rule in plan.targets if rule.column == "notes"]
    for said in (IN_NOTES, *([OF_LIVING] if plan.kind.name == "deaths" else [])):
        found += [pc.match_substring_regex(cells, said) for cells in notes if _is_in(cells, said)]
    return _numbers(rows, found)


def of_several(rows: pa.Table, plan: Plan) -> list[int]:
    """The numbers of rows of a sheet of the dead that say, under a heading nobody knows, that they stand for several.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    unknown = list(_unknown(rows, plan, {"deaths"}))
    several = [cells for heading, cells in unknown if OF_SEVERAL.search(heading) and not OF_ONE.search(heading)]
    found = [pc.match_substring_regex(cells, SEVERAL) for cells in several]
    second = [cells for heading, cells in unknown if OF_SECOND.search(heading)]
    found += [pc.and_(cells.is_valid(), pc.invert(are_among(cells, NOBODY))) for cells in second]
    parts = [_counted(cells) for heading, cells in unknown if OF_PART.fullmatch(heading)]
    found += [pc.greater(reduce(pc.add, parts), 1)] if len(parts) > 1 else []
    return _numbers(rows, found)


def _counted(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """The whole numbers that cells are, and 0 where they are none."""
    numbers = pc.struct_field(pc.extract_regex(cells, A_NUMBER), "number")
    return pc.fill_null(numbers.cast(pa.int32()), 0)


def of_many(rows: pa.Table, plan: Plan) -> list[int]:
    """The numbers of rows of detentions, torture or attacks that say, where nobody reads it, that they are of many.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    unknown = _unknown(rows, plan, {"detentions", "torture", "facility_attacks"})
    counts = (cells for heading, cells in unknown if OF_MANY.search(heading))
    return _numbers(rows, (pc.match_substring_regex(cells, SEVERAL) for cells in counts))


def _unknown(rows: pa.Table, plan: Plan, kinds: Set[str] | None = None) -> Iterator[tuple[str, pa.ChunkedArray]]:
    """The headings nobody knows, in words as people write them, with their cells; of all kinds of sheet, or some."""
    for i, heading in plan.unknown if kinds is None or plan.kind.name in kinds else ():
        yield OF_PROGRAMS.sub(" ", heading), rows.column(f"c{i}")


def named_together(rows: pa.Table, plan: Plan) -> list[int]:
    """The numbers of rows of a sheet of the dead whose name is of several people, most likely.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    names = [i for i, rule in plan.targets if plan.kind.name == "deaths" and rule.column in ("name_en", "name_ar")]
    columns = (rows.column(f"c{i}") for i in names)
    return _numbers(rows, (pc.match_substring_regex(cells, TOGETHER) for cells in columns if _is_in(cells, TOGETHER)))


def _is_in(cells: pa.ChunkedArray, pattern: str) -> bool:
    """Whether a pattern may be in some of many cells: as one text they are looked through in half the time.

    Arrow makes a pattern ready anew each time, which takes longer than to look through a small sheet with one that is.
    """
    words = cells.drop_null().combine_chunks()
    if len(words) < HEAD:
        return any(map(re.compile(pattern, re.ASCII).search, words.to_pylist()))
    as_one = pa.ListArray.from_arrays(pa.array([0, len(words)], pa.int32()), words)
    return bool(pc.match_substring_regex(pc.binary_join(as_one, "\n"), pattern)[0].as_py())


def taken_apart(rows: pa.Table, plan: Plan) -> list[int]:
    """The numbers of rows whose day a spreadsheet took for its month, most likely: none is after the 12th.

    A spreadsheet that expects the month first makes 5 January of 01/05/2025, and leaves 13/05/2025 as text.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    dates = [i for i, rule in plan.targets if plan.kind.types[rule.column] == "date"]
    columns = [rows.column(f"c{i}") for i in dates if rows.num_rows >= 2 * ENOUGH]
    # the first rows tell of most sheets that it is none
    taken = (cells for cells in columns if _are_taken_apart(cells.slice(0, HEAD)) and _are_taken_apart(cells))
    return _numbers(rows, (pc.match_substring_regex(cells, OF_WORKBOOK) for cells in taken))


def _are_taken_apart(cells: pa.ChunkedArray) -> bool:
    words = pc.unique(cells)
    days = pc.struct_field(pc.extract_regex(words, OF_WORKBOOK), "day").drop_null().cast(pa.int32())
    text = pc.extract_regex(words, AS_TEXT)
    first, second = (pc.struct_field(text, name).drop_null().cast(pa.int32()) for name in ("first", "second"))
    if min(len(days), len(first)) < ENOUGH:
        return False
    return bool(pc.max(days).as_py() <= 12 < pc.min(first).as_py() and pc.max(second).as_py() <= 12)


def said_once(rows: pa.Table, plan: Plan) -> list[int]:
    """The numbers of rows that say of a place or a party what the empty cells below them mean too, most likely.

    A workbook with such cells merged becomes CSV like this: no word stands there twice, and most cells are empty.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    groups = [i for i, rule in plan.targets if rule.column in OF_GROUPS]
    columns = [rows.column(f"c{i}") for i in groups if rows.num_rows > ENOUGH]
    return _numbers(rows, (cells.is_valid() for cells in columns if _are_said_once(cells)))


def nowhere_said(rows: pa.Table, plan: Plan) -> list[int]:
    """The number of the first row, where none says a governorate, or a party, for which there is a column.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    if plan.layout or rows.num_rows < FEW:
        return []
    groups = [rows.column(f"c{i}") for i, rule in plan.targets if rule.column in OF_GROUPS]
    is_so = any(cells.null_count == len(cells) for cells in groups)
    return rows.column("row_number").slice(0, 1).to_pylist() if is_so else []


def no_ages(rows: pa.Table, plan: Plan) -> list[int]:
    """The numbers of rows with an age by which a program may say that it is not known, where there are several.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    ages = (rows.column(f"c{i}") for i, rule in plan.targets if rule.column == "age" and not plan.layout)
    found = _numbers(rows, (pc.is_in(cells, pa.array(NO_AGE)) for cells in ages))
    return found if len(found) >= SOME else []


def _are_said_once(cells: pa.ChunkedArray) -> bool:
    written = len(cells) - cells.null_count
    if not 2 <= written <= cells.null_count or cells.null_count < ENOUGH or not cells[0].is_valid:
        return False
    return bool(pc.count_distinct(cells).as_py() == written)


def _numbers(rows: pa.Table, found: Iterable[pa.ChunkedArray]) -> list[int]:
    """The numbers of the rows of which one of some columns tells that they are so."""
    return sorted({number for are_so in found for number in rows.column("row_number").filter(are_so).to_pylist()})


HEADING_AGAIN = "the heading stands there again (row {}), as on each page of a printed list: it was left out"
# what only a person can tell, with what is said of the rows in which it is
LOOKED_FOR = {
    titles_between: "titles stand between the rows (row {}): what is below them was read as of the same table",
    not_dead: (
        "rows say under a heading nobody knows that somebody was wounded or detained, is missing or lives (row {}): "
        "they were read as deaths; a layout can say which rows it is for"
    ),
    not_counted: (
        "rows say under a heading nobody knows, or in a note, that they do not count (row {}): they were read, and "
        "count; a status (withdrawn), a civilian status or an exclusion reason was expected"
    ),
    nowhere_said: (
        "no row says a governorate, or a party, for which there is a column (row {} and below): it counts as not "
        "known; where a title or the name of the tab says it, it is to be written into each row"
    ),
    no_ages: (
        "several are 98 or 99 years old (row {}), by which programs for statistics say that an age is not known: they "
        "were read as adults; an empty cell was expected where it is not known"
    ),
    of_several: (
        "rows say under a heading nobody knows that they stand for several dead (row {}): "
        "each was read as one death; a layout can say that they are several (`people`)"
    ),
    of_many: (
        "rows say under a heading nobody knows that they are of many people or facilities (row {}): each was read as "
        "of one; a column that says how many (persons, victims), or a row for each, was expected"
    ),
    named_together: (
        "names are probably of several people (row {}): each row was read as one death; a row for each of the dead was "
        "expected"
    ),
    said_once: (
        "a governorate or party probably stands once for several rows (row {}): no two say the same, and most cells "
        "are empty, which counts as not known; it is to be written into each row"
    ),
    taken_apart: (
        "a spreadsheet probably took days for months (row {}): no date of its is after the 12th of a month, and all "
        "days after that are text; they were read as they stand, and the dates are to be typed anew"
    ),
}
