"""What a sheet is called that its rows may not say: that it does not count, is a copy, or is of women or children."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from orchestration.intake.code_lists import small_lists
from orchestration.intake.contract import Kind
from orchestration.intake.duckdb_session import classes_told
from orchestration.intake.mapped import by_distinct
from orchestration.intake.mapping import Mapper, Plan
from orchestration.intake.sheet import SheetError

# words of a name that say that people did not die
LIVING = re.compile(
    r"(?<![^\W_])(injured|injuries|wounded|missing|survivors?|disappeared|disappearances?|abducted|abductions?|kidnapped"
    r"|kidnappings?|alive|hostages?|detained|detainees?|arrested|arrests?|prisoners?|imprisoned|displaced|refugees?"
    r"|evacuees?|returnees?|(in|out)?-?patients?|admissions?|hospitali[sz]ed)(?![^\W_])"
    r"|(?<![^\W_])(ال)?(جرحى|جريح|مصاب(ين|ون|ي)?|مفقود(ين|ون)?|ناجي?(ين|ون)|مختف(ين|ون)|مخطوف(ين|ون)|رهائن"
    r"|معتقل(ين|ون|ات)?|محتجز(ين|ون|ات)|موقوف(ين|ون)|[أا]سرى|اعتقال(ات)?|نازح(ين|ون)|مهجر(ين|ون)|لاجئ(ين|ون)|مرضى)(?![^\W_])",
    re.IGNORECASE,
)
DEAD = re.compile(
    r"(?<![^\W_])(killed|dead|died|deceased|martyrs|fatalities|(ال)?(قتلى|شهداء|وفيات|ضحايا|متوف(ين|ون|ى))|قضوا)(?![^\W_])",
    re.IGNORECASE,
)
# words of a name that say that what is in it does not count, where no column says so; and that it is no list yet
UNCOUNTED = re.compile(
    r"(?<![^\W_])(excluded|exclusions|rejected|duplicates?|duplicated|deleted|cancell?ed|discarded|not[ _]counted"
    r"|combatants|non-?civilians|natural[ _]deaths?|back-?up|do[ _]not[ _]use|superseded"
    r"|obsolete|outdated)(?![^\W_])"
    r"|(?<![^\W_])(ال)?(مكررة?|مكررات|محذوفة?|محذوفات|مرفوضة?|مستبعدة?|مستبعدين|ملغاة|مقاتلين|مقاتلون|عسكريين|عسكريون)(?![^\W_])"
    r"|(?<![^\W_])لا[ _]تستخدم(?![^\W_])",
    re.IGNORECASE,
)
UNFILLED = re.compile(
    r"(?<![^\W_])(template|examples?|dummy|tests?|testing|(ال)?(قالب|مثال|أمثلة|تجربة|تجريبي|تجريبية))(?![^\W_])",
    re.IGNORECASE,
)
# columns that say of each row whether it counts
SAID_OF_A_ROW = frozenset(("status", "exclusion_reason", "civilian_status"))
EARLIER = re.compile(
    r"(?<![^\W_])(old|older|previous|earlier|copy|copie|kopya|sync-conflict|conflicted|drafts?|brouillon|taslak|(ال)?(قديمة?|سابقة?|نسخة|مسودة))(?![^\W_])"
    r"|\(\d+\)\s*$",
    re.IGNORECASE,
)
MAY_BE_EARLIER = (
    "what it is called says that it may be a copy or an earlier state of another sheet ({}): it was read, and its rows "
    "count; of a record that both have the later word counts, and one that it alone has counts too"
)
NOT_SAID = (
    "it is called like a list of women, men or children, and rows do not say so, or say otherwise (row {}): what no "
    "column says is not known; sex and age, or age class, were expected in each row"
)
# the lists whose words may be in a name, with the columns that may say the same of a row
GROUPS = {"sex": ("sex",), "age_class": ("age_class", "age", "sex")}
# a letter or two may be anything
LETTERS = 3
# by list, the codes that a name says of all rows; None where each has to say which, as of women and children
Groups = dict[str, frozenset[str] | None]


@dataclass(frozen=True)
class Called:
    """What names say, by the words of the code lists."""

    mapper: Mapper

    def require_counted(self, plan: Plan, names: Sequence[str]) -> None:
        """Raise SheetError where what a sheet that no layout reads is called says that its rows do not count.

        Args:
            plan: How it is read.
            names: What its tab, its file and its folders are called.
        """
        if plan.layout or plan.kind.name == "stated_figures":
            return
        # of folders the innermost says most
        called = [*names[:2], *reversed(names[2:])]
        if UNFILLED.search("/".join(called[:2])):
            raise SheetError(
                "it is called a template, an example or a test; another name was expected where its rows are true"
            )
        is_said_of_rows = SAID_OF_A_ROW & {rule.column for _, rule in plan.targets}
        if (word := UNCOUNTED.search("/".join(called))) and not is_said_of_rows:
            said = f"what it is called says that it does not count ({word[0]}), and no column of it does"
            raise SheetError(f"{said}; a status or an exclusion reason in each row, or another name, was expected")
        if plan.kind.name == "deaths":
            self._require_dead(plan.kind, [called[0], called[1].split("__")[0], *called[2:]])

    def _require_dead(self, kind: Kind, called: Sequence[str]) -> None:
        """Raise SheetError where a tab, else its file, else a folder is called like people who did not die."""
        for name in called:
            if DEAD.search(name) or kind in self.mapper.kinds_in(name):
                return
            if word := LIVING.search(name):
                said = f"it is called like a list of people who did not die ({word[0]}), and has the headings of deaths"
                raise SheetError(f"{said}; a list of the dead that is called so (deaths__…), or a layout, was expected")

    def may_be_earlier(self, plan: Plan, names: Sequence[str]) -> list[str]:
        """The sentence that says that a sheet may be a copy or an earlier state of another; none where no name does.

        Args:
            plan: How it is read. A layout that reads it says which sheets it is for.
            names: What its tab, its file and its folders are called.
        """
        found = next(filter(None, map(EARLIER.search, names)), None)
        return [MAY_BE_EARLIER.format(found[0].strip())] if found and not plan.layout else []

    def groups(self, plan: Plan, names: Sequence[str]) -> Groups:
        """What names say of all rows.

        Args:
            plan: How the sheet is read.
            names: What its tab and its file are called.
        """
        if plan.layout or not {*GROUPS} <= plan.kind.types.keys():
            return {}
        words = self.mapper.words_of_name(" ".join(names), LETTERS)
        codes = {name: [self._codes[name][word] for word in words if word in self._codes[name]] for name in GROUPS}
        number = len({word for word in words if any(word in self._codes[name] for name in GROUPS)})
        found = {name: frozenset(of) if len(of) == number else None for name, of in codes.items() if of}
        # that of women are adults nobody needs to be told
        return {name: of for name, of in found.items() if name == "sex" or "child" in codes[name]}

    def not_as_called(self, rows: pa.Table, plan: Plan, groups: Groups) -> list[int]:
        """The numbers of rows that do not say what their sheet is called, or say otherwise.

        Args:
            rows: The rows, as a reader gives them.
            plan: How they are read.
            groups: What the sheet is called.
        """
        number = rows.column("row_number").to_numpy()
        if any(rule.column == "birth_date" for _, rule in plan.targets):
            groups = {name: codes for name, codes in groups.items() if name == "sex"}
        others = [number[~self._says(rows, plan, name, codes)] for name, codes in groups.items()]
        return np.unique(np.concatenate(others)).tolist() if others else []

    def _says(self, rows: pa.Table, plan: Plan, name: str, codes: frozenset[str] | None) -> np.ndarray:
        """Whether each row says, in one of the columns that may, a code of a list, or one of some."""

        def of_words(words: pa.Array) -> pa.Array:
            written = [word or "" for word in words.to_pylist()]
            told = [self._codes[name].get(word) for word in self.mapper.fold(*written)]
            if name == "age_class":
                told = [one or other for one, other in zip(told, classes_told(self.mapper.con, written), strict=True)]
            return pa.array([code is not None and (codes is None or code in codes) for code in told], pa.bool_())

        columns = [f"c{i}" for i, rule in plan.targets if rule.column in GROUPS[name]]
        said = [by_distinct(rows.column(column), of_words).to_numpy(zero_copy_only=False) for column in columns]
        return np.logical_or.reduce([np.zeros(rows.num_rows, dtype=bool), *said])

    @cached_property
    def _codes(self) -> dict[str, dict[str, str]]:
        """By list and folded word, its code."""
        lines = [line for line in small_lists() if line[0] in GROUPS]
        folded = self.mapper.fold(*(spelling for _, _, spelling in lines))
        return {
            name: {word: code for word, (of, code, _) in zip(folded, lines, strict=True) if of == name}
            for name in GROUPS
        }
