{# What a stated figure is of, beside its document and period; '' where it is not broken down so. #}
{% macro stated_place() %}
    {{ return(["measure", "role", "cause_group", "party", "sub_party", "governorate", "facility_type", "part_month", "at_place"]) }}
{% endmacro %}

{# Who states it, and of which days and people. #}
{% macro stated_frame() %}
    {{ return(["document", "claimant", "scope", "period_start", "period_end"]) }}
{% endmacro %}

{# Whom a number counts, in the words of our categories. #}
{% macro stated_categories() %}'total', 'children', 'women', 'men', 'unknown'{% endmacro %}

{# The words by which a list names everybody in place of a party, folded. #}
{% macro stated_everybody() -%}
    fold('ALL'), fold('Total'), fold('All parties'), fold('الكل'), fold('الإجمالي'), fold('المجموع'), fold('جميع الجهات')
{%- endmacro %}

{# The words by which a list of governorates or of types of facility names its rest, folded. #}
{% macro stated_others() -%}
    fold('Other'), fold('Others'), fold('The rest'), fold('أخرى'), fold('غيرها')
{%- endmacro %}

{# Where in a document a number may stand without a word of it: the title, a table, a chapter by its number, a page. #}
{% macro stated_location() -%}
    '(((?i:title|lead|body|end|summary|table|chart|figure|map|annex|note|section|chapter|paragraph|sentence|page|p[.])( (\d+|[IVXLC]+))?|[IVXLC]+|\d+)([.][A-Za-z0-9]{1,3})*(, )?)+( ?[(]\d+[)])?'
{%- endmacro %}

{#
Whether a printed line names the rest of its list. Of a case "other parties" says that nobody is identified; a printed line of
that name is what the lines above it leave.
#}
{% macro stated_rest(party, folded) -%}
    {{ party }} = 'unidentified' and regexp_matches({{ folded }}, 'other|rest|remaining|اخر|باقي|بقيه')
{%- endmacro %}

{# What a word nobody knows is called in the fact, where no cell may be quoted: the key by which a finding names it. #}
{% macro unknown_word(code_list, folded) -%} 'unknown_' || word_key('{{ code_list }}', {{ folded }}) {%- endmacro %}

{# The nearest two numbers two intervals admit: expected of the one, observed of the other; the same where they meet. #}
{% macro nearest(low, high, of_low, of_high) -%}
    greatest(least(greatest({{ low }}, {{ of_low }}), {{ high }}), {{ low }})
{%- endmacro %}

{# A stated cell for a person: "deaths of role medical, party other, sub-party gunfire_unidentified". #}
{% macro stated_subject(cells) -%}
    concat_ws(
        ', ',
        {{ cells }}.measure
        {%- for column, words in {
            "role": "role", "cause_group": "cause group", "party": "party", "sub_party": "sub-party",
            "governorate": "governorate", "facility_type": "facility type", "part_month": "month", "at_place": "place",
        }.items() %},
        '{{ words }} ' || nullif({{ cells }}.{{ column }}, '')
        {%- endfor %},
        'counting ' || nullif({{ cells }}.scope, 'civilians'),
        nullif('by ' || {{ cells }}.claimant, 'by ')
    )
{%- endmacro %}

{# What alone would mend a residual: another number in a cell, of these bounds; or what is no number of a cell, by its words alone. #}
{% macro mend(cell, low="null", high=none) -%}
    {'cell': {{ cell }}, 'low': cast({{ low }} as double), 'high': cast({{ low if high is none else high }} as double)}
{%- endmacro %}

{# Nothing alone would mend it. #}
{% macro no_mend() -%} cast(null as struct(cell varchar, low double, high double)[]) {%- endmacro %}

{# What a text of a document goes by where only a key may stand. #}
{% macro text_key(text) -%} left(md5({{ text }}), 12) {%- endmacro %}

{# The text of the month before that was left standing in a document, by its key. #}
{% macro text_of_the_month_before(document, month) -%}
    {{ text_key("concat_ws('|', 'the month before', " ~ document ~ ", " ~ month ~ ")") }}
{%- endmacro %}

{# A residual of a stated figure's document. #}
{% macro stated_residual(rule_id, cells, subject, category, expected, observed, judged="true", reason="cast(null as varchar)", signature="cast(null as varchar)", mended_by=none) -%}
    {{ residual(
        rule_id, cells ~ ".period_kind", cells ~ ".period_start", cells ~ ".period_end", subject, cells ~ ".measure", category,
        expected, observed, judged, reason,
    ) }},
    {{ cells }}.document,
    {{ signature }} as signature,
    {{ mended_by or no_mend() }} as mended_by
{%- endmacro %}

{# A part beside the most it may be. A whole that is a lower bound only, as "at least 31", can hold any part. #}
{% macro stated_at_most(rule_id, cells, subject, most, part, mended_by=none) -%}
    {{ stated_residual(
        rule_id, cells, subject, cells ~ ".category", "case when not isinf(" ~ most ~ ") then " ~ most ~ " end", part,
        judged="not isinf(" ~ most ~ ")", reason="case when isinf(" ~ most ~ ") then 'the whole is a lower bound only' end",
        mended_by="case when " ~ part ~ " > " ~ most ~ " then " ~ mended_by ~ " end" if mended_by else none,
    ) }}
{%- endmacro %}

{# Whether a whole number, or the one given, is in percent of the whole within reach of the share. #}
{% macro attains(share, reach, whole, part) -%}
    case
        when {{ part }} is not null then abs(100 * {{ part }} / {{ whole }} - {{ share }}) <= {{ reach }} + 1e-9
        else floor({{ whole }} * ({{ share }} + {{ reach }}) / 100 + 1e-9) >= ceil({{ whole }} * ({{ share }} - {{ reach }}) / 100 - 1e-9)
    end
{%- endmacro %}
