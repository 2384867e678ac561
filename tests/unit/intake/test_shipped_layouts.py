"""The layouts that ship along, each over an invented sheet of the shape it is for. Nobody in them ever lived."""

import json

import jsonschema
import pytest
import yaml

from orchestration.intake import layouts, mapping
from orchestration.intake.duckdb_session import shared
from orchestration.printed import read_report
from orchestration.publish import export
from orchestration.settings import REPOSITORY

ABROAD = ("other", None, "unidentified")


def read(house, name: str, sheet: str | list, layout: str, kind: str = "deaths") -> list[dict]:
    """The rows of a sheet that is read whole, by one layout and no other, and leaves no heading unknown."""
    house.drop(name, sheet if isinstance(sheet, str) else json.dumps(sheet, ensure_ascii=False), "any")
    intake = house.night()
    rows = house.rows(intake, kind)
    assert house.set_aside(intake) == []
    assert {row["layout"].rpartition(" ")[0] for row in rows} == {layout}
    assert {row["unknown_columns"] for row in rows} == {None}
    return rows


def values(rows: list[dict], *columns: str) -> list[tuple]:
    return [tuple(row[column] for column in columns) for row in rows]


def refused(house, name: str, sheet: str | list) -> str:
    """Why a sheet is set aside."""
    house.drop(name, sheet if isinstance(sheet, str) else json.dumps(sheet), "any")
    [reason] = house.set_aside()
    return reason


GAZA = """id,name,en_name,age,dob,sex,source
SYN-900000001,شخص مصطنع,Synthetic al-Iftiradi,34,1990-12-25,m,h
SYN-900000002,طفلة مصطنعة,Synthetic Two al-Iftiradi,0,2023-11-02,f,c
SYN-900000003,شخص آخر مصطنع,Synthetic Three al-Iftiradi,,,m,u
"""


def test_the_gaza_list_is_of_the_day_its_file_is_called_by(house):
    rows = read(house, "2024-08-31.csv", GAZA, "gaza_list")
    assert values(rows, "documented_on", "revised_on", "death_date") == [("2024-08-31", "2024-08-31", None)] * 3
    assert values(rows, "case_id", "name_ar", "name_en", "sex", "age", "birth_date", "sources") == [
        ("SYN-900000001", "شخص مصطنع", "Synthetic al-Iftiradi", "m", "34", "1990-12-25", "h"),
        ("SYN-900000002", "طفلة مصطنعة", "Synthetic Two al-Iftiradi", "f", "0", "2023-11-02", "c"),
        ("SYN-900000003", "شخص آخر مصطنع", "Synthetic Three al-Iftiradi", "m", None, None, "u"),
    ]
    assert values(rows, "country", "killed_governorate", "party") == [ABROAD] * 3
    assert house.night().sheets["whole_list"].to_pylist() == ["gaza_list"]


def test_the_gaza_list_as_json_is_read_like_its_csv(house):
    heading, *people = [line.split(",") for line in GAZA.splitlines()]
    rows = read(house, "2024-08-31.json", [dict(zip(heading, each, strict=True)) for each in people], "gaza_list")
    assert values(rows, "case_id", "documented_on", "age") == [
        ("SYN-900000001", "2024-08-31", "34"),
        ("SYN-900000002", "2024-08-31", "0"),
        ("SYN-900000003", "2024-08-31", None),
    ]


def test_the_gaza_list_of_releases_counts_a_person_from_the_day_of_a_release(house):
    sheet = """id,en_name,ar_name,age,dob,sex,update
SYN-900000001,Synthetic al-Iftiradi,شخص مصطنع,34,1990-12-25,m,1
SYN-900000002,Synthetic Two al-Iftiradi,طفلة مصطنعة,0,2023-11-02,f,9
SYN-900000003,Synthetic Three al-Iftiradi,شخص آخر مصطنع,,,m,77
"""
    rows = read(house, "killed-in-gaza.csv", sheet, "gaza_list_v3")
    # a release nobody has given a day yet stays what it is, which is no date and is refused
    assert values(rows, "documented_on", "name_en", "age") == [
        ("2024-01-05", "Synthetic al-Iftiradi", "34"),
        ("2025-07-31", "Synthetic Two al-Iftiradi", "0"),
        ("77", "Synthetic Three al-Iftiradi", None),
    ]
    assert values(rows, "country", "killed_governorate", "party") == [ABROAD] * 3


