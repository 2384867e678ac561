"""JSON and JSON Lines: submissions with repeat groups."""

import json

import pytest

DEATH = {"case_id": "SYN-1", "documented_on": "2023-07-05", "killed_governorate": "Aleppo", "party": "sdf"}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda rows: rows,
        lambda rows: {"_about": "x", "results": rows},
        lambda rows: {"submissions": rows},
        lambda rows: {"data": {"submissions": rows, "total": 2}, "status": "ok"},
        lambda rows: {"response": {"items": rows}},
        lambda rows: {"meta": {"total": 2}, "data": rows},
        lambda rows: {"@odata.context": "x", "value": rows},
        lambda rows: {
            "current_page": 1,
            "data": rows,
            "from": 1,
            "to": 2,
            "path": "/deaths",
            "per_page": 50,
            "total": 2,
        },
        lambda rows: {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "geometry": None, "properties": row} for row in rows],
        },
    ],
)
def test_submissions_are_rows(house, wrap):
    house.drop(
        "deaths__form.json", json.dumps(wrap([DEATH, DEATH | {"age": 3, "roles": ["media", "aid"], "torture": True}]))
    )
    first, second = house.rows()
    assert (first["case_id"], first["age"], first["row_number"]) == ("SYN-1", None, 1)
    assert (second["age"], second["roles"], second["torture"]) == ("3", "media;aid", "yes")


@pytest.mark.parametrize(
    "answers",
    [
        {"roles": {"medical": True, "media": False, "aid": 1}},
        {"victim": {"roles": {"medical": "yes", "media": "no", "aid": "Y"}}},
        {"victim/roles/medical": "1", "victim/roles/media": "0", "victim/roles/aid": "x"},
        {"roles": {"a": "medical", "b": None, "c": "aid"}},
    ],
)
def test_several_answers_to_a_question_are_words_of_one_cell(house, answers):
    house.drop("deaths__form.json", json.dumps([DEATH | answers]))
    [row] = house.rows()
    assert (row["roles"], row["unknown_columns"]) == ("medical;aid", None)


def test_a_group_that_is_called_like_a_question_holds_what_it_holds(house):
    row = {**DEATH, "control": {"party": "SDF", "age": 3}}
    del row["party"]
    house.drop("deaths__form.json", json.dumps([row]))
    [row] = house.rows()
    assert (row["party"], row["age"]) == ("SDF", "3")


OTHER = DEATH | {"case_id": "SYN-2", "party": "russia"}
NAMES, CELLS = list(DEATH), [list(DEATH.values()), list(OTHER.values())]
WITHOUT_NUMBERS = [{name: cell for name, cell in row.items() if name != "case_id"} for row in (DEATH, OTHER)]


@pytest.mark.parametrize(
    "document",
    [
        {"SYN-1": WITHOUT_NUMBERS[0], "SYN-2": WITHOUT_NUMBERS[1]},
        {"-Nx1": DEATH, "-Nx2": OTHER},
        {f"-Nx{i}": WITHOUT_NUMBERS[i] | {"Case number": row["case_id"]} for i, row in enumerate((DEATH, OTHER))},
        {"0": DEATH, "1": OTHER},
        {"deaths": {"SYN-1": WITHOUT_NUMBERS[0], "SYN-2": WITHOUT_NUMBERS[1]}},
        {"headers": [{"name": f"n{i}", "column": name} for i, name in enumerate(NAMES)], "rows": CELLS, "height": 2},
        {"columns": NAMES, "index": [0, 1], "data": CELLS},
        {"result": {"fields": [{"id": name, "type": "text"} for name in NAMES], "records": [DEATH, OTHER]}},
        {"range": "A1:F3", "values": [["Deaths of July", "", "", ""], NAMES, *CELLS]},
        [NAMES, CELLS[0], None, CELLS[1]],
        {name: [DEATH[name], OTHER[name]] for name in NAMES},
        {name: {"0": DEATH[name], "1": OTHER[name]} for name in NAMES},
        {"data": {"people": {"edges": [{"node": DEATH}, {"node": OTHER}], "pageInfo": {"hasNextPage": False}}}},
        {"hits": {"total": {"value": 2}, "hits": [{"_id": "1", "_source": DEATH}, {"_id": "2", "_source": OTHER}]}},
        {"fields": [{"name": name} for name in NAMES], "features": [{"attributes": DEATH}, {"attributes": OTHER}]},
        {"rows": [{"id": "1", "doc": DEATH}, {"id": "2", "doc": OTHER}], "total_rows": 2},
        {"export": {"entries": [DEATH, OTHER]}},
    ],
)  # fmt: skip
def test_records_of_a_document_are_rows_however_it_holds_them(house, document):
    house.drop("deaths__form.json", json.dumps(document))
    intake = house.night()
    assert [[row[name] for name in NAMES] for row in house.rows(intake)] == CELLS
    assert house.set_aside(intake) == [] and set(intake.sheets["notes"].to_pylist()) == {None}


