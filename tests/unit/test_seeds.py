"""The code lists agree with themselves: one spelling one code, every party in every scheme, areas under parents."""

from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.intake import duckdb_session

PROJECT = Path(__file__).parents[2] / "dbt_project"
SEEDS = {
    seed["name"]: seed
    for seed in yaml.load((PROJECT / "seeds" / "seeds.yml").read_text("utf-8"), Loader=yaml.CSafeLoader)["seeds"]
}

# list of codes -> (its seed, the seed of its aliases); the code's column bears the same name in both
LISTS = {
    "party": ("parties", "party_aliases"),
    "governorate": ("governorates", "governorate_aliases"),
    "mechanism": ("mechanisms", "mechanism_aliases"),
    "facility_type": ("facility_types", "facility_type_aliases"),
    "role": ("roles", "role_aliases"),
    "incident_kind": ("incident_kinds", "incident_kind_aliases"),
    "exclusion_reason": ("exclusion_reasons", "exclusion_reason_aliases"),
    "post_fall_channel": ("post_fall_channels", "post_fall_channel_aliases"),
}
WITH_ALIASES = [*((code, *seeds) for code, seeds in LISTS.items()), ("area", "admin_areas", "area_aliases")]


def _spellings() -> str:
    """SQL of every spelling of every code, with its days: the code itself, its two names and its aliases."""
    own = [
        f"""select '{code}' as list, unnest([{code}, name_en, name_ar]) as spelling, {code} as code from {seed}
            union all by name
            select '{code}' as list, alias as spelling, {code} as code, * exclude (alias, {code}, note)
            from {aliases}"""
        for code, (seed, aliases) in LISTS.items()
    ]
    small = """select code_list as list, unnest([code, name_en, name_ar]) as spelling, code from codes
        union all by name select code_list as list, alias as spelling, code from code_aliases"""
    lines = "select scheme as list, unnest([bucket, name_en, name_ar]) as spelling, bucket as code from scheme_lines"
    # an area is looked up at its level; an alias belongs to the level of its area
    areas = """select 'area level ' || level as list, unnest([area, name_en, name_ar]) as spelling, area as code
        from admin_areas union all by name
        select 'area level ' || level as list, alias as spelling, area as code
        from area_aliases join admin_areas using (area)"""
    return " union all by name ".join([*own, small, lines, areas])


# what a party may be called, as stg_known_spellings.sql says it: a name or an alias, else what is made of one
CALLED = """
    create table called as
    select folded, code, coalesce(valid_from, date '0001-01-01') as valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to
    from (
        select *, false as is_made from spellings where list = 'party'
        union all by name
        select * replace (unnest(also_called('parties', spelling, folded)) as folded), true as is_made
        from spellings where list = 'party'
    )
    qualify is_made = min(is_made) over (partition by folded)
"""


@pytest.fixture(scope="module")
def lists() -> duckdb.DuckDBPyConnection:
    """Every seed as a table of its declared types, and all spellings folded."""
    con = duckdb.connect()
    con.execute((PROJECT / "functions.sql").read_text("utf-8"))
    for name, seed in SEEDS.items():
        con.execute(
            f"create table {name} as from read_csv(?, header=true, types=?)",
            [str(PROJECT / "seeds" / f"{name}.csv"), seed["config"]["column_types"]],
        )
    con.execute(f"create table spellings as select *, fold(spelling) as folded from ({_spellings()})")
    con.execute(CALLED)
    return con


def test_every_code_is_in_the_type_of_codes(lists):
    """A code that were not would stop the run at the first sheet that carries it."""
    duckdb_session.define_codes(lists, [])
    places = ["scheme from schemes", "bucket from scheme_lines", "cause_group from cause_groups",
              "measure from measures", "basis from breakdowns"]  # fmt: skip
    others = " union all ".join(f"select {place}" for place in places)
    codes = f"select code from spellings where not starts_with(list, 'area ') union all {others}"
    assert lists.execute(f"select code from ({codes}) where try_cast(code as code) is null").fetchall() == []


@pytest.mark.parametrize("seed", SEEDS)
def test_columns_are_declared(lists, seed):
    """Header, described columns and column types name the same columns, in the same order."""
    header = [row[0] for row in lists.execute(f"describe {seed}").fetchall()]
    assert header == [column["name"] for column in SEEDS[seed]["columns"]]
    assert header == list(SEEDS[seed]["config"]["column_types"])
    assert all(column["description"] for column in SEEDS[seed]["columns"])
    assert SEEDS[seed]["description"].startswith("One row ")


