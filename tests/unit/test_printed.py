"""Figures read out of text, construct by construct, in both languages; every sentence and name here is invented.

A row of a case: period, measure, party, category, value; where it is not exact, its hedge; `%` after a share.
"""

import csv
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from orchestration.printed.pages import ReportError, of_text, sentences
from orchestration.printed.reader import Reader
from orchestration.printed.report import read_sentences
from orchestration.printed.vocabulary import WORDS, Vocabulary
from tests.reading import REPORTS, Result, compared, invented_reports, ratios

PUBLISHED = date(2022, 4, 1)  # of a report of March
TITLE = "Deaths in Syria in March 2022\n\n"
ARABIC_TITLE = "تقرير الشبكة السورية لحقوق الإنسان عن آذار/ مارس 2022\n\n"


@cache
def vocabulary() -> Vocabulary:
    """The words, with a data root that has none of its own."""
    return Vocabulary(Path("/nonexistent"))


def read(text: str, published: date | None = PUBLISHED) -> Reader:
    return Reader(vocabulary(), of_text(text), published).read()


def rows(text: str, published: date | None = PUBLISHED) -> list[str]:
    """The figures of a text, a line each."""
    return [line(figure) for figure in read(text, published).figures]


def line(figure) -> str:
    hedge = "" if figure.hedge == "exact" else f" {figure.hedge}"
    value = f"{figure.value:g}{'%' if figure.unit == 'percent' else ''}{hedge}"
    return f"{period(figure)} {figure.measure} {figure.party} {figure.category} {value}"


def period(figure) -> str:
    first, last = figure.period.first, figure.period.last
    if first.day == 1 and (first.year, first.month) == (last.year, last.month) and last.day > 27:
        return f"{first:%Y-%m}"
    return f"{first}" if first == last else f"{first}..{last}"


def of_march(text: str) -> list[str]:
    """The figures of a sentence of a report of March 2022, without its month where it is that."""
    title = ARABIC_TITLE if any("\u0600" < letter < "\u06ff" for letter in text) else TITLE
    return [each.removeprefix("2022-03 ") for each in rows(title + text)]


ACTIVE_AND_PASSIVE = {
    "SNHR documented the killing of 40 civilians, including nine children and two women.": [
        "deaths ALL total 40", "deaths ALL children 9", "deaths ALL women 2",
    ],
    "Russian forces killed 12 civilians, while eight civilians, including one child, were killed by ISIS.": [
        "deaths russia total 12", "deaths isis total 8", "deaths isis children 1",
    ],
    "The SDF was responsible for the deaths of three of the 40 civilians, including a child.": [
        "deaths sdf total 3", "deaths sdf children 1",
    ],
    "Fourteen civilians were killed at the hands of Hay'at Tahrir al-Sham (HTS).": ["deaths hts total 14"],
    "وثقنا مقتل 40 مدنياً بينهم 9 أطفال وسيدتان.": [
        "deaths ALL total 40", "deaths ALL children 9", "deaths ALL women 2",
    ],
    "قتلت القوات الروسية 12 مدنياً، فيما قُتل 8 مدنيين بينهم طفل وسيدة على يد تنظيم داعش.": [
        "deaths russia total 12", "deaths isis total 8", "deaths isis children 1", "deaths isis women 1",
    ],
    "قتل منهم النظام السوري ١٤ مدنياً بينهم ٣ أطفال.": [
        "deaths assad_regime total 14", "deaths assad_regime children 3",
    ],
    "وقتلت قوات سوريا الديمقراطية مدنياً واحداً.": ["deaths sdf total 1"],
}  # fmt: skip

SHARED_AND_LEFT_OUT = {
    "Three medical personnel, two media workers, and one Civil Defense worker were killed by other parties.": [
        "deaths_medical other total 3", "deaths_media other total 2", "deaths_civil_defense other total 1",
    ],
    "Nine medical personnel were killed, including five who were killed by ISIS, and four who were killed by SDF.": [
        "deaths_medical ALL total 9", "deaths_medical isis total 5", "deaths_medical sdf total 4",
    ],
    "We documented 19 massacres. Ten of these massacres were perpetrated by Syrian regime forces, while three each were"
    " carried out by Russian forces and the SDF, with the remaining three massacres carried out by other parties.": [
        "massacres ALL total 19", "massacres assad_regime total 10", "massacres russia total 3",
        "massacres sdf total 3", "massacres other total 3",
    ],
    "We documented eight deaths due to torture. Of this total, five, including one child, were killed by Syrian regime"
    " forces, while two were killed by HTS, and one by SDF.": [
        "torture_deaths ALL total 8", "torture_deaths assad_regime total 5", "torture_deaths assad_regime children 1",
        "torture_deaths hts total 2", "torture_deaths sdf total 1",
    ],
    "وثقنا 9 مجازر، 5 منها على يد قوات النظام السوري و4 على يد القوات الروسية.": [
        "massacres ALL total 9", "massacres assad_regime total 5", "massacres russia total 4",
    ],
    "وثقنا مقتل 6 أشخاص تحت التعذيب، جميعهم على يد قوات النظام السوري.": [
        "torture_deaths ALL total 6", "torture_deaths assad_regime total 6",
    ],
}  # fmt: skip