def test_the_gaza_list_before_it_is_translated(house):
    sheet = """index,name_en,name_ar_raw,age,dob,sex,id,source
1,Synthetic al-Iftiradi,شخص مصطنع,34,12/25/1990,M,SYN-900000001,h
2,,شخص آخر مصطنع,,,O,SYN-900000003,h
"""
    rows = read(house, "MoH-2024-03-29.csv", sheet, "gaza_list_raw")
    assert values(rows, "case_id", "name_ar", "birth_date", "date_style", "sex", "documented_on") == [
        ("SYN-900000001", "شخص مصطنع", "12/25/1990", "mdy", "M", "2024-03-29"),
        ("SYN-900000003", "شخص آخر مصطنع", None, "mdy", None, "2024-03-29"),
    ]


IBC_TITLES = "".join(f'"A line about the invented file, {line}",,,,,,,,\n' for line in range(11))


def test_the_individuals_of_iraq_body_count(house):
    sheet = f"""{IBC_TITLES}IBC code,Name or Identifying Details,Age,Sex,Marital Status,Parental Status,\
Earliest Date,Latest Date,Location
SYN-k1-aa,Synthetic al-Iftiradi,35,Male,Married,,2 Sep 2013,4 Sep 2013,"Invented Street, west Baghdad"
SYN-k1-ab,,Child,Female,,,2 Sep 2013,2 Sep 2013,Mosul
SYN-k1-ac,invented guard,35-40,,,,2 Sep 2013,2 Sep 2013,
"""
    rows = read(house, "2020-03-29.csv", sheet, "ibc_individuals")
    assert values(rows, "case_id", "age", "age_class", "sex", "death_date", "documented_on") == [
        ("SYN-k1-aa", "35", None, "Male", "2 Sep 2013", "2020-03-29"),
        ("SYN-k1-ab", None, "child", "Female", "2 Sep 2013", "2020-03-29"),
        ("SYN-k1-ac", "35-40", None, None, "2 Sep 2013", "2020-03-29"),
    ]
    assert rows[0]["notes"] == "Synthetic al-Iftiradi; killed between 2 Sep 2013 and 4 Sep 2013"
    assert values(rows, "name_en", "country", "killed_governorate", "party") == [
        (None, "IQ", None, "unidentified")
    ] * 3  # fmt: skip


def test_incidents_of_iraq_are_not_taken_for_incidents_in_syria(house):
    sheet = """IBC code,Start Date,End Date,Time,Location,Target,Weapons,Reported Minimum,Reported Maximum,Sources
SYN-k1,2 Sep 2013,2 Sep 2013,PM,Mosul,nobody,gunfire,1,2,none
"""
    reason = refused(house, "ibc-incidents.csv", sheet)
    assert "the required heading incident_id, documented_on, governorate of incidents is missing" in reason


UCDP = """id,relid,year,type_of_violence,conflict_name,dyad_name,side_a,side_b,source_article,where_prec,\
where_coordinates,adm_1,adm_2,latitude,longitude,geom_wkt,country,country_id,region,event_clarity,date_prec,date_start,date_end,\
deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low,gwnoa,gwnob
"""


