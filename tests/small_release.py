"""A small release of synthetic figures, as the parts that read releases find it."""

import duckdb

ABOUT = {"release": "2025-02-01-synthetic", "business_date": "2025-02-01"}
RELEASE = """
    create schema marts; create schema history;
    create table marts.fct_figures (
        measure varchar, period_kind varchar, period_start date, period_end date, months_present int,
        months_expected int, party varchar, sub_party varchar, governorate varchar, cause_group varchar, role varchar,
        facility_type varchar, mechanism varchar, category varchar, value bigint, sex varchar, age_group varchar,
        origin_governorate varchar, basis varchar default 'documented',
        scheme varchar default 'now',
        standing varchar default 'provisional', version int default 1,
        figures_from varchar default '2025-02-01-synthetic'
    );
    create table marts.dim_parties (scheme varchar, party varchar, party_name varchar, party_name_ar varchar,
        bucket varchar, bucket_name varchar, bucket_name_ar varchar, bucket_sort int);
    insert into marts.dim_parties values ('now', 'sdf', 'SDF', 'قسد', 'sdf', 'SDF', 'قسد', 1),
        ('now', 'isis', 'ISIS', 'داعش', 'other', 'Other', 'أخرى', 2),
        ('now', 'israel', 'Israel', 'إسرائيل', 'other', 'Other', 'أخرى', 2),
        ('before', 'sdf', 'SDF', 'قسد', 'sdf', 'As it was called before', 'قبل', 9);
    create table marts.dim_governorates (governorate varchar, iso varchar, governorate_name varchar,
        governorate_name_ar varchar);
    insert into marts.dim_governorates values ('SY02', 'SY-HL', 'Aleppo', 'حلب'), ('SY12', 'SY-DR', 'Daraa', 'درعا');
    create table marts.dim_roles (role varchar, role_name varchar, role_name_ar varchar);
    insert into marts.dim_roles values ('medical', 'Medical', 'طبي'), ('media', 'Media', 'إعلام'),
        ('civil_defense', 'Civil Defense', 'دفاع');
    create table marts.dim_facility_types (facility_type varchar, facility_type_name varchar,
        facility_type_name_ar varchar);
    create table marts.dim_mechanisms (mechanism varchar, mechanism_name varchar, mechanism_name_ar varchar);
    create table marts.dim_months (month date, standing varchar, final_on date);
    create schema received; create table received.run (month date);
    insert into marts.dim_months values ('2025-01-01', 'final', '2025-03-17');
    create table marts.fct_findings (message varchar, message_ar varchar, status varchar, period_start date,
        period_end date, measure varchar, severity varchar, rule_id varchar, finding_id varchar);
    create table history.releases (number int, release varchar, business_date date);
    create table history.revisions (number int, month date, measure varchar, basis varchar, dimension varchar,
        "from" varchar, "to" varchar, reason varchar);
"""
# members, then values by category
DEATHS: list[tuple[dict[str, str], dict[str, int]]] = [
    ({}, {"total": 1203, "children": 11, "women": 2, "men": 1190, "unknown": 0}),
    ({"party": "other"}, {"total": 1200, "children": 11, "women": 0, "men": 1189, "unknown": 0}),
    ({"party": "sdf"}, {"total": 3, "children": 0, "women": 2, "men": 1, "unknown": 0}),
    ({"party": "other", "sub_party": "isis"}, {"total": 1100, "children": 11}),
    ({"party": "other", "sub_party": "israel"}, {"total": 100}),
    ({"governorate": "SY02"}, {"total": 1202}),
    ({"governorate": "SY12"}, {"total": 1}),
    ({"role": "medical"}, {"total": 2}),
    ({"role": "medical", "party": "sdf"}, {"total": 2}),
]


def add(
    connection: duckdb.DuckDBPyConnection, measure: str, members: dict[str, str], values: dict[str, int], month: str
) -> None:
    for category, value in values.items():
        row = {"measure": measure, "period_kind": "month", "category": category, "value": value, **members}
        row |= {"months_present": 1, "months_expected": 1}
        connection.execute(
            f"insert into marts.fct_figures ({', '.join(row)}, period_start, period_end) "
            f"values ({', '.join('?' * len(row))}, '{month}-01', last_day(date '{month}-01'))",
            list(row.values()),
        )


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    """Two months of figures."""
    connection.execute(RELEASE)
    for members, values in DEATHS:
        add(connection, "deaths", members, values, "2025-01")
    add(connection, "deaths", {}, {"total": 7, "children": 1, "women": 1}, "2024-12")
    add(connection, "torture_deaths", {}, {"total": 1, "children": 0, "women": 0}, "2025-01")
    add(connection, "torture_deaths", {"party": "sdf"}, {"total": 1}, "2025-01")
    add(connection, "massacres", {}, {"total": 0}, "2025-01")