TORTURE_AND_CAUSES = {
    "We documented the killing of 40 civilians, including two women, as well as five people who died due to torture.": [
        "deaths ALL total 40", "deaths ALL women 2", "torture_deaths ALL total 5",
    ],
    "Of these, 11 civilians were killed by the SDF, including one woman who died due to torture.": [
        "deaths sdf total 11", "torture_deaths sdf women 1",
    ],
    "Landmine explosions killed 21 civilians, including seven children.": [
        "deaths_landmine ALL total 21", "deaths_landmine ALL children 7",
    ],
    "Landmine and cluster bomblet explosions killed 21 civilians.": ["deaths_landmine_cluster ALL total 21"],
    "A total of 17 civilians were killed by other parties. Of these, six civilians were killed by the explosion of"
    " landmines, and 11 civilians by gunfire of unidentified source.": [
        "deaths other total 17", "deaths other/landmine_unidentified total 6",
        "deaths other/gunfire_unidentified total 11",
    ],
    "Two massacres took place at the hands of ISIS, killing 13 civilians, including five children.": [
        "massacres isis total 2", "massacre_deaths isis total 13", "massacre_deaths isis children 5",
    ],
    "We documented two massacres by ISIS. A total of 13 civilians were killed in the two massacres.": [
        "massacres isis total 2", "massacre_deaths isis total 13",
    ],
    "مقتل 40 مدنياً بينهم 9 أطفال وشخصان بسبب التعذيب.": [
        "deaths ALL total 40", "deaths ALL children 9", "torture_deaths ALL total 2",
    ],
    "وقوع مجزرتين اثنتين على يد جهات أخرى.": ["massacres other total 2"],
    "قتلت الألغام 21 مدنياً.": ["deaths_landmine ALL total 21"],
}  # fmt: skip

DETENTION_AND_ATTACKS = {
    "We documented at least 90 cases of arbitrary arrest/detention, including six children, 70 of which have"
    " subsequently been categorized as enforced disappearances.": [
        "detained ALL total 90 at_least", "detained ALL children 6", "disappeared ALL total 70",
    ],
    "Syrian regime forces arrested 50 individuals, including against two women, while HTS detained 12.": [
        "detained assad_regime total 50", "detained assad_regime women 2", "detained hts total 12",
    ],
    "Syrian regime forces released 20 detainees.": ["released assad_regime total 20"],
    "We documented at least 14 attacks on vital civilian facilities, four of which were carried out by the SDF.": [
        "facility_attacks ALL total 14 at_least", "facility_attacks sdf total 4",
    ],
    "We recorded 14 attacks on vital civilian facilities. Of these attacks, three were on schools.": [
        "facility_attacks ALL total 14", "facility_attacks ALL type:school 3",
    ],
    "ما لا يقل عن 90 حالة اعتقال تعسفي بينها 6 أطفال و3 سيدات، تحول 70 منها إلى حالات اختفاء قسري.": [
        "detained ALL total 90 at_least", "detained ALL children 6", "detained ALL women 3", "disappeared ALL total 70",
    ],
    "سجلنا 7 حوادث اعتداء على مراكز حيوية مدنية، 5 منها على يد قوات النظام السوري.": [
        "facility_attacks ALL total 7", "facility_attacks assad_regime total 5",
    ],
    "إفراج النظام السوري عن 19 شخصاً بينهم 3 أطفال.": [
        "released assad_regime total 19", "released assad_regime children 3",
    ],
}  # fmt: skip