def ucdp(number: str, violence: str, side: str, country: str, prec: str, start: str, end: str, area: str) -> str:
    return (
        f'{number},SYN-{number},2015,{violence},invented,{side} - Civilians,{side},Civilians,"an, invented article",1,'
        f"Invented town,{area},,35.1,36.1,POINT (36.1 35.1),{country},652,Middle East,1,{prec},{start} 00:00:00.000,"
        f"{end} 00:00:00.000,0,0,3,1,4,9,2,652,\n"
    )


def test_ucdp_events_of_one_side_against_civilians_are_incidents(house):
    sheet = UCDP + "".join(
        [
            ucdp("990001", "3", "Government of Syria", "Syria", "1", "2015-03-02", "2015-03-02", "Aleppo governorate"),
            ucdp("990002", "3", "Invented Front", "Syria", "4", "2015-04-01", "2015-04-30", ""),
            ucdp("990003", "1", "Government of Syria", "Syria", "1", "2015-03-02", "2015-03-02", "Homs governorate"),
            ucdp("990004", "3", "IS", "Iraq", "1", "2015-03-02", "2015-03-02", "Ninawa province"),
            ucdp("990005", "3", "IS", "Syria", "5", "2015-01-01", "2015-12-31", "Homs governorate"),
        ]
    )
    rows = read(house, "GEDEvent_v25_1.csv", sheet, "ucdp_ged", "incidents")
    # fighting, another country, and an event of a whole year are left out
    assert values(rows, "incident_id", "documented_on", "date_from", "date_to") == [
        ("990001", "2015-03-02 00:00:00.000", "2015-03-02 00:00:00.000", "2015-03-02 00:00:00.000"),
        ("990002", "2015-04-30 00:00:00.000", "2015-04-01 00:00:00.000", "2015-04-30 00:00:00.000"),
    ]
    assert [str(row["received_month"]) for row in rows] == ["2015-03-01", "2015-04-01"]
    # a side without a code keeps its name, which is refused, and does not become unidentified
    assert values(rows, "party", "governorate", "place") == [
        ("assad_regime", "Aleppo governorate", "Invented town"),
        ("Invented Front", None, "Invented town"),
    ]
    assert values(rows, "killed_min", "killed_best", "killed_max") == [("2", "4", "9")] * 2


ACLED = """event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,\
inter1,actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,latitude,\
longitude,geo_precision,source,source_scale,notes,fatalities,tags,timestamp
"""


def acled(number: str, kind: str, sub: str, actor: str, country: str, killed: str, day: str = "2 March 2023") -> str:
    return (
        f"SYN{number},{day},2023,1,Political violence,{kind},{sub},{actor},,State forces,Civilians (Syria),,Civilians,"
        f"x,Civilian targeting,760,Middle East,{country},Ar Raqqa,Ar-Raqqa,Invented,Invented town,35.9,39.0,1,Invented,"
        f'National,"On 2 March 2023, invented.",{killed},,1700000000\n'
    )


def test_acled_events_of_which_the_perpetrator_is_said_are_incidents(house):
    remote, civilians = "Explosions/Remote violence", "Violence against civilians"
    regime = "Military Forces of Syria (2000-2024)"
    sheet = ACLED + "".join(
        [
            acled("1", remote, "Shelling/artillery/missile attack", regime, "Syria", "3"),
            acled("2", civilians, "Attack", "Invented Brigade", "Syria", "0", "2023-03-05"),
            acled("3", remote, "Remote explosive/landmine/IED", "Unidentified Armed Group (Syria)", "Syria", ""),
            acled("4", remote, "Air/drone strike", "Allied Syrian and/or Russian Forces", "Syria", "1"),
            acled("5", "Battles", "Armed clash", regime, "Syria", "20"),
            acled("6", "Protests", "Excessive force against protesters", "Protesters (Syria)", "Syria", "2"),
            acled("7", remote, "Air/drone strike", "Military Forces of Turkey (2016-)", "Iraq", "1"),
        ]
    )
    rows = read(house, "2023-01-01-2023-12-31-Syria.csv", sheet, "acled", "incidents")
    assert values(rows, "incident_id", "party", "kind", "mechanism", "killed_best") == [
        ("SYN1", "assad_regime", "shelling", "shelling", "3"),
        ("SYN2", "Invented Brigade", None, None, "0"),
        ("SYN3", "unidentified", None, "explosion", None),
        ("SYN4", "pending_two_party", "air_attack", "airstrike", "1"),
    ]
    assert values(rows[:2], "documented_on", "date_from", "governorate", "place", "narrative") == [
        ("2 March 2023", "2 March 2023", "Ar Raqqa", "Invented town", "On 2 March 2023, invented."),
        ("2023-03-05", "2023-03-05", "Ar Raqqa", "Invented town", "On 2 March 2023, invented."),
    ]
    assert {str(row["received_month"]) for row in rows} == {"2023-03-01"}