@pytest.mark.parametrize(
    ("document", "told"),
    [
        # what holds something else than records may say of them what they do not
        ({"killed_governorate": "Homs", "people": [DEATH]}, "the lists people inside are not read"),
        ({"page1": [DEATH], "page2": [DEATH]}, "the lists page1, page2 inside are not read"),
        ({"columns": NAMES[:3], "data": CELLS}, "a row has 4 cells beneath 3 headings"),
        ([[*NAMES[:3], NAMES[0]], *CELLS], "the heading case_id stands there twice"),
        (
            '{"case_id": ["1", "2"], "age": [1, 2], "party": ["a", "b"], "age": [3, 4]}',
            "the heading age stands there twice",
        ),
        ({"0": WITHOUT_NUMBERS[0], "1": WITHOUT_NUMBERS[1]}, "the required heading case_id of deaths is missing"),
        ([["a", "b"], ["c", "d"]], "the list holds something else than submissions"),
    ],
)
def test_records_that_may_be_more_or_less_are_set_aside(house, document, told):
    house.drop("deaths__form.json", document if isinstance(document, str) else json.dumps(document))
    intake = house.night()
    assert told in house.set_aside(intake)[0] and house.rows(intake) == []


def test_a_number_that_two_records_are_keyed_by_sets_the_file_aside(house):
    record = json.dumps(WITHOUT_NUMBERS[0])
    house.drop("deaths__form.json", f'{{"deaths": {{"SYN-1": {record}, "SYN-2": {record}, "SYN-1": {record}}}}}')
    [reason] = house.set_aside()
    assert "two records are keyed alike; each by a number of its own was expected" in reason


def test_lists_in_a_submission_are_no_rows_of_many(house):
    house.drop("deaths__form.json", json.dumps(DEATH | {"roles": ["medical", "aid"], "points": [[1, 2], [3, 4]]}))
    intake = house.night()
    assert [(row["case_id"], row["roles"]) for row in house.rows(intake)] == [("SYN-1", "medical;aid")]
    assert house.set_aside(intake) == []


def test_groups_of_one_submission_are_no_records(house):
    [person] = [{name: DEATH[name] for name in NAMES[:2]} | {"sex": "f"}]
    house.drop(
        "deaths__form.json", json.dumps({"victim": person, "event": {"party": "sdf", "killed_governorate": "Homs"}})
    )
    assert [(row["case_id"], row["party"], row["sex"]) for row in house.rows()] == [("SYN-1", "sdf", "f")]