SAID_BY_THE_WAY = {
    "The SDF and HTS were implicated in the deaths of four and two civilians, respectively.": [
        "deaths sdf total 4", "deaths hts total 2",
    ],
    "The SDF and HTS killed six civilians.": ["deaths sdf + hts total 6"],
    "The report attributes the deaths of six civilians to ISIS.": ["deaths isis total 6"],
    "Six people died under torture, five of them in the custody of HTS and one in SDF custody.": [
        "torture_deaths ALL total 6", "torture_deaths hts total 5", "torture_deaths sdf total 1",
    ],
    "Nine civilians – six children and three women – were killed in Israeli airstrikes.": [
        "deaths israel total 9", "deaths israel children 6", "deaths israel women 3",
    ],
    "Despite the fall of the Assad regime, 40 civilians were killed.": ["deaths ALL total 40"],
    "Eight civilians (two children and one woman) were killed by ISIS.": [
        "deaths isis total 8", "deaths isis children 2", "deaths isis women 1",
    ],
    "40 civilians were killed, 20 of whom were killed by ISIS, most of them in Homs.": [
        "deaths ALL total 40", "deaths isis total 20",
    ],
    "The victims included 12 children and seven women.": [],  # of whom nothing was told yet
    "40 civilians were killed. The victims included 12 children and seven women.": [
        "deaths ALL total 40", "deaths ALL children 12", "deaths ALL women 7",
    ],
    "40 civilians were killed, as well as victims who died due to torture.": ["deaths ALL total 40"],
    "8 مدنيين (طفلان وسيدة) على يد تنظيم داعش قتلوا.": [
        "deaths isis total 8", "deaths isis children 2", "deaths isis women 1",
    ],
    "قُتل 30 مدنياً، و4 آخرون على يد مجموعات مسلحة مرتبطة بالنظام.": [
        "deaths ALL total 30", "deaths مجموعات مسلحة مرتبطة بالنظام total 4",
    ],
    "مقتل 40 مدنياً إضافة إلى ضحايا قضوا تحت التعذيب.": ["deaths ALL total 40"],
    "Fifty barrel bombs were dropped by Russian forces, which killed 12 civilians.": ["deaths russia total 12"],
    "We documented four massacres, in which 30 civilians were killed.": [
        "massacres ALL total 4", "massacre_deaths ALL total 30",
    ],
    "The SDF arrested 129 people, 90 of whom were released.": ["detained sdf total 129", "released sdf total 90"],
    "ISIS killed 12 civilians compared to 20 in February.": ["deaths isis total 12"],
    "ISIS killed one doctor and two journalists.": ["deaths_medical isis total 1", "deaths_media isis total 2"],
    "40 people attended the funeral of civilians killed by ISIS.": [],
    "21 medical and Civil Defense personnel were killed.": [],
    "Six people died under torture, four of them in the custody of HTS, two others in the custody of ISIS.": [
        "torture_deaths ALL total 6", "torture_deaths hts total 4", "torture_deaths isis total 2",
    ],
    "We documented the killing of 179 civilians by ISIS, among them were 29 children.": [
        "deaths isis total 179", "deaths isis children 29",
    ],
    "The SDF killed 20 people; 15 of them were civilians, including two children.": [
        "deaths sdf total 20", "deaths sdf total 15", "deaths sdf children 2",
    ],
    "ISIS killed 90 civilians (three children a day), including 20 children. Six people die under torture a day.": [
        "deaths isis total 90", "deaths isis children 20",
    ],
    "تسببت المجازر بمقتل 13 مدنياً.": ["massacre_deaths ALL total 13"],
    "We documented 90 arrests. Homs saw the highest number with 40 cases, followed by Hama with 12 cases.": [
        "detained ALL total 90", "detained ALL gov:Homs 40", "detained ALL gov:Hama 12",
    ],
    "A total of 60 of the detainees have been categorized as forcibly disappeared.": ["disappeared ALL total 60"],
    "Two girls and three boys were killed.": ["deaths ALL girls 2", "deaths ALL boys 3"],
    "القوات المخترعة مسؤولة عن مقتل 12 مدنياً.": ["deaths القوات المخترعة total 12"],
}  # fmt: skip

SHARES_AND_ZERO = {
    "Idlib and Homs governorates followed, with about 14 and 13 percent respectively of all deaths.": [],  # 14 what
    "إدلب وحمص بنسبة 14% و13% على الترتيب من حصيلة الضحايا.": [
        "deaths_share ALL gov:Idlib 14%", "deaths_share ALL gov:Homs 13%",
    ],
    "Homs governorate saw the highest number of civilian deaths, accounting for about 35 percent, followed by Hama"
    " governorate with 20 percent.": ["deaths_share ALL gov:Homs 35% approx", "deaths_share ALL gov:Hama 20%"],
    "Bombings by unidentified parties accounted for 24 percent of all deaths.": [
        "deaths_share other/bombing_unidentified total 24%",
    ],
    "We recorded no deaths among medical personnel.": ["deaths_medical ALL total 0"],
    "We documented no massacres.": ["massacres ALL total 0"],
    "تصدرت محافظة حمص بنسبة قرابة 35% من حصيلة الضحايا، تلتها محافظة حماة بنسبة 20%.": [
        "deaths_share ALL gov:Homs 35% approx", "deaths_share ALL gov:Hama 20%",
    ],
    "لم نسجل أي مجزرة.": ["massacres ALL total 0"],
}  # fmt: skip