AIRWARS = """post_id,code,permalink,post_status,date,date_end,date_type,country_name,country_slug,region,location_name,\
location_name_arabic,latitude,longitude,strike_type_name,strike_status_name,civilian_harm_status_name,\
civilian_non_combatants_killed_min,civilian_non_combatants_killed_max,civilian_non_combatants_injured_min,\
civilian_non_combatants_injured_max,children_killed_min,summary,belligerent_russian-military,\
belligerent_1_belligerent_name,belligerent_1_type,belligerent_2_belligerent_name,belligerent_2_type
"""


def airwars(code: str, status: str, country: str, grade: str, killed: str, strike: str, first: str, second: str) -> str:
    low, _, high = killed.partition("-")
    return (
        f"1,{code},https://example.org/{code},{status},2017-05-01,,date,{country},x,Idlib,Invented town,بلدة,35.8,36.6,"
        f"{strike},x,{grade},{low},{high},1,,0,An invented incident,1,{first},Suspected,{second},Suspected\n"
    )


def test_airwars_incidents_of_its_spreadsheet(house):
    either = "Airstrike and/or Artillery"
    sheet = AIRWARS + "".join(
        [
            airwars("SYN1", "publish", "Syria", "Fair", "2-5", "Airstrike", "Russian Military", ""),
            airwars("SYN2", "publish", "Syria", "Contested", "1-1", either, "Syrian Regime", "Russian Military"),
            airwars("SYN3", "publish", "Syria", "Weak", "", "Artillery", "Invented Army", ""),
            airwars("SYN4", "publish", "Syria", "Discounted", "7-7", "Airstrike", "US-led Coalition", ""),
            airwars("SYN5", "draft", "Syria", "Fair", "7-7", "Airstrike", "US-led Coalition", ""),
            airwars("SYN6", "publish", "Iraq", "Fair", "7-7", "Airstrike", "US-led Coalition", ""),
        ]
    )
    rows = read(house, "incidents.csv", sheet, "airwars_incidents", "incidents")
    assert values(rows, "incident_id", "party", "kind", "mechanism", "killed_min", "killed_max") == [
        ("SYN1", "russia", "air_attack", "airstrike", "2", "5"),
        ("SYN2", "pending_two_party", None, None, "1", "1"),
        ("SYN3", "Invented Army, ", "shelling", "shelling", None, None),
    ]
    assert values(rows[:1], "documented_on", "date_from", "date_to") == [("2017-05-01", "2017-05-01", None)]
    assert values(rows[:1], "governorate", "place", "injured_min", "narrative") == [
        ("Idlib", "Invented town", "1", "An invented incident")
    ]