NEXT = "https://forms.example/?page=2"


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ({"count": 250, "next": NEXT}, "1 of 250 submissions"),
        ({"count": 250, "next": None}, "1 of 250 submissions"),
        ({"next": NEXT}, "its first 1 submissions"),
        ({"total": "250"}, "1 of 250 submissions"),
        ({"meta": {"total": 2, "page": 1}}, "1 of 2 submissions"),
        ({"pagination": {"total_pages": 2}}, "its first 1 submissions"),
        ({"pagination": {"page": 2, "pages": 2}}, "its first 1 submissions"),
        ({"@odata.count": 250, "@odata.nextLink": NEXT}, "1 of 250 submissions"),
        ({"nextPage": 2}, "its first 1 submissions"),
        ({"next_page_token": "abc"}, "its first 1 submissions"),
        ({"hasMore": True}, "its first 1 submissions"),
        ({"pageInfo": {"hasNextPage": True}}, "its first 1 submissions"),
        ({"_links": {"next": {"href": NEXT}}}, "its first 1 submissions"),
        ({"links": [{"rel": "self", "href": "x"}, {"rel": "next", "href": NEXT}]}, "its first 1 submissions"),
        ({"totalElements": 250, "totalPages": 3, "last": False}, "1 of 250 submissions"),
        ({"done": False, "totalSize": 2}, "1 of 2 submissions"),
        ({"previous": NEXT, "next": None}, "its first 1 submissions"),
        ({"offset": 1}, "its first 1 submissions"),
        ({"limit": 1, "offset": 0}, "its first 1 submissions"),
        ({"count": 1, "next": None}, None),
        ({"count": 1, "next": ""}, None),
        ({"total": 1, "limit": 1, "page": 1, "pages": 1, "offset": 0}, None),
        ({"hasMore": False, "last": True, "limit": 2}, None),
        ({"links": [{"rel": "self", "href": NEXT}], "name": "next", "total": None}, None),
        ({"_links": {"self": {"href": NEXT}, "next": None}}, None),
        ({"form": {"name": "next"}, "version": 5}, None),
        ({}, None),
    ],
)
@pytest.mark.parametrize(
    "wrap",
    [
        lambda page: page | {"results": [DEATH]},
        lambda page: page | {"deaths": [DEATH]},
        lambda page: {"data": page | {"submissions": [DEATH]}},
    ],
)
def test_a_page_of_a_longer_list_says_so(house, wrap, page, told):
    house.drop("deaths__form.json", json.dumps(wrap(page)))
    notes = house.night().sheets["notes"].to_pylist()[-1]
    assert (told in notes) if told else notes is None


def test_one_submission_is_no_page(house):
    house.drop("deaths__form.json", json.dumps(DEATH | {"next": "Homs", "page": 5}))
    assert house.night().sheets["notes"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("twice", "heading"),
    [
        ('[{"case_id": "SYN-1", "age": 3, "age": 4}]', "age"),
        ('{"results": [{"case_id": "SYN-1"}], "results": [{"case_id": "SYN-2"}]}', "results"),
        ('{"data": {"submissions": [{"a": 1, "b": 2, "c": 3}], "submissions": []}}', "submissions"),
        ('{"case_id": "SYN-1", "victim": {"age": 3, "age": 3}}', "age"),
        ('{"case_id": "SYN-1", "deaths": [{"age": 3, "age": 4}]}', "age"),
        ('{"case_id": "SYN-1", "deaths": [{"age": 3}], "deaths": [{"age": 4}]}', "deaths"),
        ('{"case_id": "SYN-1", "age": 1}\n{"case_id": "SYN-2", "age": 3, "age": 4}\n', "age"),
    ],
)
def test_a_heading_that_stands_twice_in_a_submission_sets_the_file_aside(house, twice, heading):
    house.drop("deaths__form.json", twice)
    [reason] = house.set_aside()
    assert f"the heading {heading} stands twice in one submission; once was expected" in reason


def test_repeat_groups_inherit_what_they_lack(house):
    submission = {
        "_id": 7,
        "group/documented_on": "2023-07-05",
        "party": "russia",
        "place": {"killed_governorate": "Idlib"},
        "deaths": [{"deaths/case_id": "SYN-1"}, {"deaths/case_id": "SYN-2", "deaths/party": "sdf"}],
    }
    house.drop("export.json", json.dumps([submission]))
    rows = house.rows()
    assert [(row["case_id"], row["party"], row["killed_governorate"]) for row in rows] == [
        ("SYN-1", "russia", "Idlib"),
        ("SYN-2", "sdf", "Idlib"),
    ]
    assert {row["tab"] for row in rows} == {"deaths"} and rows[0]["unknown_columns"] is None
    assert house.set_aside() == []


def test_a_submission_of_a_kind_is_a_row_beside_its_lists(house):
    incident = {
        "incident_id": "I-1",
        "documented_on": "2023-07-05",
        "date_from": "2023-07-04",
        "governorate": "Idlib",
        "party": "russia",
        "deaths": [{"case_id": "SYN-1"}],
    }
    house.drop("incidents.json", json.dumps([incident, incident | {"incident_id": "I-2", "deaths": []}]))
    intake = house.night()
    assert [row["incident_id"] for row in house.rows(intake, "incidents")] == ["I-1", "I-2"]
    [death] = house.rows(intake)
    assert (death["incident_id"], death["killed_governorate"]) == ("I-1", "Idlib")