HEDGES = {
    "More than 40 civilians were killed.": ["deaths ALL total 40 over"],
    "No fewer than 40 civilians were killed.": ["deaths ALL total 40 at_least"],
    "Fewer than 40 civilians were killed.": ["deaths ALL total 40 under"],
    "Approximately 1,040 civilians were killed.": ["deaths ALL total 1040 approx"],
    "One hundred and twenty-five civilians were killed.": ["deaths ALL total 125"],
    "مقتل نحو 40 مدنياً.": ["deaths ALL total 40 approx"],
    "مقتل أكثر من ألفين و797 مدنياً.": ["deaths ALL total 2797 over"],
    "مقتل مئة وخمسة وعشرين مدنياً.": ["deaths ALL total 125"],
}

NO_FIGURES = [
    "A 31-year-old man named Invented Person and two 11-year-old boys were shot dead.",
    "For the 12th consecutive year, civilians are being killed.",
    "The 20-page report draws upon resolution 2254 and Articles 27, 31, and 32.",
    "We use the term 'massacre' to refer to an incident in which no fewer than five peaceful individuals were killed.",
    "On July 9, 2021, five civilians were killed by a car bomb.",
    "All three victims were killed in the same incident.",
    "The forces killed hundreds of thousands of Syrians over 12 years.",
    "Call +963 11 555 0100 about victims who were killed.",
    "Three others were injured.",
    "Seven observations stood out among those killed.",
    "Barrel bombs killed 20 civilians.",
    "Explosions killed 20 civilians.",
    "Children and women were 48 percent of those killed.",
    "Children and women were 48 percent of those killed by ISIS.",
    "On March 9, 2022, a shell fell on a house where people were killed. Five civilians were killed in all.",
    "مقتل 12 مدنياً لقوات سوريا الديمقراطية.",
    "In the past 24 hours, 11 civilians were killed.",
    "يوم الأربعاء 9 آذار 2022 قتل 5 مدنيين في قصف.",
    "قرار مجلس الأمن رقم 2254 بشأن القتلى المدنيين.",
    "قتل رجل عمره 31 عاماً.",
    "أصيب 14 مدنياً بجروح.",
]


CASES = (
    ACTIVE_AND_PASSIVE
    | SHARED_AND_LEFT_OUT
    | TORTURE_AND_CAUSES
    | DETENTION_AND_ATTACKS
    | SHARES_AND_ZERO
    | HEDGES
    | SAID_BY_THE_WAY
)


@pytest.mark.parametrize("text", CASES)
def test_a_construct_gives_its_figures(text: str) -> None:
    assert of_march(text) == CASES[text]


@pytest.mark.parametrize("text", NO_FIGURES)
def test_what_is_no_figure_gives_none(text: str) -> None:
    assert of_march(text) == []


PERIODS = {
    "Civilians killed in the first half of 2021: 40 civilians were killed.": "2021-01-01..2021-06-30",
    "Between March 2011 and June 2021, 40 civilians were killed.": "2011-03-01..2021-06-30",
    "From January to March 2022, 40 civilians were killed.": "2022-01-01..2022-03-31",
    "Since the beginning of 2022, 40 civilians were killed.": "2022-01-01..2022-03-31",
    "40 civilians have been killed so far this year.": "2022-01-01..2022-03-31",
    "From March 2011 to March 2022, 40 civilians were killed.": "2011-03-01..2022-03-31",
    "Last month, 40 civilians were killed.": "2022-03",
    "In February, 40 civilians were killed.": "2022-02",
    "In December, 40 civilians were killed.": "2021-12",
    "40 civilians were killed in 2021, all of them in December 2021.": "2021-01-01..2021-12-31",
    "Between 6 and 10 March 2022, 40 civilians were killed.": "2022-03-06..2022-03-10",
    "مقتل 40 مدنياً في كانون الثاني/ يناير 2022.": "2022-01",
    "مقتل 40 مدنياً في يناير 2022.": "2022-01",
    "مقتل 40 مدنياً في النصف الأول من عام 2021.": "2021-01-01..2021-06-30",
    "مقتل 40 مدنياً منذ بداية عام 2022.": "2022-01-01..2022-03-31",
    "مقتل 40 مدنياً منذ آذار/ مارس 2011 حتى حزيران/ يونيو 2021.": "2011-03-01..2021-06-30",
    "مقتل 40 مدنياً خلال عام 2021.": "2021-01-01..2021-12-31",
    "مقتل 40 مدنياً الشهر الماضي.": "2022-03",
}


@pytest.mark.parametrize("text", PERIODS)
def test_a_figure_is_of_the_days_it_names(text: str) -> None:
    title = TITLE if text.isascii() else ARABIC_TITLE
    assert [period(figure) for figure in read(title + text).figures] == [PERIODS[text]]