def archived(code: str, country: str, grade: str, belligerent: str, *victims: dict) -> dict:
    retrieved = {"status": None, "url": "u", "attempt_history": [{"attempt": 1, "host": "h", "result": "r"}]}
    return {
        "incident_code": code, "incident_date": "2017-05-01", "country": country, "assessment": grade,
        "civilian_deaths_min": 1, "civilian_deaths_max": 4, "civilian_injuries_min": 0, "civilian_injuries_max": None,
        "alleged_belligerent": belligerent, "strike_type": "Airstrike", "location": "Invented town",
        "legacy_incident_fields": {"المنطقة — الأصل": "Idlib", "المنطقة — عربي": "إدلب", "تاريخ الحادثة": "2017-05-01"},
        "retrieval_status": {"live_page": retrieved, "archive_page": {"cdx_lookup": retrieved}},
        "translation": {"status": "x"}, "pilot": {"name": "x"},
        "sources": [{"name_original": "Invented source", "order": 1, "url": "u"}],
        "victims": list(victims),
    }  # fmt: skip


def victim(order: int, status: str, age: str, group: str, sex: str) -> dict:
    return {
        "order": order, "name_original": f"Synthetic {order} al-Iftiradi", "name_local": f"شخص مصطنع {order}",
        "status_original": status, "age": age, "age_group_original": group, "gender_original": sex, "provenance": "x",
    }  # fmt: skip


BOY = victim(1, "killed", "15", "child", "male")
ARCHIVE = [
    archived("SYN1", "Syria", "Fair", "Russian Military", BOY, victim(2, "injured", "40", "adult", "female")),
    archived("SYN2", "Syria", "Contested", "Syrian Regime, Russian Military", victim(1, "killed", "", "", "")),
    archived("SYN3", "Syria", "Discounted", "Russian Military", BOY),
    archived("SYN4", "Iraq", "Fair", "US-led Coalition", BOY),
    archived("SYN5", "Syria", "Weak", "Invented Army, Russian Military"),
]


def test_an_archive_of_airwars_has_incidents_with_their_victims(house):
    house.drop("airwars.json", json.dumps(ARCHIVE, ensure_ascii=False), "any")
    intake = house.night()
    assert house.set_aside(intake) == []
    incidents, dead = house.rows(intake, "incidents"), house.rows(intake)
    assert {row["layout"].rpartition(" ")[0] for row in incidents} == {"airwars_archive"}
    assert {row["layout"].rpartition(" ")[0] for row in dead} == {"airwars_archive_victims"}
    assert {row["unknown_columns"] for row in (*incidents, *dead)} == {None}
    assert values(
        incidents, "incident_id", "party", "governorate", "killed_min", "killed_max", "injured_max", "status"
    ) == [
        ("SYN1", "russia", "Idlib", "1", "4", None, None),
        ("SYN2", "pending_two_party", "Idlib", "1", "4", None, None),
        ("SYN5", "Invented Army, Russian Military", "Idlib", "1", "4", None, None),
    ]
    assert values(
        dead, "case_id", "incident_id", "name_en", "age", "age_class", "sex", "party", "attribution_status"
    ) == [
        ("SYN1-1", "SYN1", "Synthetic 1 al-Iftiradi", "15", "child", "male", "russia", None),
        ("SYN2-1", "SYN2", "Synthetic 1 al-Iftiradi", None, None, None, "pending_two_party", "disputed"),
    ]
    assert (
        values(dead, "documented_on", "death_date", "killed_governorate")
        == [
            ("2017-05-01", "2017-05-01", "Idlib"),
        ]
        * 2
    )
    assert values(dead, "mechanism", "civilian_status", "country") == [("airstrike", "civilian", "Syria")] * 2


SIND = """Date,Event Description,Country,Country ISO,Admin 1,Latitude,Longitude,Geo Precision,Reported Perpetrator,\
Reported Perpetrator Name,Weapon Carried/Used,Location of Incident,\
Number of Attacks on Health Facilities Reporting Destruction,Number of Attacks on Health Facilities Reporting Damaged,\
Forceful Entry into Health Facility,Health Transportation Destroyed,Health Workers Killed,Health Workers Injured,\
Health Workers Kidnapped,Health Workers Arrested,SiND Event ID
"""