def test_one_spelling_one_code(lists):
    """Within a list a folded spelling means one code at a time; only Suran, of Aleppo and of Hama, is twice a name."""
    rows = lists.sql("""
        select distinct one.list, one.folded from spellings one join spellings other using (list, folded)
        where one.code != other.code
            and coalesce(one.valid_from, date '0001-01-01') <= coalesce(other.valid_to, date '9999-12-31')
            and coalesce(other.valid_from, date '0001-01-01') <= coalesce(one.valid_to, date '9999-12-31')
        order by all""").fetchall()
    assert rows == [("area level 3", "suran"), ("area level 3", "صوران")]


def test_a_party_is_called_what_no_other_is(lists):
    """What is made of a spelling (its forces, with or without the article) means one party at a time too."""
    rows = lists.sql("""
        select distinct folded from called one join called other using (folded)
        where one.code != other.code and one.valid_from <= other.valid_to and other.valid_from <= one.valid_to""")
    assert rows.fetchall() == []


def test_every_spelling_of_a_party_that_reports_use_is_known(lists):
    """The words of the five documents, of the review and of other monitors and news, on their day."""
    path = str(Path(__file__).parent / "party_spellings.csv")
    rows = lists.execute(
        """
        select written, day, party, list(distinct code) filter (where code is not null)
        from read_csv(?, header = true) as met
        left join called on fold(written) = folded and day between valid_from and valid_to
        group by all having list(distinct code) is distinct from [party]
        """,
        [path],
    )
    assert rows.fetchall() == []


@pytest.mark.parametrize(("code", "seed", "aliases"), WITH_ALIASES)
def test_aliases_lead_to_codes_once(lists, code, seed, aliases):
    """An alias stands once in its seed, or once a stretch of days, is never empty, and leads to a code that exists."""
    days = ", valid_from" if code == "party" else ""
    twice = f"select fold(alias) from {aliases} group by fold(alias){days} having count(*) > 1 or fold(alias) = ''"
    assert not lists.sql(twice).fetchall()
    assert not lists.sql(f"from {aliases} anti join {seed} using ({code})").fetchall()


def test_small_aliases_lead_to_codes_once(lists):
    """The same holds for the small lists, each by itself."""
    twice = "select code_list, fold(alias) from code_aliases group by all having count(*) > 1 or fold(alias) = ''"
    assert not lists.sql(twice).fetchall()
    assert not lists.sql("from code_aliases anti join codes using (code_list, code)").fetchall()


def test_names_are_written_in_their_letters(lists):
    """Each code has a name in Latin and one in Arabic letters, without spaces at the ends."""
    rows = lists.sql(r"""
        select list, code from spellings group by all
        having not bool_or(regexp_matches(spelling, '[A-Za-z]')) or not bool_or(regexp_matches(spelling, '\p{Arabic}'))
            or bool_or(spelling <> trim(spelling)) or bool_or(spelling is null)""").fetchall()
    assert not rows


def test_a_code_is_never_read_as_not_known(lists):
    """No code and no alias is one of the words for not known, or it could not be written in a sheet."""
    unsaid = lists.sql("select list, spelling from spellings where known(spelling) is null").fetchall()
    # printed figures have such a category, and words of their own for it (printed_word)
    assert unsaid == [("category", "unknown")]