def test_a_month_goes_on_to_the_sentences_after_it_and_a_sum_does_not() -> None:
    assert rows(
        TITLE + "In February, 30 civilians were killed, bringing the number of civilians killed since the beginning of"
        " 2022 to 90. ISIS killed four civilians."
    ) == [
        "2022-02 deaths ALL total 30", "2022-01-01..2022-03-31 deaths ALL total 90", "2022-02 deaths isis total 4",
    ]  # fmt: skip


def test_the_lines_of_a_list_are_of_what_introduces_it() -> None:
    assert of_march(
        "The victims who died due to torture are distributed as follows:\n\n- Syrian regime forces: Three victims.\n"
        "- Forces of the Invented Coast: 2\n\nB. Other parties:\n\n- Jordanian forces: One victim.\n"
    ) == [
        "torture_deaths assad_regime total 3", "torture_deaths Forces of the Invented Coast total 2",
        "torture_deaths other/jordan total 1",
    ]  # fmt: skip


def test_lines_without_an_introduction_are_of_what_was_told_last() -> None:
    text = "We documented three deaths due to torture, raising the toll since the beginning of 2022 to nine.\n\n"
    assert of_march(text + "- Syrian regime forces: 3\n\n- Office: 12\n") == [
        "torture_deaths ALL total 3", "2022-01-01..2022-03-31 torture_deaths ALL total 9",
        "torture_deaths assad_regime total 3",
    ]  # fmt: skip


def test_the_lines_of_a_list_of_one_party_are_of_it() -> None:
    text = (
        "We documented the killing of 70 people by ISIS, distributed as follows:\n\nA. 53 civilians, and two women.\n"
    )
    assert of_march(text) == ["deaths isis total 70", "deaths isis total 53", "deaths isis women 2"]


def test_the_lines_of_a_list_may_be_governorates() -> None:
    text = "The death toll is distributed by governorate as follows:\n\n- Homs: 30 civilians\n- Rif Dimashq: 12\n"
    assert of_march(text) == ["deaths ALL gov:Homs 30", "deaths ALL gov:Rural Damascus 12"]


def test_a_party_that_nobody_knows_is_kept_as_printed() -> None:
    assert of_march("The Banner of the Invented Valley killed four civilians.") == [
        "deaths Banner of the Invented Valley total 4"
    ]
    assert of_march("Four civilians were killed at the hands of the Invented Brigade.") == [
        "deaths Invented Brigade total 4"
    ]
    assert of_march("مقتل 4 مدنيين على يد كتائب الوادي المخترع.") == ["deaths كتائب الوادي المخترع total 4"]


def test_a_short_word_is_no_acronym_of_a_party() -> None:
    assert of_march("Four civilians were killed by IS.") == ["deaths isis total 4"]
    (is_word,) = vocabulary().marks(["is"])
    assert not any("party" in mark for mark in is_word)


def test_forces_of_the_government_are_those_of_the_time() -> None:
    text = "Deaths in {}\n\nGovernment forces killed four civilians."
    assert rows(text.format("March 2014"), None) == ["2014-03 deaths assad_regime total 4"]
    assert rows(text.format("March 2025"), None) == ["2025-03 deaths transitional_government total 4"]


def test_a_claim_of_somebody_else_is_a_claim() -> None:
    said = "The Syrian Observatory said that over 70 people were killed since Thursday, including 40 civilians."
    assert rows(said, date(2025, 3, 11)) == [
        "2025-03-06..2025-03-11 claim_killed_all SOHR total 70 over",
        "2025-03-06..2025-03-11 claim_killed_civilians SOHR total 40",
    ]
    assert rows(TITLE + "SNHR documented the killing of 40 civilians.") == ["2022-03 deaths ALL total 40"]
    by_party = "The Syrian Observatory for Human Rights said that ISIS killed 40 {} in March 2022, and the SDF three."
    assert [(each.claimant, line(each)) for each in read(by_party.format("civilians")).figures] == [
        ("SOHR", "2022-03 deaths isis total 40"), ("SOHR", "2022-03 deaths sdf total 3"),
    ]  # fmt: skip
    # of whom the party of all those killed is, a sheet cannot say
    of_all = read(by_party.format("people"))
    assert (of_all.figures, len(of_all.not_understood)) == ([], 2)
    # nor is it, where it is not said beside the number
    loose = read("The Syrian Observatory said that ISIS attacked a town in March 2022, with 40 civilian deaths.")
    assert (loose.figures, len(loose.not_understood)) == ([], 1)