def sind(number: str, iso: str, area: str, party: str, place: str, harm: str, day: str = "2019-05-06") -> str:
    """A row; `harm` are facilities destroyed, damaged and entered by force."""
    return (
        f"{day},An invented event,x,{iso},{area},35.5,36.5,x,Host Government,{party},Aerial Bomb,{place},{harm},"
        f"0,2,1,0,0,{number}\n"
    )


def test_attacks_on_health_care_of_sind(house):
    sheet = SIND + "".join(
        [
            sind("990001", "SYR", "Idlib", "Syrian Armed Forces", "Hospital", "1,0,0"),
            sind("990002", "SYR", "Al-Hasakah", "No Information", "Health Post", ",1,", "07/05/2019"),
            sind("990003", "SYR", "No Information", "Invented Militia", "Road", "0,0,1"),
            sind("990004", "SYR", "Hama", "", "Hospital", ",2,"),
            sind("990005", "SYR", "Hama", "", "", "0,0,0"),
            sind("990006", "SDN", "Khartoum", "Invented Militia", "Hospital", "0,1,0"),
        ]
    )
    rows = read(house, "2016-2026-attacks-on-health-care.csv", sheet, "sind_health", "facility_attacks")
    assert values(rows, "attack_id", "governorate", "party", "facility_type", "damage") == [
        ("990001", "Idlib", "assad_regime", "Hospital", "destroyed"),
        ("990002", "Al-Hasakah", "unidentified", "clinic", None),
        # no facility, a party nobody knows, two facilities in a row, or none: written so that they are refused
        ("990003", None, "Invented Militia", "Road", "none"),
        ("990004", "Hama", "unidentified", "Hospital", "facilities  destroyed, 2 damaged,  entered"),
        ("990005", "Hama", "unidentified", "not said", "facilities 0 destroyed, 0 damaged, 0 entered"),
    ]
    assert values(rows[:2], "documented_on", "attacked_on", "date_style", "notes") == [
        ("2019-05-06", "2019-05-06", "dmy", "Aerial Bomb"),
        ("07/05/2019", "07/05/2019", "dmy", "Aerial Bomb"),
    ]


def test_a_row_of_tags_below_the_headings_of_sind_is_no_attack(house):
    tags = f"#date,,#country +name,#country +ISO,#adm1,#lat,#long,,#group +perp,,#weapon{',' * 10}#event +id\n"
    sheet = SIND + tags + sind("990001", "SYR", "Idlib", "Syrian Armed Forces", "Hospital", "1,0,0")
    rows = read(house, "shcc.csv", sheet, "sind_health", "facility_attacks")
    assert values(rows, "attack_id", "party") == [("990001", "assad_regime")]


KOBO = """start;end;general/case_id;general/documented_on;general/governorate;general/party;victim/name_ar;victim/sex;\
victim/age;victim/roles;victim/roles/medical;victim/roles/media;_id;_uuid;_submission_time;_validation_status;_notes;\
_status;_submitted_by;__version__;_tags;_index
2023-07-05T10:00:00;2023-07-05T10:09:00;SYN-1;2023-07-05;Idlib;sdf;شخص مصطنع;m;34;medical media;1;1;901;u-1;\
2023-07-05T10:10:00;validation_status_approved;;submitted_via_web;synthetic;v1;;1
2023-07-05T10:00:00;2023-07-05T10:09:00;SYN-2;2023-07-06;Homs;;;f;;;0;0;902;u-2;2023-07-06T10:10:00;;;submitted_via_web;\
synthetic;v1;;2
"""


def test_the_usual_export_of_kobotoolbox_needs_no_layout(house):
    rows = read(house, "deaths__kobo.csv", KOBO, "")
    assert values(
        rows, "case_id", "killed_governorate", "party", "name_ar", "sex", "age", "verification", "status"
    ) == [
        ("SYN-1", "Idlib", "sdf", "شخص مصطنع", "m", "34", None, None),
        ("SYN-2", "Homs", None, None, "f", None, "preliminary", None),
    ]


