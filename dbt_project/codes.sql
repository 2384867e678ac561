-- Every code there is, as one type: in the warehouse a column of codes takes a byte or two a row and is compared as a
-- number, which is half of what writing it as text takes. Made in a draft that is begun empty, so that a new code makes
-- a new type. The variable `seeds` says where the code lists lie. Readers get text (orchestration/publish/release.py).
create temp macro seed(list) as getvariable('seeds') || '/' || list || '.csv';

create type code as enum (
    select distinct code
    from (
        select code from read_csv(seed('codes'))
        union all select party from read_csv(seed('parties'))
        -- the parties of the data root's own; a code of another shape is told, and never used
        union all select code from (select known(unnest(getvariable('own_parties')::varchar[])) as code)
            where regexp_full_match(code, '[a-z][a-z0-9_]*')
        union all select governorate from read_csv(seed('governorates'))
        union all select mechanism from read_csv(seed('mechanisms'))
        union all select facility_type from read_csv(seed('facility_types'))
        union all select role from read_csv(seed('roles'))
        union all select incident_kind from read_csv(seed('incident_kinds'))
        union all select exclusion_reason from read_csv(seed('exclusion_reasons'))
        union all select post_fall_channel from read_csv(seed('post_fall_channels'))
        union all select scheme from read_csv(seed('schemes'))
        union all select bucket from read_csv(seed('scheme_lines'))
        union all select cause_group from read_csv(seed('cause_groups'))
        union all select measure from read_csv(seed('measures'))
        union all select age_group from read_csv(seed('age_groups'))
        -- what figures are told by, which no sheet names
        union all select unnest(['documented', 'occurred', 'month', 'year_to_date', 'half_year', 'year'])
        -- what lines of parties held that changed within a period
        union all select 'list_changed'
        union all select unnest(['total', 'children', 'women', 'men', 'unknown', 'torture_event'])
    )
    order by code
);