CLAIMS_OF_A_PARTY = {
    "The SDF said that 45 civilians were killed in Turkish shelling.": ["sdf deaths turkiye total 45"],
    "According to the SDF, 45 civilians were killed.": ["sdf claim_killed_civilians sdf total 45"],
    "The Syrian government claimed that ISIS killed 15 civilians.": ["assad_regime deaths isis total 15"],
    # what it did itself
    "The SDF said it killed three civilians.": ["sdf deaths sdf total 3"],
    "The SDF announced the release of 14 detainees.": [" released sdf total 14"],
    # what is said of it
    "Residents said the SDF killed 45 civilians.": [" deaths sdf total 45"],
    # in its own part of a sentence alone
    "We documented the killing of 53 civilians, while the SDF said that 60 civilians were killed.": [
        " deaths ALL total 53", "sdf claim_killed_civilians sdf total 60",
    ],
    "زعم النظام السوري أن تنظيم داعش قتل 15 مدنياً.": ["assad_regime deaths isis total 15"],
    "بحسب قسد، قُتل 45 مدنياً.": ["sdf claim_killed_civilians sdf total 45"],
    "قالت قسد إنها قتلت ثلاثة مدنيين.": ["sdf deaths sdf total 3"],
}  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), CLAIMS_OF_A_PARTY.items())
def test_what_a_party_says_is_its_claim(said: str, expected: list[str]) -> None:
    title = "الضحايا في سوريا في آذار 2022\n\n" if any("\u0600" < letter < "\u06ff" for letter in said) else TITLE
    told = [f"{each.claimant} {line(each).removeprefix('2022-03 ')}" for each in read(title + said).figures]
    assert told == expected


NAMES_OF_ONE_PARTY = {
    "Hay'at Tahrir al-Sham, formerly the Nusra Front, killed four civilians.": ["deaths hts total 4"],
    "Four civilians were killed by the SDF, led by the YPG, and nine by Daesh, also known as the Islamic State.": [
        "deaths sdf total 4", "deaths isis total 9",
    ],
    "The Syrian regime and Assad's forces killed 12 civilians.": ["deaths assad_regime total 12"],
    "12 civilians were killed by the Syrian regime and Assad's forces.": ["deaths assad_regime total 12"],
    "The SDF killed 45 ISIS fighters and arrested 12 people.": [
        "combatants_killed sdf total 45", "detained sdf total 12",
    ],
    "قتلت هيئة تحرير الشام، جبهة النصرة سابقاً، 4 مدنيين.": ["deaths hts total 4"],
    "قتلت قوات سوريا الديمقراطية بقيادة وحدات حماية الشعب 4 مدنيين.": ["deaths sdf total 4"],
}  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), NAMES_OF_ONE_PARTY.items())
def test_two_names_of_one_party_are_one_party(said: str, expected: list[str]) -> None:
    assert of_march(said) == expected


WHO_DID_IT = {
    # a list that begins with everybody lays on the first no more than its own
    "SNHR documented the killing of 70 civilians: 31 by the Syrian regime, 39 by other parties.": [
        "deaths ALL total 70", "deaths assad_regime total 31", "deaths other total 39",
    ],
    "Two civilians were killed by a drone strike blamed on Turkey.": ["deaths turkiye total 2"],
    "The HTS-led government arrested 14 people.": ["detained hts total 14"],
    # of a governorate a sheet tells no children apart
    "Aleppo: 14 killed; Idlib: 9 killed, including two children.": [
        "deaths ALL gov:Aleppo 14", "deaths ALL gov:Idlib 9",
    ],
    "حلب: 14 قتيلاً، إدلب: 9 قتلى.": ["deaths ALL gov:Aleppo 14", "deaths ALL gov:Idlib 9"],
    # what somebody denies nobody says
    "The Syrian government denied that its forces killed 31 civilians.": [],
    "نفى النظام السوري مقتل 31 مدنياً على يد قواته.": [],
}  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), WHO_DID_IT.items())
def test_who_did_it_and_where_is_read_beside_its_number(said: str, expected: list[str]) -> None:
    assert of_march(said) == expected


HALF_A_YEAR = "Deaths in Syria in the first half of 2022\n\n"
MONTHS = ["2022-01 deaths ALL total 54", "2022-02 deaths ALL total 61", "2022-03 deaths ALL total 70"]


@pytest.mark.parametrize(
    "said",
    [
        "January: 54 killed. February: 61 killed. March: 70 killed.",
        "Month by month, January: 54 killed, February: 61 killed, March: 70 killed.",
        "Civilian deaths by month – January: 54; February: 61; March: 70.",
        "In all, we documented the killing of civilians in each month:\n\nJanuary: 54\n\nFebruary: 61\n\nMarch: 70",
    ],
)
def test_months_told_in_a_row_are_months(said: str) -> None:
    assert rows(f"{HALF_A_YEAR}The report was written by hand.\n\n{said}") == MONTHS