def test_what_lies_in_a_list_tells_which_submission_it_is_of(house):
    first = DEATH | {"number_of_victims": 2, "deaths": [{"case_id": "SYN-1"}, {"case_id": "SYN-2"}]}
    second = DEATH | {"number_of_victims": 1, "families": [{"deaths": [{"case_id": "SYN-3"}]}]}
    house.drop("export.json", json.dumps([first, second]))
    told = {row["case_id"]: (row["parent_tab"], row["parent_index"], row["declared_victims"]) for row in house.rows()}
    # of which submission a list inside a list is, is not told: what is declared may be of more
    assert told == {
        "SYN-1": ("submissions", "1", "2"),
        "SYN-2": ("submissions", "1", "2"),
        "SYN-3": ("families", None, "1"),
    }


def test_a_submission_that_is_a_row_has_its_place_and_number(house):
    incident = {"_id": 71, "incident_id": "I-1", "documented_on": "2023-07-05", "date_from": "2023-07-04"}
    incident |= {"governorate": "Idlib", "party": "russia", "victims_declared": 1, "deaths": [{"case_id": "SYN-1"}]}
    house.drop("incidents.json", json.dumps([incident, {"deaths": [DEATH | {"case_id": "SYN-2"}]}]))
    intake = house.night()
    # a submission that says nothing itself is no row
    [row] = house.rows(intake, "incidents")
    assert (row["submission_id"], row["submission_index"], row["declared_victims"]) == ("71", "1", "1")
    assert row["parent_tab"] is None and row["unknown_columns"] is None
    assert [row["parent_index"] for row in house.rows(intake)] == ["1", "2"]


def test_json_lines_keep_the_line_that_is_broken(house):
    house.drop("deaths.jsonl", json.dumps(DEATH) + '\n\n{"case_id": \n' + json.dumps(DEATH) + "\n")
    assert [(row["row_number"], row["unread"]) for row in house.rows()] == [(1, None), (3, '{"case_id": '), (4, None)]


def test_damaged_json_and_lists_of_no_known_kind_are_set_aside(house):
    house.drop("deaths.json", "[{")
    house.drop("export.json", json.dumps([{"witnesses": [{"x": 1}], "deaths": [DEATH]}]))
    damaged, witnesses = house.set_aside()
    assert "damaged" in damaged and "the lists witnesses inside are not read" in witnesses
    assert len(house.rows()) == 1


@pytest.mark.parametrize(
    "group",
    [[{"photo": "a"}], {"items": [{"a": 1, "b": 2, "c": 3}]}, {"results": [{"a": 1, "b": 2, "c": 3}], "total": 1}],
)
def test_a_submission_with_a_list_that_is_called_like_a_wrapper_is_one(house, group):
    house.drop("deaths__form.json", json.dumps(DEATH | {"data": group}))
    assert [row["case_id"] for row in house.rows()] == ["SYN-1"]


def test_a_place_without_a_word_is_no_row_and_moves_none(house):
    places = [{"properties": None}, {"properties": DEATH}]
    house.drop("deaths.geojson", json.dumps({"type": "FeatureCollection", "features": places}))
    assert [(row["case_id"], row["row_number"]) for row in house.rows()] == [("SYN-1", 2)]


def test_commas_between_lines_are_no_part_of_them(house):
    lines = [json.dumps(DEATH), json.dumps(DEATH | {"case_id": "SYN-2"})]
    house.drop("deaths.jsonl", ",\n".join(lines) + ",\r\n")
    assert [row["case_id"] for row in house.rows()] == ["SYN-1", "SYN-2"]


def test_what_a_database_puts_around_a_value_is_no_name_of_it(house):
    row = {**dict(zip(house.headings, house.row, strict=True)), "_id": {"$oid": "5f"}}
    row |= {"documented_on": {"$date": "2023-07-05T00:00:00Z"}, "age": {"$numberInt": "30"}}
    house.drop("deaths.json", json.dumps([row]))
    (read,) = house.rows()
    assert (read["case_id"], read["documented_on"], read["age"]) == ("SYN-1", "2023-07-05T00:00:00Z", "30")
