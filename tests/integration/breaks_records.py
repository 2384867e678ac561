"""Broken truths of rows, of records and of what belongs to them (see `breaks`)."""

from tests.integration.breaks import Break

JANUARY = "month = '2025-01-01'"
DECEMBER = "month = '2024-12-01'"
MASSACRE = "incident_id = 'SYN-I-2025-01-054'"
A_MAN = (
    f"case_id = (select min(case_id) from marts.fct_deaths where {JANUARY} and is_counted and category = 'men' "
    "and age is not null and roles is null and incident_id is null and verification = 'verified' "
    "and attribution_status = 'probable')"
)
IN_CUSTODY = f"(select min(case_id) from marts.fct_detentions where {DECEMBER} and outcome = 'died')"
A_NAME_FOR_ALL = "update restricted.stg_deaths set name_key = 1 where documented_on >= '2025-01-01'"


def told(rule: str, sql: str, subject: str, also: str = "", period: str = "2025-01-01") -> Break:
    """A truth that is broken in one month."""
    return Break(rule, sql, period, subject, frozenset(also.split()))


def rows(rule: str, kind: str = "deaths", severity: str = "Q", month: str = JANUARY) -> Break:
    """More rows under a rule of a row than it may take out, or, where it takes none out, one."""
    subject = f"{kind}: rows {'taken out' if severity == 'Q' else 'to look at'}"
    sql = (
        "insert into restricted.int_problems (month, kind, row_key, rule_id, severity) "
        f"select month, kind, row_key, '{rule.split('.')[0]}', '{severity}' from intermediate.int_records "
        f"where kind = '{kind}' and {month} order by row_key limit {20 if severity == 'Q' else 1}"
    )
    return told(rule, sql, subject, period=month.split("'")[1])


def released(kind: str = "torture", month: str = JANUARY, **changed: str) -> str:
    """SQL that makes one released record more, an act of torture, with these columns changed."""
    columns = ", ".join(f"'{value}' as {name}" for name, value in changed.items())
    return (
        f"insert into received.released_rows select * replace ({columns}) from received.released_rows "
        f"where kind = '{kind}' and {month} limit 1"
    )


def stated(rule: str, subject: str, **cells: str) -> Break:
    """A statement about who is responsible for a case of January, with these cells changed."""
    said = {
        "month": "date '2025-01-01'", "attribution_id": "'SYN-A'", "about_kind": "'deaths'", "about_id": "'SYN-A-case'",
        "about_month": "date '2025-01-01'", "stated_on": "date '2025-01-10'", "sheet_said_on": "date '2025-01-10'",
        "stated_by": "'ours'", "stance": "'claim'", "party": "'sdf'", "sheet_party": "'sdf'", "is_current": "true",
        "has_ours": "true", "is_counted": "true",
    } | cells  # fmt: skip
    return told(
        rule,
        "insert into marts.fct_attributions by name "
        f"select {', '.join(f'{sql} as {name}' for name, sql in said.items())}; "
        "insert into intermediate.int_attributions by name select 'deaths' as kind, 'SYN-A-case' as record_id, "
        f"'{'pending_two_party' if rule == 'I37.tied' else 'sdf'}' as party; "
        "insert into marts.fct_received_rows by name select 'attributions' as kind, date '2025-01-01' as month, "
        "1 as received, 1 as accepted, 0 as quarantined, 1 as counted, 0 as excluded, 0 as superseded, 0 as withdrawn",
        subject, also="I01",
    )  # fmt: skip