BULLETINS = """,id,title,title_ar,origin_id,source_link,sjac_title,sjac_title_ar,description,publish_date,\
documentation_date,labels,verified_labels,sources,locations,geo_locations,media,events,related_bulletins,related_actors,\
related_incidents
0,990001,Invented,,SYN-1,https://example.org/a,,,An invented bulletin,2023-07-05,2023-07-06,,,,Idlib,,,,,,
"""
ACTORS = """,id,name,name_ar,nickname,nickname_ar,middle_name,middle_name_ar,last_name,last_name_ar,mother_name,\
mother_name_ar,sex,age,civilian,type,media,events,related_bulletins,related_actors,related_incidents
0,990001,Synthetic al-Iftiradi,شخص مصطنع,,,,,,,,,Male,Adult,Civilian,Person,,,,,,
"""


@pytest.mark.parametrize(("name", "sheet"), [("bulletins.csv", BULLETINS), ("actors.csv", ACTORS)])
def test_exports_of_bayanat_are_no_case_sheets_and_are_told_so(house, name, sheet):
    assert "it is of no known kind" in refused(house, name, sheet)


def test_a_sheet_of_bayanat_under_our_headings_needs_no_layout(house):
    sheet = """,case_id,documentation_date,name,name_ar,sex,age_group,governorate,perpetrator,description
0,SYN-1,2023-07-06,Synthetic al-Iftiradi,شخص مصطنع,Male,Adult,Idlib,SDF,invented
"""
    house.drop("deaths__bayanat.csv", sheet, "any")
    [row] = house.rows()
    assert (row["documented_on"], row["name_en"], row["killed_governorate"], row["party"]) == (
        "2023-07-06",
        "Synthetic al-Iftiradi",
        "Idlib",
        "SDF",
    )


def test_what_is_read_out_of_a_report_is_taken_in_without_its_sentences(house, tmp_path):
    report = tmp_path / "report.txt"
    report.write_text("SNHR documented the killing of 40 civilians in March 2022, two of them by the Invented Brigade.")
    told = read_report(report, tmp_path, document="invented")
    rows = read(house, "stated_figures__invented.csv", export.as_csv(told.figures), "read_figures", "stated_figures")
    assert values(rows, "document", "period_start", "party", "value", "hedge", "claimant") == [
        ("invented", "2022-03-01", "ALL", "40", "exact", "SNHR"),
        ("invented", "2022-03-01", "Invented Brigade", "2", "exact", "SNHR"),
    ]


def test_every_shipped_layout_is_valid_and_called_like_its_file():
    paths = sorted(layouts.SHIPPED.glob("*.yml"))
    with shared() as con:
        loaded, problems = layouts.load(con, mapping.contract.load(con), [layouts.SHIPPED])
    assert problems == {} and len(loaded) == len(paths)
    written = [yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader) for path in paths]
    assert [each["name"] for each in written] == [path.stem for path in paths]
    check = jsonschema.Draft202012Validator(json.loads((layouts.SHIPPED / "layout.schema.json").read_text("utf-8")))
    assert [error.message for each in written for error in check.iter_errors(each)] == []


def test_every_shipped_layout_stands_in_the_table_of_the_documentation():
    page = (REPOSITORY / "docs" / "layouts.md").read_text("utf-8")
    assert [path.stem for path in layouts.SHIPPED.glob("*.yml") if f"| [`{path.stem}`](" not in page] == []


def test_no_shipped_layout_is_contained_in_another():
    """A sheet of one is never taken by another: each asks for a heading that the others do not have."""
    with shared() as con:
        loaded, _ = layouts.load(con, mapping.contract.load(con), [layouts.SHIPPED])
    for one in loaded:
        assert not [each.name for each in loaded if each is not one and one.identified_by <= each.headings], one.name