def test_of_months_in_a_row_that_count_nothing_each_is_listed() -> None:
    reader = read(HALF_A_YEAR + "January: 54, February: 61.")
    assert (reader.figures, [each.number for each in reader.not_understood]) == ([], ["54", "61"])


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Civilian deaths, January to June 2022", "2022-01-01..2022-06-30"),
        ("Deaths in Syria January – June 2022", "2022-01-01..2022-06-30"),
        ("Civilian casualties in Syria: 1 January - 30 June 2022", "2022-01-01..2022-06-30"),
        ("Toll of the week 6-12 June 2022", "2022-06-06..2022-06-12"),
        ("Deaths in Syria, March 2011 – March 2022", "2011-03-01..2022-03-31"),
        ("The toll of winter, November to February 2022", "2021-11-01..2022-02-28"),
        ("Q1 2022: civilian deaths", "2022-01-01..2022-03-31"),
        ("Annual Report 2021", "2021-01-01..2021-12-31"),
        ("التقرير السنوي 2021", "2021-01-01..2021-12-31"),
        ("حصيلة الضحايا كانون الثاني - حزيران 2022", "2022-01-01..2022-06-30"),
        ("حصيلة الضحايا كانون الثاني إلى حزيران 2022", "2022-01-01..2022-06-30"),
    ],
)
def test_a_title_says_its_months_without_from(title: str, expected: str) -> None:
    said = "وثقنا مقتل 53 مدنياً." if title[0] > "\u0600" else "We documented the killing of 53 civilians."
    assert rows(f"{title}\n\n{said}", date(2022, 7, 4)) == [f"{expected} deaths ALL total 53"]


def test_a_sentence_ends_where_a_page_lost_the_space_behind_it() -> None:
    said = "ISIS attacked the town.We documented the killing of 40 civilians."
    assert of_march(said) == ["deaths ALL total 40"]


def test_printed_twice_alike_it_is_proposed_once_and_with_another_value_again() -> None:
    twice = "{} civilians were killed. Meanwhile, {} civilians were killed."
    assert of_march(twice.format(40, 40)) == ["deaths ALL total 40"]
    assert of_march(twice.format(40, 41)) == ["deaths ALL total 40", "deaths ALL total 41"]


def test_what_is_told_of_one_day_is_none_of_the_month_and_is_listed() -> None:
    reader = read(TITLE + "On March 9, 2022, five civilians were killed by ISIS. Two of them were children.")
    assert reader.figures == []
    assert {each.number for each in reader.not_understood} == {"five", "Two"}


def test_a_day_may_be_said_from_outside_and_else_there_is_none() -> None:
    text = "Last month, 40 civilians were killed."
    assert rows(text, PUBLISHED) == ["2022-03 deaths ALL total 40"]
    reader = read(text, None)
    assert (reader.figures, [each.reason for each in reader.not_understood]) == ([], ["no day or month is named"])


def test_a_statement_is_of_days_and_its_counts_are_of_who_acts_in_it() -> None:
    text = (
        "A statement of SNHR\n\nOn March 9, 2022, ISIS stormed two villages. Twelve civilians were killed.\n\n"
        "Since March 2011, 70 civilians were killed.\n"
    )
    assert rows(text) == ["2022-03-09 deaths isis total 12", "2011-03-01..2022-04-01 deaths ALL total 70"]


def test_numbers_that_stand_with_what_is_counted_and_are_not_placed_are_listed() -> None:
    reader = read(TITLE + "Ten different civilians and 14 wounded. Barrel bombs killed 20 civilians.")
    assert [(each.number, each.sentence.text[:3]) for each in reader.not_understood] == [
        ("Ten", "Ten"), ("14", "Ten"), ("20", "Bar"),
    ]  # fmt: skip


def test_sections_and_titles_say_where_a_figure_stands() -> None:
    text = "40 civilians killed in March 2022\n\nIV. Toll\n\nA. By party\n\nISIS killed four civilians.\n"
    assert [figure.location for figure in read(text).figures] == ["title", "IV.A"]


def test_lines_of_a_table_of_contents_and_what_a_page_hides_are_not_read(tmp_path: Path) -> None:
    assert rows("I. 40 civilians killed in March 2022\t3\n") == []
    page = tmp_path / "page.html"
    page.write_text(
        "<!doctype html><!-- 60 --><nav>40 civilians killed in 2021</nav><div>In 2021, <b>50</b> civilians were killed."
        "<ul><li>ISIS: 3<br>HTS: 2</li></ul></div><h2>Toll</h2>"
    )
    assert [(sentence.text, sentence.kind) for sentence in sentences(page)] == [
        ("In 2021, 50 civilians were killed.", "text"), ("ISIS: 3", "item"), ("HTS: 2", "item"), ("Toll", "heading"),
    ]  # fmt: skip