DENIAL = {"stated_by": "'accused'", "stance": "'denial'", "is_current": "false", "has_ours": "false"}
TAKEN_OUT = ("I04", "I05", "I06", "I07.rows", "I11", "I12", "I13", "I14", "I17", "I20.rows", "I21", "I31", "I32", "I33")
RECORDS = {f"too many rows taken out by {rule}": rows(rule) for rule in TAKEN_OUT} | {
    "too many rows with more children than people": rows("I54.rows", "detentions", month=DECEMBER),
    "a statement about nobody": stated("I37.record", "statements about a record that no sheet", about_month="null"),
    "a statement that fits nobody": stated("I37.fits", "statements of ours that hold", unfit_by="'I31'"),
    "two statements of one day": stated("I37.tied", "records that statements of one day hold"),
    "a sheet that says otherwise": stated(
        "I37.sheet", "statements that a later sheet", sheet_party="'isis'", sheet_said_on="date '2025-01-11'"
    ),
    "a denial that nobody answers": stated("I37.denied", "denials of the accused", **DENIAL),
    "rows of no submission": told(
        "I03",
        "insert into intermediate.int_submissions "
        "select kind, row_key, '0' as submission, 0 as parent_count, null as declared, null as victims "
        f"from intermediate.int_records where kind = 'deaths' and {DECEMBER} order by row_key limit 20",
        "deaths: rows taken out, not of one submission", period="2024-12-01",
    ),
    "a victim its submission does not have": told(
        "I03.declared",
        "update intermediate.int_submissions set declared = declared + 1 "
        "where row_key = (select min(row_key) from intermediate.int_submissions)",
        "submissions with another number of victims than they declare",
    ),
    "a heading nobody knows": rows("I04.headings", severity="W"),
    "a file that is set aside": told(
        "I04.file",
        "insert into received.received_sheets (folder, file_name, tab, received_rows, set_aside) "
        "values ('any', 'a.zip', '', 0, 'raw/any/a.zip: it cannot be read.')",
        "file ", period="2025-02-01",
    ),
    "a sheet that hides something": rows("I04.state", severity="A"),
    "a record twice in a file": rows("I07.twice", severity="W"),
    "an age that cannot be read": rows("I14.read", severity="W"),
    "a printed party nobody knows": rows("I05.stated", "stated_figures", "W"),
    "a word that rows wait for": told(
        "I05.word",
        "insert into restricted.int_unknown_words (kind, row_key, month, sheet_hash, tab, column_name, rule_id, "
        "severity, code_list, folded) "
        "values ('deaths', 'a', '2025-01-01', 's', '', 'party', 'I05', 'Q', 'parties', 'nobody')",
        "parties: unknown word", period="2025-02-01",
    ),
    "a column that cannot be read": told(
        "I05.sheet",
        "insert into restricted.int_problems (month, kind, row_key, sheet_hash, tab, column_name, rule_id, severity) "
        "select month, kind, row_key, sheet_hash, tab, 'age', 'I14', 'Q' from intermediate.int_records "
        f"where kind = 'deaths' and {JANUARY}",
        ", column age", also="I14", period="2025-02-01",
    ),
    "a taught word that is not clear": told(
        "I05.taught",
        "insert into restricted.stg_taught_spellings (problem) values ('spellings.csv, row 2, code: is empty')",
        "spellings.csv, row 2, code: is empty", period="2025-02-01",
    ),
    "an own party that is not clear": told(
        "I05.taught",
        "insert into restricted.stg_own_parties (problem) values ('own_parties.csv, row 2, kind: is no kind of party')",
        "own_parties.csv, row 2, kind: is no kind of party", period="2025-02-01",
    ),
    "a place elsewhere": rows("I21.place", severity="A"),
    "a candidate that was not there": rows("I31.candidates", severity="A"),
    "a row that stands twice": told(
        "I02",
        "insert into intermediate.int_records from intermediate.int_records "
        f"where state = 'quarantined' and {JANUARY} order by row_key limit 1",
        "rows that stand more than once", also="I01",
    ),
    "a record without a latest row": told(
        "I07", f"update intermediate.int_records set state = 'superseded' where kind = 'torture' and {JANUARY}",
        "records without one latest row",
    ),
    "two offices that number alike": told(
        "I07.lists", "update intermediate.int_shared_numbers set is_two_lists = true",
        "number alike", period="2024-12-01",
    ),
    "a number with zeros before it": told(
        "I07.alike",
        "insert into intermediate.int_records by name "
        "select 'deaths' as kind, row_key, month, 'current' as state, number as record_id "
        "from intermediate.int_records, (values ('x7'), ('X-007'), ('X07')) as numbers (number) "
        f"where kind = 'deaths' and {JANUARY} qualify row_number() over (partition by number order by row_key) = 1",
        "numbers that are one but for letter case or zeros", also="I01 I02",
    ),
    "a line about files that are not there": told(
        "I07.sources",
        "insert into restricted.stg_sources (problem) values ('sources.csv, row 2, files: no file fits')",
        "sources.csv, row 2, files: no file fits", period="2025-02-01",
    ),
    "a record that is somebody else now": told(
        "I07.person", released("deaths", row_key="another", traits="[f, 27, 1999-01-01, SY13]"), "somebody else now",
    ),
    "a record of a final month that is somebody else now": told(
        "I07.final",
        released("deaths", "month = '2023-07-01'", row_key="another", traits="[f, 27, 1999-01-01, SY13]"),
        "somebody else now", period="2023-07-01",
    ),
    "an incident of two offices": told(
        "I40.scattered",
        "insert into intermediate.int_unlisted_incidents "
        "(incident_id, month, dead, governorates, days_apart, sheets, is_scattered) "
        "select '1', '2025-01-01', 5, 2, 6, [min(sheet_hash)], true from received.received_sheets",
        "incident 1, its dead in 2 governorates and 6 days apart",
    ),
    "a record lost": told("I08", released(record_id="SYN-lost"), "lost from sheets that are still there"),
    "a record taken back": told(
        "I08.taken", released(record_id="SYN-lost", sheet_hash="gone"), "are not in what replaced file",
    ),
    "a record of a final month taken back": told(
        "I08.kept", released("deaths", "month = '2023-07-01'", record_id="SYN-lost", sheet_hash="gone"),
        "are not in what replaced file", period="2023-07-01",
    ),
    "an age of today": told(
        "I15", f"update marts.fct_deaths set age = age + 1 where {A_MAN}", "ages that are not those at death",
    ),
    "a woman among the men": told(
        "I16", f"update marts.fct_deaths set sex = 'f' where {A_MAN}", "children and women by another rule",
    ),
    "a combatant in the toll": told(
        "I19", f"update marts.fct_deaths set civilian_status = 'combatant' where {A_MAN}", "combatants",
    ),
    "a natural death in the toll": told(
        "I20", f"update marts.fct_deaths set exclusion_reason = 'natural_death' where {A_MAN}", "in spite of a reason",
    ),
    "a toll of the place of origin": told(
        "I22", f"update restricted.stg_deaths set killed_governorate = 'SY14' where {A_MAN}", "not those killed there",
    ),
    "a death due to torture out of custody": told(
        "I23",
        f"update marts.fct_deaths set detention_id = null, mechanism = 'stabbing' where case_id = {IN_CUSTODY}; "
        f"update marts.fct_detentions set case_id = null where case_id = {IN_CUSTODY}",
        "deaths due to torture without party or custody", period="2024-12-01",
    ),
    "tortured to death, the sheet says not due to torture": told(
        "I23.mechanism", f"update marts.fct_deaths set is_torture_death = false where case_id = {IN_CUSTODY}",
        "killed by torture", period="2024-12-01", also="I69",
    ),
    "detained, and dead": told(
        "I24", f"update marts.fct_detentions set outcome = 'held' where {DECEMBER}",
        "detentions that do not fit", period="2024-12-01",
    ),
    "merged into nothing": told(
        "I25", f"update restricted.stg_deaths set status = 'merged' where {A_MAN}", "merged cases",
    ),
    "one name": told("I26", A_NAME_FOR_ALL, "cases that may be one person", also="I26.same"),
    "one name and one way": told("I26.same", A_NAME_FOR_ALL, "killed in one way", also="I26"),
    "one source": told(
        "I27", f"update restricted.stg_deaths set source_count = 1 where {A_MAN}", "too little behind them",
    ),
    "nobody has verified": told(
        "I27.unverified", f"update marts.fct_deaths set verification = 'unverified' where {A_MAN}",
        "nobody has verified", also="I69",
    ),
    "a journalist of no status": told(
        "I28", f"update marts.fct_deaths set roles = 'media', civilian_status = null where {A_MAN}",
        "roles without a status",
    ),
    "a certificate and nothing else": told(
        "I29", f"update restricted.stg_deaths set has_certificate_only = true where {A_MAN}", "death certificate alone",
    ),
    "a case of no bucket": told(
        "I30", f"update marts.fct_deaths set bucket = null where {A_MAN}", "without one attribution", also="I36",
    ),
    "pending between nobody": told(
        "I34", "update marts.fct_deaths set candidates = 'sdf' where party = 'pending_two_party'",
        "pending cases without candidates", period="2024-12-01",
    ),
    "pending for a year": told(
        "I34.overdue", "update marts.fct_deaths set documented_on = '2024-01-01' where party = 'pending_two_party'",
        "pending for more than 180 days", period="2024-12-01",
    ),
    "an incident of another party": told(
        "I35",
        "update marts.fct_incidents set party = 'jordan', bucket = 'other' where incident_id = "
        f"(select min(incident_id) from marts.fct_deaths where {JANUARY} and attribution_status = 'confirmed' "
        "and party != 'jordan')",
        "cases of another party than their incident",
    ),
    "a party of no line": told(
        "I36", "update marts.fct_torture set party = 'drowning' where torture_kind = 'torture_event'",
        "no line in the scheme",
    ),
    "a dispute with nobody": told(
        "I37", f"update marts.fct_deaths set attribution_status = 'disputed' where {A_MAN}", "name one party only",
    ),
    "another party overnight": told(
        "I38", "update received.released_rows set party = 'jordan' where record_id in "
        f"(select case_id from marts.fct_deaths where {A_MAN})",
        "attributions changed without a revision",
    ),
    "a massacre under nobody": told(
        "I39", f"update marts.fct_incidents set control = null where {MASSACRE}", "massacres without the control",
    ),
    "more fewest than most": told(
        "I41", f"update marts.fct_incidents set killed_min = 99 where {MASSACRE}", "killed do not add up",
    ),
    "incidents elsewhere": told(
        "I42", f"update marts.fct_incidents set governorate = 'SY14' where {JANUARY}",
        "outside the days or the governorate",
    ),
    "massacres of fewer than five": told(
        "I45",
        "update marts.fct_figures set value = value + 50 where measure = 'massacres' and party is null "
        "and governorate is null and period_start = '2025-01-01'",
        "massacres times their threshold", also="I44 I53 I69",
    ),
    "one facility for all attacks": told(
        "I46",
        "update restricted.stg_facility_attacks set facility_key = 1; "
        "update marts.fct_facility_attacks set attacked_on = '2025-01-05', incident_id = null, "
        f"facility_type = 'school', governorate = 'SY02', pcode = null where {JANUARY}",
        "attacks that stand twice",
    ),
    "attacks far from their incident": told(
        "I48", f"update marts.fct_facility_attacks set governorate = 'SY14', {MASSACRE} where {JANUARY}",
        "in another governorate than their incident",
    ),
    "more free than held": told(
        "I49",
        f"update marts.fct_detentions set released = persons + 1 where {JANUARY} and persons_hedge = 'exact' "
        "and released > 0",
        "more people released than detained",
    ),
}  # fmt: skip