def test_lists_of_the_contract_exist(lists):
    """Every code list a sheet's column refers to is here."""
    contract = yaml.load((PROJECT / "models" / "staging" / "received.yml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    columns = [column for table in contract["sources"][0]["tables"] for column in table["columns"]]
    wanted = {column.get("config", {}).get("meta", {}).get("code_list") for column in columns} - {None}
    small = {row[0] for row in lists.sql("select distinct code_list from codes").fetchall()}
    assert wanted <= small | {seed for seed, _ in LISTS.values()}


def test_every_party_in_every_scheme_once(lists):
    """Each party falls into one line of each scheme, one that it prints, and each scheme has the line other (I36)."""
    in_schemes = """(select scheme, party, bucket from schemes join party_schemes lines
        on schemes.valid_from between lines.valid_from and coalesce(lines.valid_to, date '9999-12-31'))"""
    expected = lists.sql("select scheme, party from schemes cross join parties order by all").fetchall()
    assert lists.sql(f"select scheme, party from {in_schemes} order by all").fetchall() == expected
    # no line that is not printed, and none that nobody can stand in
    assert not lists.sql(f"from {in_schemes} anti join scheme_lines using (scheme, bucket)").fetchall()
    assert not lists.sql(f"from scheme_lines anti join {in_schemes} using (scheme, bucket)").fetchall()
    without_other = "from schemes anti join (from scheme_lines where bucket = 'other') using (scheme)"
    assert not lists.sql(without_other).fetchall()
    # a party changes its line with the scheme, and on no other day
    assert not lists.sql("select valid_from from party_schemes except select valid_from from schemes").fetchall()
    assert not lists.sql("select valid_to from party_schemes except select valid_to from schemes").fetchall()


LATE_2025 = [
    "transitional_government", "assad_regime", "sdf", "sna", "israel", "hezbollah", "bedouin_groups", "druze_groups",
    "local_groups", "coalition", "unidentified", "other",
]  # fmt: skip


@pytest.mark.parametrize(
    ("scheme", "lines"),
    [
        ("snhr_2011", ["assad_regime", "aof", "isis", "extremist_groups", "self_management", "coalition", "other"]),
        ("snhr_2015", ["assad_regime", "russia", "isis", "hts", "sdf", "aof_sna", "coalition", "other"]),
        ("snhr_2023", ["assad_regime", "russia", "isis", "hts", "aof_sna", "sdf", "coalition", "other"]),
        ("snhr_2024", ["assad_regime", "russia", "sdf", "aof_sna", "hts", "isis", "coalition", "other"]),
        ("snhr_2025", ["assad_regime", "sdf", "sna", "coalition", "other"]),
        ("snhr_2025_02", ["assad_regime", "general_security", "sdf", "sna", "coalition", "other"]),
        (
            "snhr_2025_03",
            ["coast_operation_forces", "former_regime_groups", "assad_regime", "sdf", "sna", "coalition", "other"],
        ),
        ("snhr_2025_04", LATE_2025),
        ("snhr_2025_09", LATE_2025),
    ],
)
def test_buckets_are_the_printed_lines(lists, scheme, lines):
    """The lines of a scheme, in its order, are the lines printed in its months (S45 to S47, the review)."""
    query = "select bucket from scheme_lines where scheme = ? order by sort"
    assert [row[0] for row in lists.execute(query, [scheme]).fetchall()] == lines


@pytest.mark.parametrize(
    ("day", "printed"),
    [
        ("2020-01-31", {"ISIS", "Other parties"}),
        ("2023-02-28", {"ISIS", "Other parties"}),
        (
            "2023-07-31",
            {"Russian forces", "Armed opposition factions/SNA", "Syrian Democratic Forces", "Other parties"},
        ),
        ("2024-12-31", {"Hay'at Tahrir al-Sham", "ISIS", "US-led international coalition forces", "Other parties"}),
        ("2025-01-31", {"Assad regime", "Syrian National Army", "Other parties"}),
        ("2025-02-28", {"General Security forces", "Other parties"}),
        ("2025-03-31", {"Armed forces taking part in the coast operation", "Armed groups of the former regime"}),
        ("2025-04-30", {"Transitional government forces", "Israeli forces", "Hezbollah", "Parties not identified"}),
        ("2025-08-31", {"Transitional government forces"}),
        ("2025-09-30", {"Syrian government forces"}),
    ],
)
def test_lines_that_were_printed_stand_in_the_list_of_their_day(lists, day, printed):
    """What the documents and the review saw printed is a line of the list in force, under its name."""
    query = """select scheme_lines.name_en from scheme_lines join schemes using (scheme)
        where cast(? as date) between valid_from and coalesce(valid_to, date '9999-12-31')"""
    assert printed <= {row[0] for row in lists.execute(query, [day]).fetchall()}


def test_schemes_follow_each_other(lists):
    """Schemes cover the record from 2011-03-01 in whole months, without overlap or gap; the last is open."""
    rows = lists.sql("""
        select valid_from = coalesce(lag(valid_to) over by_day + 1, date '2011-03-01'),
            (valid_to is null) = (row_number() over by_day = count(*) over ()), day(valid_from)
        from schemes window by_day as (order by valid_from)""").fetchall()
    assert rows == [(True, True, 1)] * 9
    assert not lists.sql(
        "from schemes s anti join schemes o on o.scheme = s.split_from where s.split_from is not null"
    ).fetchall()


def test_parties_are_valid_in_time(lists):
    """A party ends after it begins and names an existing parent; the regime and its sub-units end with its fall."""
    assert not lists.sql("from parties where valid_from is null or valid_to < valid_from").fetchall()
    orphans = "from parties p anti join parties q on q.party = p.parent_party where p.parent_party is not null"
    assert not lists.sql(orphans).fetchall()
    fall = "select distinct valid_to::text from parties where 'assad_regime' in (party, parent_party)"
    assert lists.sql(fall).fetchall() == [("2024-12-08",)]


def test_a_party_is_under_another_while_both_are_there(lists):
    """And under one at a time."""
    assert not lists.sql("""
        from party_affiliations as under
        inner join parties on under.party = parties.party
        inner join parties as commands on under.under = commands.party
        where under.valid_from > under.valid_to or under.valid_from < greatest(parties.valid_from, commands.valid_from)
            or coalesce(under.valid_to, date '9999-12-31') > coalesce(commands.valid_to, date '9999-12-31')
    """).fetchall()
    assert not lists.sql("""
        from party_affiliations as one inner join party_affiliations as other on one.party = other.party
        where one.valid_from < other.valid_from and coalesce(one.valid_to, date '9999-12-31') >= other.valid_from
    """).fetchall()


def test_governorates_are_unique_both_ways(lists):
    """Fourteen governorates, each with one p-code and one ISO code (I94)."""
    counts = "select count(*), count(distinct governorate), count(distinct iso) from governorates"
    assert lists.sql(counts).fetchone() == (14, 14, 14)


def test_areas_have_parents(lists):
    """62 districts in governorates and 272 sub-districts in districts, each in its parent's governorate."""
    counts = "select level, count(distinct area) from admin_areas group by 1 order by 1"
    assert lists.sql(counts).fetchall() == [(2, 62), (3, 272)]
    assert not lists.sql("from admin_areas anti join governorates using (governorate)").fetchall()
    assert not lists.sql("from admin_areas where level = 2 and parent_area <> governorate").fetchall()
    assert not lists.sql("""from admin_areas a anti join admin_areas p
        on p.area = a.parent_area and p.level = 2 and p.governorate = a.governorate where a.level = 3""").fetchall()


def test_every_age_is_in_one_group(lists):
    """And who is a child or an adult, and of no age that is known, is in the groups of no other class."""
    ages = lists.sql("""select age, count(age_group), count(age_group) filter ((from_age < 18) = (age < 18))
        from range(0, 116) as ages (age) left join age_groups on age >= from_age and age <= coalesce(to_age, age)
        group by age having count(age_group) != 1 or count(age_group) filter ((from_age < 18) = (age < 18)) != 1""")
    assert ages.fetchall() == []


def test_cause_groups_do_not_overlap(lists):
    """A mechanism is in one group at most, a group has one name, a scheme has the group it is known by."""
    assert not lists.sql("select 1 from cause_groups group by headline, mechanism having count(*) > 1").fetchall()
    assert not lists.sql("""select 1 from cause_groups group by headline, cause_group
        having count(distinct name_en) > 1 or count(distinct name_ar) > 1""").fetchall()
    assert not lists.sql("from cause_groups g anti join schemes s on s.cause_groups = g.headline").fetchall()
    assert not lists.sql("from cause_groups anti join mechanisms using (mechanism)").fetchall()
    assert not lists.sql("""from schemes s anti join cause_groups g
        on g.headline = s.cause_groups and g.cause_group = s.cause_groups""").fetchall()
    # no figure adds cause groups of two versions: no period reaches over the end of a year
    assert not lists.sql(
        """select year(valid_from) from schemes group by 1 having count(distinct cause_groups) > 1"""
    ).fetchall()


@pytest.mark.parametrize(
    ("code_list", "written", "code"),
    [
        ("party", "قوات النظام السوري", "assad_regime"),
        ("party", "Hay’at Tahrir al-Sham", "hts"),
        ("party", "All armed opposition factions/SNA", "aof_sna"),
        ("party", "The organization of the Islamic State in Iraq and the Levant - ISIS", "isis"),
        ("governorate", "حماه", "SY05"),
        ("mechanism", "Detention - Torture - Execution", "torture_in_detention"),
        ("torture", "لا", "no"),
        ("sex", "انثى", "f"),
        ("age_class", "boy", "child"),
        ("age_class", "طفل", "child"),
        # free of age
        ("age_class", "فتاة", None),
        # what people fight over in arms is no private dispute
        ("exclusion_reason", "نزاع عشائري", None),
        ("governorate", "الجولان المحتل", "SY14"),
        ("facility_type", "مقبرة", "cemetery"),
        ("facility_type", "court", "court"),
        ("facility_type", "سجن", "prison"),
        ("facility_type", "local council", "local_council"),
        ("facility_type", "factory", "factory"),
        ("facility_type", "mill", "mill"),
        ("facility_type", "fuel station", "fuel_station"),
        ("facility_type", "stadium", "stadium"),
        ("facility_type", "dam", "dam"),
        ("facility_type", "حسينية", "place_of_worship"),
        ("facility_type", "خلوة", "place_of_worship"),
        ("mechanism", "قنبلة يدوية", "grenade"),
        ("mechanism", "رصاص طائش", "gunfire"),
        ("mechanism", "اغتيال", "assassination"),
        ("mechanism", "ذبح", "stabbing"),
        ("mechanism", "صاروخ موجه", "shelling"),
        ("mechanism", "مسيرة", "airstrike"),
        ("mechanism", "الإهمال الطبي", "denial_of_care"),
        ("mechanism", "ضرب", "beating"),
    ],
)
def test_spellings_met_in_sheets(lists, code_list, written, code):
    """Spellings met in documents and sheets lead to their code; ambiguous ones lead nowhere."""
    query = "select any_value(code) from spellings where list = ? and folded = fold(?)"
    assert lists.execute(query, [code_list, written]).fetchone() == (code,)