def test_a_line_that_was_broken_goes_on() -> None:
    broken = "In March 2022, forty\ncivilians were killed by\nISIS. Dr. Invented\nspoke."
    assert [sentence.text for sentence in of_text(broken)] == [
        "In March 2022, forty civilians were killed by ISIS.", "Dr. Invented spoke.",
    ]  # fmt: skip


def pdf(*pages: str) -> bytes:
    """The smallest PDF: pages of one line."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>"
        % (b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(len(pages))), len(pages)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number, text in enumerate(pages):
        drawn = f"BT /F 12 Tf 40 700 Td ({text}) Tj ET".encode()
        frame = b"/MediaBox[0 0 612 792]/Resources<</Font<</F 3 0 R>>>>"
        parts.append(b"<</Type/Page/Parent 2 0 R%s/Contents %d 0 R>>" % (frame, 5 + 2 * number))
        parts.append(b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn))
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(parts) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return body + end % (size, table, size, len(body))


def test_a_pdf_is_read_page_by_page_and_a_sentence_goes_on_over_the_foot_of_a_page(tmp_path: Path) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(pdf("In March 2022, 40 civilians", "1", "were killed.", "Four of them were children."))
    assert [(each.text, each.page) for each in sentences(report)] == [
        ("In March 2022, 40 civilians were killed.", 1), ("Four of them were children.", 4),
    ]  # fmt: skip
    report.write_bytes(b"%PDF-1.4 and no more")
    with pytest.raises(ReportError, match="cannot be read"):
        sentences(report)
    report.write_bytes(pdf(""))
    with pytest.raises(ReportError, match="no text in it"):
        sentences(report)


def test_chapters_are_numbered_in_both_languages_and_a_heading_may_name_the_party() -> None:
    text = TITLE + "IV. Toll\n\nA. Russian forces\n\nWe documented the killing of four civilians.\n\nV. Conclusions\n\n"
    assert [(each.location, each.party) for each in read(text).figures] == [("IV.A", "russia")]
    arabic = ARABIC_TITLE + "رابعاً: حصيلة الضحايا\n\nمقتل 4 مدنيين.\n"
    assert [each.location for each in read(arabic).figures] == ["IV"]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text(" \n")
    with pytest.raises(ReportError, match="no text in it"):
        sentences(empty)


def test_a_sheet_tells_two_values_of_one_figure_apart_by_where_they_stand() -> None:
    text = TITLE + "40 civilians were killed. In March 2022, 41 civilians were killed, 12 of them by ISIS."
    told = read_sentences(of_text(text), vocabulary(), PUBLISHED, "invented")
    assert [(row["location"], row["value"]) for row in told.figures] == [("body", 40), ("body (2)", 41), ("body", 12)]
    assert {(row["document"], row["published_on"], row["page"]) for row in told.figures} == {
        ("invented", PUBLISHED, None)
    }
    assert (told.first, told.last) == (date(2022, 3, 1), date(2022, 3, 31))


def test_every_kind_of_word_is_one_that_the_grammar_asks_for() -> None:
    with WORDS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    asked = "\n".join(path.read_text("utf-8") for path in WORDS.parent.glob("*.py"))
    assert {row["kind"] for row in rows if f'"{row["kind"]}"' not in asked} == set()
    assert len({(row["kind"], row["code"], row["spelling"]) for row in rows}) == len(rows)


def test_invented_reports_are_read_as_a_person_reads_them() -> None:
    results = list(invented_reports(vocabulary()))
    assert len(results) == len(list(REPORTS.glob("*.csv"))) >= 5
    assert [
        (result.name, result.missed, result.invented) for result in results if result.missed or result.invented
    ] == []
    assert ratios(results) == (1, 1)


def test_a_comparison_tells_what_is_missed_and_what_is_invented(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_text("In March 2022, 40 civilians were killed, including two children.")
    first = ("2022-03-01", "2022-03-31", "deaths", "ALL", "total", "40", "count", "exact")
    missing = (*first[:5], "41", *first[6:])
    result = compared(report, vocabulary(), {first, missing})
    assert (result.right, result.missed) == ({first}, {missing})
    assert list(result.invented) == [(*first[:4], "children", "2", *first[6:])]
    assert ratios([result]) == (0.5, 0.5)
    assert ratios([Result("none", frozenset(), frozenset(), {})]) == (0, 0)


def test_lines_that_begin_with_a_label_are_sentences_of_their_own() -> None:
    text = "By month\nJanuary: 14 killed\nFebruary: 18 killed\n16 attacks targeted schools and\nmarkets."
    assert [each.text for each in of_text(text)][-3:] == [
        "January: 14 killed",
        "February: 18 killed",
        "16 attacks targeted schools and markets.",
    ]
