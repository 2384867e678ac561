{# The columns of a kind as received.yml describes them; a macro of its own, since a unit test has no graph to read. #}
{% macro described_columns(kind) %}
    {%- for node in (graph.sources.values() if execute else []) if node.name == "received_" ~ kind -%}
        {{ return(node.columns.values() | list) }}
    {%- endfor -%}
    {{ return([]) }}
{% endmacro %}

{# The contract's columns of a kind; provenance columns carry no meta.type. #}
{% macro contract(kind) %}
    {%- set found = [] -%}
    {%- for column in described_columns(kind) if column.config and column.config.meta.type -%}
        {%- do found.append(dict(column.config.meta, name=column.name)) -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}

{# The code lists the columns of a kind are of, each with whether a cell holds several codes. #}
{% macro contract_lists(kind) %}
    {%- set found = [] -%}
    {%- for column in contract(kind) if column.type in ("code", "codes") -%}
        {%- do found.append((column.code_list, column.type == "codes")) -%}
    {%- endfor -%}
    {%- for column in contract(kind) if column.type == "words" -%}
        {%- do found.append((column.words_of, false)) -%}
    {%- endfor -%}
    {%- for column in contract(kind) if column.may_say_yes_of -%}
        {%- do found.append(("yes_no", false)) -%}
    {%- endfor -%}
    {{ return(found | unique | list) }}
{% endmacro %}

{#
The common table expressions every staging model starts with:
  received  one row a written row, each cell as written or null where it says that nothing is known (written_<column>)
  coded     the same rows with each column typed and coded (<column>); a written cell that has no value is null here
A row looks its codes up in one map a list: a join a column would carry the whole row through each. Where a word has not
always meant the same, it is read as on the first of the columns `days` that has a date: when it happened, else when it
was documented; without any, as on the day of the run. Where a cell of the party held responsible (meta.joint) names several that are
known, evidence has not decided between them: it is pending, and they are its candidates, unless all of them are units of one party, as
`parties` has them.
#}
{% macro received_and_coded(kind, days, parties=none) -%}
    {%- set columns = contract(kind) -%}
    {%- set joint = columns | selectattr("joint", "defined") | map(attribute="name") | first -%}
    {%- set hedged = columns | selectattr("hedges", "defined") | map(attribute="hedges") | list -%}
    run as (
        select max(business_date) as business_date from {{ source("received", "run") }}
    ),

    codes as (
        select
            {%- for code_list, is_list in contract_lists(kind) %}
            {%- set of_list = "code_list = '" ~ code_list ~ "' and is_list = " ~ is_list %}
            map_from_entries(list((written, {{ "codes" if is_list else "case when not is_list then try_cast(codes as code) end" }})) filter (where {{ of_list }} and codes is not null))
                as {{ code_list }}_{{ is_list }},
            map_from_entries(list((written, codes_by_day)) filter (where {{ of_list }} and codes_by_day is not null))
                as {{ code_list }}_{{ is_list }}_by_day,
            {%- endfor %}
            {%- if joint %}
            map_from_entries(list((written, codes)) filter (where code_list = 'parties' and not is_list and codes like '%;%')) as joint_parties,
            {%- endif %}
            count(*) as spellings
        from {{ ref("stg_written_codes") }}
    ),

    received as (
        select
            left(written.sheet_hash, 16) || ':' || written.tab || ':' || written.row_number || coalesce('.' || written.row_part, '') as row_key,
            written.sheet_hash,
            written.file_name,
            written.folder,
            written.folder_month,
            written.received_month,
            written.tab,
            written.row_number,
            written.date_style,
            written.numbers,
            written.received_at,
            written.unread,
            written.unknown_columns,
            sources.word as source_word,
            run.business_date
            {%- for column in columns %},
            {{ "printed_word" if column.get("may_say_unknown") else "known_list" if column.type == "codes" else "known_reference" if column.type == "id" and not column.required else "known" }}(written.{{ column.name }}) as written_{{ column.name }}
            {%- endfor %}
        from {{ source("received", "received_" ~ kind) }} as written
        cross join run
        left join {{ ref("stg_sources") }} as sources
            on written.folder is not distinct from sources.folder and written.file_name = sources.file_name
    ),

    dated as (
        select
            *,
            coalesce({% for day in days %}first_day_of(written_{{ day }}, date_style), {% endfor %}business_date) as day_of_words
        from received
    ),
    {%- if joint %}

    -- what a party is a unit of
    roots as (
        select map_from_entries(list((cast(party as varchar), cast(coalesce(parent_party, party) as varchar)))) as root_of
        from {{ parties }}
    ),

    -- the parties of a cell that names several, each once, and what they are units of
    told as (
        select
            dated.*,
            list_sort(list_distinct(string_split(coalesce(codes.joint_parties[written_{{ joint }}], {{ meant_then("codes.parties_False", "written_" ~ joint, "dated") }}), ';')))
                as named_parties,
            list_distinct(list_transform(named_parties, lambda each: coalesce(roots.root_of[each], each))) as named_roots
        from dated
        cross join codes
        cross join roots
    ),
    {%- endif %}

    coded as (
        select
            received.* exclude (day_of_words{{ ", named_parties, named_roots" if joint }})
            {%- for column in columns %},
            {%- if column.name == joint %}
            coalesce({{ coded_cell(column) }}, cast(case
                when len(named_parties) = 1 then named_parties[1]
                when len(named_roots) = 1 then named_roots[1]
                when len(named_roots) > 1 then 'pending_two_party'
            end as code)) as {{ column.name }}
            {%- elif column.name == "candidates" %}
            coalesce({{ coded_cell(column) }}, case when len(named_roots) > 1 then array_to_string(named_parties, ';') end) as {{ column.name }}
            {%- elif column.may_be_ages %}
            coalesce({{ coded_cell(column) }}, try_cast(class_of_age(received.written_{{ column.name }}) as code)) as {{ column.name }}
            {%- elif column.may_say_yes_of %}
            -- all of them, or nobody
            coalesce({{ typed(column) }}, case codes.yes_no_False[received.written_{{ column.name }}]
                when 'yes' then coalesce({{ column.may_say_yes_of }}, 1) when 'no' then 0
            end) as {{ column.name }}
            {%- elif column.hedges %}
            coalesce({{ coded_cell(column) }}, {{ told_hedge(column.hedges) }}) as {{ column.name }},
            {{ told_hedge(column.hedges) }} as told_{{ column.name }}
            {%- elif column.type in ("code", "codes") %}
            {{ coded_cell(column) }} as {{ column.name }}
            {%- elif column.type == "words" %}
            {{ known_words(column) }} as {{ column.name }}
            {%- else %}
            {{ typed(column, column.name in hedged) }} as {{ column.name }}
            {%- endif %}
            {%- endfor %}
            {%- for told, telling in columns | selectattr("tells", "defined") | groupby("tells") %},
            -- what words of other columns say: a boy is a child, and so is who is 5 or 6
            {%- for column in telling %}
            {%- set word = "codes." ~ told ~ "_False[received.written_" ~ column.name ~ "]" %}
            {% if column.type == "age" %}coalesce({{ word }}, try_cast(class_of_age(received.written_{{ column.name }}) as code)){% else %}{{ word }}{% endif %} as told_by_{{ column.name }},
            {%- endfor %}
            coalesce({% for column in telling %}{{ ", " if not loop.first }}told_by_{{ column.name }}{% endfor %}) as told_{{ told }}
            {%- endfor %}
        from {{ "told" if joint else "dated" }} as received
        cross join codes
    )
{%- endmacro %}

{# What a word, or a cell, that has not always meant the same meant on the day of the row. #}
{% macro meant_then(map, word, row="received") -%}
    list_filter({{ map }}_by_day[{{ word }}], lambda each: each.valid_from <= {{ row }}.day_of_words)[-1].codes
{%- endmacro %}

{# A cell as its code, or codes: what its words always mean, else what they meant on the day of the row. #}
{% macro coded_cell(column) -%}
    {%- set map = "codes." ~ column.code_list ~ "_" ~ (column.type == "codes") -%}
    {%- set cell = "received.written_" ~ column.name -%}
    coalesce(
        {{ map }}[{{ cell }}],
        case when {{ cell }} is not null then {{ "try_cast(" if column.type == "code" }}{{ meant_then(map, cell) }}{{ " as code)" if column.type == "code" }} end
    )
{%- endmacro %}

{# The codes that words of free text name, each once; null where none does: what the others say is nobody's matter here. #}
{% macro known_words(column) -%}
    {%- set map = "codes." ~ column.words_of ~ "_False" -%}
    nullif(array_to_string(list_distinct(list_filter(list_transform(
        words_of(received.written_{{ column.name }}, true),
        lambda word: coalesce({{ map }}[word], {{ meant_then(map, "word") }})
    ), lambda code: code is not null)), ';'), '')
{%- endmacro %}

{# The rows of a relation with the hash of all they say: two of the same say the same, in names and free text too. In
which submission a row came is not what it says. #}
{% macro hashed(kind, relation) -%}
    select
        *,
        hash({{ contract(kind) | rejectattr("form", "defined") | map(attribute="name") | join(", ") }}) as content_hash
    from {{ relation }}
{%- endmacro %}

{# What a number says itself of how it is meant, where a column beside it says so too: at least 31, 20+. #}
{% macro told_hedge(number) -%} codes.hedge_False[hedged(without_percent(received.written_{{ number }})).word] {%- endmacro %}

{# A cell as a value of its column's type; of a hedged number without what it says of how it is meant. #}
{% macro typed(column, is_hedged=false) -%}
    {%- set written = "received.written_" ~ column.name -%}
    {%- if is_hedged -%}
        {%- set cell = "without_percent(" ~ written ~ ")" if column.type == "number" else written -%}
        {%- set written = "case when " ~ told_hedge(column.name) ~ " is not null then hedged(" ~ cell ~ ").number else " ~ cell ~ " end" -%}
    {%- endif -%}
    {%- if column.type == "date" -%} to_date({{ written }}, received.date_style)
    {%- elif column.type == "moment" -%} to_moment({{ written }}, received.date_style)
    {%- elif column.type == "integer" -%} to_count({{ written }})
    {%- elif column.type == "age" -%} to_age({{ written }})
    {%- elif column.type == "id" -%} case when why_no_id({{ written }}, '{{ column.name }}', received.numbers) is null then numbered(record_number({{ written }}), received.source_word, received.folder, received.file_name, received.tab, received.unknown_columns) end
    {%- elif column.type == "number" -%} to_number({{ written }})
    {%- else -%} {{ written }}
    {%- endif -%}
{%- endmacro %}

{# The columns a staging model keeps: where the row came from, and every value but names, free text and those named. #}
{% macro staged_columns(kind, without=[]) -%}
    row_key,
    sheet_hash,
    file_name,
    folder,
    folder_month,
    received_month,
    tab,
    row_number,
    received_at,
    -- headings nobody knows, with something written under them (I04)
    json_keys(unknown_columns) as unknown_headings,
    content_hash
    {%- for column in contract(kind) if not column.get("restricted") and column.name not in without %},
    {{ column.name }}
    {%- endfor %}
{%- endmacro %}

{#
The problems of a row, as a list of structs; null where there are none. What the contract asks of every cell (a date
is a date, a code is known, a number is a number) comes first, then that a number and its hedge say one thing, then the kind's own rules,
each a dictionary of
  rule_id, column, when (a condition over the row), say (a SQL text), severity (Q unless said otherwise).
Why a cell has no value is asked in one place for all columns: asked in each, it takes longer to plan than a small night to read.
#}
{% macro problems(kind, rules) -%}
    {%- set cells = cell_rules(kind) -%}
    {%- set rules = hedge_rules(kind) + rules -%}
    {%- set of_row = [{
        "rule_id": "I04", "column": "row", "when": "unread is not null", "written": "null",
        "say": "'the row has more or fewer cells than the heading; nothing of it could be placed'",
    }] -%}
    case
        when
            {%- for rule in of_row + cells + rules %}
            {{ "or " if not loop.first }}({{ rule.when }})
            {%- endfor %}
            then nullif(
                {{ problems_by(of_row) }}
                || list_filter(list_transform(list_filter([
                    {%- for cell in cells %}
                    case when {{ cell.when }} then {
                        'rule_id': '{{ cell.rule_id }}',
                        'column_name': '{{ cell.column }}',
                        'written': {{ cell.written }},
                        'severity': '{{ cell.severity }}',
                        'cell': written_{{ cell.column }},
                        'expected': '{{ cell.expected }}'
                    } end{{ "," if not loop.last }}
                    {%- endfor %}
                ], each -> each is not null), each -> {
                    'rule_id': each.rule_id,
                    'column_name': each.column_name,
                    'written': each.written,
                    'sentence': concat_ws(' ', each.column_name, each.written) || ' ' || coalesce(
                        why_no_value(each.cell),
                        case when each.expected not in ('number of a record', 'text') then why_unsure(each.cell) end,
                        case each.expected
                            when 'number of a record' then why_no_id(each.cell, each.column_name, numbers)
                            when 'date' then 'is not a date (' || why_no_date(coalesce(each.written, ''), date_style) || ')'
                            when 'date or period' then 'is not a date (' || regexp_replace(
                                why_no_date(coalesce(each.written, ''), date_style), '^expected .*', '\0, or its month or year'
                            ) || ')'
                            when 'age' then 'cannot be read as an age'
                            when 'whole number' then why_no_number(each.cell, each.expected)
                            when 'number' then why_no_number(each.cell, each.expected)
                            -- text is what it is
                            when 'text' then null
                            else 'is not a ' || each.expected
                        end || case each.severity when 'W' then ', which counts as not known' else '' end
                    ),
                    'severity': each.severity
                }), problem -> problem.sentence is not null)
                || {{ problems_by(rules) }},
                []
            )
    end
{%- endmacro %}

{# The problems of a row by rules of which each says its own sentence. #}
{% macro problems_by(rules) -%}
    list_filter([
                    {%- for rule in rules %}
                    case when {{ rule.when }} then {
                        'rule_id': '{{ rule.rule_id }}',
                        'column_name': '{{ rule.column }}',
                        'written': {{ rule.get("written", "written_" ~ rule.column) }},
                        -- one that names what is not there is none, and a problem without a sentence ends the night
                        'sentence': coalesce({{ rule.say }}, '{{ rule.column }} does not fit the rest of the row'),
                        'severity': '{{ rule.get("severity", "Q") }}'
                    } end{{ "," if not loop.last }}
                    {%- endfor %}
                ], problem -> problem is not null)
{%- endmacro %}

{#
What the contract asks of every cell of a kind: a cell that is of no value of its column takes its row out, unless its column says that
it is not known then (an age, a day of birth, ages for an age class), and but for restricted text. A restricted cell is not quoted, not even here, nor is what may be a name.
#}
{% macro cell_rules(kind) %}
    {%- set rules = [] -%}
    {%- set expected = {
        "date": ("I13", "date"),
        "moment": ("I13", "date"),
        "code": ("I05", "known spelling of the list "),
        "codes": ("I05", "known spelling of the list "),
        "integer": ("I05", "whole number"),
        "number": ("I05", "number"),
        "age": ("I14", "age"),
        "id": ("I04", "number of a record"),
        "text": ("I04", "text"),
        "words": ("I04", "text"),
    } -%}
    {%- for column in contract(kind) -%}
        {%- set written = "written_" ~ column.name -%}
        {%- set rule_id, what = expected[column.type] -%}
        {%- set shown = "null" if column.get("restricted") else written -%}
        {%- if column.type == "id" -%}
            {%- set shown = "case when not is_like_a_name(" ~ written ~ ") then " ~ written ~ " end" -%}
        {%- endif -%}
        {%- set severity = column.get("severity", "A" if what == "text" and column.get("restricted") else "Q") -%}
        {%- set when = "left(" ~ written ~ ", 1) in ('#', '=')" if what == "text" else written ~ " is not null and " ~ column.name ~ " is null"
            ~ (" and told_by_" ~ column.name ~ " is null" if column.tells else "") -%}
        {#- ages that leave it open to which class somebody belongs say nothing of it -#}
        {%- set of_ages = "regexp_matches(western_digits(" ~ written ~ "), '[0-9]')" -%}
        {%- for severity, also in ([("W", " and " ~ of_ages), ("Q", " and not " ~ of_ages)] if column.may_be_ages else [(severity, "")]) -%}
            {%- do rules.append({
                "column": column.name,
                "rule_id": column.get("rule_id", rule_id),
                "severity": severity,
                "when": when ~ also,
                "written": shown,
                "expected": what ~ column.get("code_list", "") ~ (" or period" if column.may_be_period else ""),
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(rules) }}
{% endmacro %}

{# A number that says itself how it is meant says what stands beside it. #}
{% macro hedge_rules(kind) %}
    {%- set rules = [] -%}
    {%- for column in contract(kind) if column.hedges -%}
        {%- do rules.append(
            {"rule_id": "I05", "column": column.name, "when": column.name ~ " != told_" ~ column.name,
             "say": "'" ~ column.name ~ " ' || written_" ~ column.name ~ " || ' does not fit " ~ column.hedges ~ " ' || written_" ~ column.hedges}
        ) -%}
    {%- endfor -%}
    {{ return(rules) }}
{% endmacro %}

{# The rules every kind of case sheet shares: a row has its number and a day of documentation that has come. #}
{% macro record_rules(record_id) %}
    {{ return([
        {"rule_id": "I04", "column": record_id, "when": "written_" ~ record_id ~ " is null and unread is null",
         "say": "'" ~ record_id ~ " is empty: without it the row belongs to no record'"},
        {"rule_id": "I06", "column": "documented_on",
         "when": "written_documented_on is null and unread is null and coalesce(status, 'active') != 'withdrawn'",
         "say": "'documented_on is empty: without it the row belongs to no month'"},
        {"rule_id": "I06", "column": "documented_on", "when": "documented_on < date '2011-03-01'",
         "say": "'documented_on ' || documented_on || ' is before 2011-03-01, when documentation began'"},
        {"rule_id": "I06", "column": "documented_on", "when": "documented_on > business_date",
         "say": "'documented_on ' || documented_on || ' is after the day of this run, ' || business_date"},
    ]) }}
{% endmacro %}

{# What is documented has happened, and does not end before it begins (I13): `until` is the column of the last day, where there is one. #}
{% macro day_rules(day, until) %}
    {%- set rules = [
        {"rule_id": "I13", "column": day, "when": day ~ " > documented_on",
         "say": "'" ~ day ~ " ' || " ~ day ~ " || ' is after documented_on ' || documented_on"},
    ] -%}
    {%- if until -%}
        {%- do rules.append(
            {"rule_id": "I13", "column": until, "when": until ~ " < " ~ day,
             "say": "'" ~ until ~ " ' || " ~ until ~ " || ' is before " ~ day ~ " ' || " ~ day}
        ) -%}
        {#- a month or year may have days that are to come -#}
        {%- do rules.append(
            {"rule_id": "I13", "column": until, "when": until ~ " > business_date and to_date(written_" ~ until ~ ", date_style) > business_date",
             "say": "'" ~ until ~ " ' || " ~ until ~ " || ' is after the day of this run, ' || business_date"}
        ) -%}
    {%- endif -%}
    {{ return(rules) }}
{% endmacro %}

{# A day with its precision (I13): one known to the month or year is written as its first. #}
{% macro precision_rules(day) %}
    {%- set precision = day ~ "_precision" -%}
    {{ return([
        {"rule_id": "I13", "column": precision, "when": precision ~ " = 'day' and written_" ~ day ~ " is null",
         "say": "'" ~ precision ~ " says day, but there is no " ~ day ~ "'"},
        {"rule_id": "I13", "column": day,
         "when": "(" ~ precision ~ " = 'month' and day(" ~ day ~ ") != 1) or (" ~ precision ~ " = 'year' and dayofyear(" ~ day ~ ") != 1)",
         "say": "'" ~ day ~ " ' || " ~ day ~ " || ' is known to the ' || " ~ precision ~ " || ' only: expected its first day'"},
    ]) }}
{% endmacro %}

{# A day and its precision, to replace them: one that is written as a month or year is that exact, where nothing else is said. #}
{% macro as_exact_as_written(day) -%}
    {%- set precision, written = day ~ "_precision", "written_" ~ day -%}
            coalesce(
                {{ day }},
                case when coalesce({{ precision }}, 'month') in ('month', 'estimated') then first_of_month({{ written }}) end,
                case when coalesce({{ precision }}, 'year') = 'year' then first_of_year({{ written }}) end
            ) as {{ day }},
            case
                when written_{{ precision }} is not null or {{ day }} is not null then {{ precision }}
                when first_of_month({{ written }}) is not null then cast('month' as code)
                when first_of_year({{ written }}) is not null then cast('year' as code)
            end as {{ precision }}
{%- endmacro %}

{#
A party exists on the day it is held responsible for (I31). The row needs incident_date and the columns
party_valid_from and party_valid_to; a death through a post-fall channel comes after its party's end by definition,
and I32 asks for the channel. last_date is the last day it may have been, where it is known to the month or year only, and day the
column of the day itself, without which that of the documentation counts.
#}
{% macro party_rules(last_date, day, unless="false") %}
    {{ return([
        {"rule_id": "I31", "column": "party", "when": last_date ~ " < party_valid_from",
         "say": "'party ' || party || ' did not exist on ' || coalesce(incident_date, " ~ last_date ~ ") || ' (from ' || party_valid_from || ')'"},
        {"rule_id": "I31", "column": "party", "when": "incident_date > party_valid_to and (" ~ unless ~ ") is not true",
         "say": "'party ' || party || ' no longer existed on ' || incident_date || ' (to ' || party_valid_to || ')' || " ~ of_documentation(day)},
    ]) }}
{% endmacro %}

{# What is to be known of a day that is only the one of the documentation, as the end of a sentence. #}
{% macro of_documentation(day) -%}
    case when {{ day }} is null and incident_date = documented_on then '; there is no {{ day }}, and the day of the documentation counts' else '' end
{%- endmacro %}

{#
So do those it is pending between (I31): who was not there is noted, and the row counts. `absent_candidates` is a column of the row,
made beside `party_days`.
#}
{% macro candidate_rules() %}
    {{ return([
        {"rule_id": "I31", "column": "candidates", "severity": "A", "when": "absent_candidates != ''",
         "say": "'candidates ' || absent_candidates || ' did not exist on ' || coalesce(incident_date, last_incident_date)"},
    ]) }}
{% endmacro %}

{% macro party_days(parties) -%}
    party_days as (
        select map_from_entries(list((
            cast(party as varchar), {'valid_from': valid_from, 'valid_to': valid_to, 'root': cast(coalesce(parent_party, party) as varchar)}
        ))) as of_party
        from {{ parties }}
    )
{%- endmacro %}

{% macro absent_candidates(row, incident_date, last_date, unless="''") -%}
    case when {{ row }}.candidates is not null then array_to_string(list_filter(
        string_split({{ row }}.candidates, ';'),
        lambda each: {{ last_date }} < party_days.of_party[each].valid_from
            or ({{ incident_date }} > party_days.of_party[each].valid_to and party_days.of_party[each].root != {{ unless }})
    ), ', ') end
{%- endmacro %}

{#
Who may be held responsible for a death: after its fall the Assad regime by a channel only (I32), for a mine or a remote
explosion nobody, unless the scheme allows it (I33), and nobody who was not there that day (I31). A row needs what stg_deaths
takes from its party, mechanism, channel and scheme.
#}
{% macro responsibility_rules() %}
    {%- set after_the_fall = "party_root = 'assad_regime' and incident_date > date '2024-12-08'" %}
    {#- the printed lines that name nobody -#}
    {%- set names_nobody = "bucket in ('other', 'unidentified')" %}
    {{ return([
        {"rule_id": "I32", "column": "party", "when": after_the_fall ~ " and post_fall_channel is null",
         "say": "party || ' after 2024-12-08 needs post_fall_channel (war_remnant, cluster_remnant, late_wound, militia)' || "
            ~ of_documentation("death_date")},
        {"rule_id": "I32", "column": "mechanism", "when": after_the_fall ~ " and channel_needs_remnant and is_remnant is not true",
         "say": "'post_fall_channel ' || post_fall_channel || ' needs a remnant as mechanism, not ' || coalesce(mechanism, 'none')"},
        {"rule_id": "I32", "column": "injured_on",
         "when": after_the_fall ~ " and post_fall_channel = 'late_wound' and (injured_on <= date '2024-12-08') is not true",
         "say": "'post_fall_channel late_wound needs injured_on up to 2024-12-08, not ' || coalesce(injured_on::varchar, 'none')"},
        {"rule_id": "I33", "column": "party",
         "when": "is_excluded_from_attribution and not (" ~ names_nobody ~ ") and (post_fall_channel = 'planted_mine' and allows_planted_mine) is not true",
         "say": "'responsibility for ' || mechanism || ' is not attributed under ' || scheme || ': expected an unidentified party, not ' || party"},
        {"rule_id": "I33", "column": "attribution_status",
         "when": "is_excluded_from_attribution and " ~ names_nobody ~ " and attribution_status in ('confirmed', 'probable')",
         "say": "'attribution_status ' || attribution_status || ' does not fit ' || mechanism || ': expected excluded_by_rule'"},
        {"rule_id": "I33", "column": "attribution_status", "when": "not (" ~ names_nobody ~ ") and attribution_status = 'excluded_by_rule'",
         "say": "'attribution_status excluded_by_rule does not fit party ' || party || ', which is held responsible'"},
    ] + party_rules("last_incident_date", "death_date", unless="party_root = 'assad_regime'")) }}
{% endmacro %}

{# A p-code is one of the areas known, and lies in the governorate written beside it (I21). #}
{% macro pcode_rules(pcode, governorate) %}
    {{ return([
        {"rule_id": "I21", "column": pcode, "when": pcode ~ " is not null and pcode_governorate is null",
         "say": "'" ~ pcode ~ " ' || " ~ pcode ~ " || ' is not a p-code of the administrative areas'"},
        {"rule_id": "I21", "column": pcode, "when": "pcode_governorate != " ~ governorate,
         "say": "'" ~ pcode ~ " ' || " ~ pcode ~ " || ' lies in ' || pcode_governorate || ', but the governorate written is ' || "
            ~ governorate},
    ]) }}
{% endmacro %}

{# A group is of somebody, and its children and women are not more than the group. #}
{% macro group_rules(group) %}
    {{ return([
        {"rule_id": "I05", "column": group, "when": group ~ " = 0",
         "say": "'" ~ group ~ " 0 is nobody: one was expected, or more'"},
        {"rule_id": "I54", "column": group, "when": "coalesce(children, 0) + coalesce(women, 0) > coalesce(" ~ group ~ ", 1)",
         "say": "'children and women, ' || (coalesce(children, 0) + coalesce(women, 0)) || ', are more than " ~ group ~ ", '
            || coalesce(" ~ group ~ ", 1)"},
    ]) }}
{% endmacro %}

{#
A whole staging model of a kind whose rules are the shared ones: a record, its place and its party. `day` is the column
of the day it happened, by which its party must have existed, `group` the number of people where a row may speak of many,
`own_rules` what only rows of this kind can get wrong, `kept` what else of the row is kept, by name, `is_of_day` whether the party must
have been there on that day, `has_precision` whether a column says how exact the day is, and `until` the column of the last day.
#}
{% macro stage_record(kind, record_id, day, has_pcode=false, group=none, own_rules=[], kept={}, is_of_day=true, has_precision=false, until=none) %}
    {%- set last_known = last_day_it_may_be("hashed", day) if has_precision else "hashed." ~ (until or day) -%}
    {%- set last_day = "coalesce(" ~ last_known ~ ", hashed." ~ day ~ ", hashed.documented_on)" -%}
    {%- set rules = record_rules(record_id) + (pcode_rules("pcode", "governorate") if has_pcode else [])
        + (day_rules(day, until) + party_rules("last_incident_date", day) + candidate_rules() if is_of_day else [])
        + (precision_rules(day) if has_precision else [])
        + (group_rules(group) if group else []) + own_rules -%}
    with {{ received_and_coded(kind, [day, "documented_on"], parties=ref("stg_parties")) }},

    filled as (
        select
            * replace (
                {%- if has_precision %}
                {{ as_exact_as_written(day) }},
                {%- endif %}
                {%- if until %}
                -- what was within a month or year was within its days
                coalesce({{ day }}, first_day_of(written_{{ day }}, date_style)) as {{ day }},
                coalesce(
                    {{ until }},
                    last_of_period(written_{{ until }}),
                    case when written_{{ until }} is null then last_of_period(written_{{ day }}) end
                ) as {{ until }},
                {%- endif %}
                case when written_party is null then cast('unidentified' as code) else party end as party
            )
        from coded
    ),

    hashed as (
        {{ hashed(kind, "filled") }}
    ),

    {%- if is_of_day %}

    {{ party_days(ref("stg_parties")) }},
    {%- endif %}

    checked as (
        select
            hashed.*,
            coalesce(hashed.{{ day }}, hashed.documented_on) as incident_date,
            {%- if is_of_day %}
            {{ last_day }} as last_incident_date,
            {{ absent_candidates("hashed", "coalesce(hashed." ~ day ~ ", hashed.documented_on)", last_date=last_day) }} as absent_candidates,
            {%- endif %}
            parties.valid_from as party_valid_from,
            parties.valid_to as party_valid_to
            {%- if has_pcode %},
            areas.governorate as pcode_governorate
            {%- endif %}
        from hashed
        {%- if is_of_day %}
        cross join party_days
        {%- endif %}
        left join {{ ref("stg_parties") }} as parties on hashed.party = parties.party
        {%- if has_pcode %}
        left join {{ ref("stg_areas") }} as areas on hashed.pcode = areas.pcode
        {%- endif %}
    )

    select
        {{ staged_columns(kind) }},
        {%- for name, expression in kept.items() %}
        {{ expression }} as {{ name }},
        {%- endfor %}
        {{ problems(kind, rules) }} as problems
    from checked
{%- endmacro %}
