-- Every code that stands in figures or events, with its names in both languages; of a party the line as its scheme prints
-- it. Given are a release, attached as `released`, and the lists measures, cause_groups, age_groups, schemes, small_codes and own_codes.
create temp table codes as
select * from (
    select 'measure' as list, cast(null as varchar) as scheme, measure as code, name_en as name, name_ar from measures
    union all
    select 'scheme', null, scheme, name_en, name_ar from schemes
    union all
    select distinct 'party', scheme, bucket, bucket_name, bucket_name_ar from released.marts.dim_parties
    union all
    select 'sub_party', null, party, any_value(party_name), any_value(party_name_ar) from released.marts.dim_parties
    group by party
    union all
    select unnest(['governorate', 'origin_governorate']), null, governorate, governorate_name, governorate_name_ar
    from released.marts.dim_governorates
    union all
    select 'sex', null, code, name_en, name_ar from small_codes
    where code_list = 'sex'
    union all
    select 'age_group', null, age_group, name_en, name_ar from age_groups
    union all
    select 'cause_group', null, cause_group, any_value(name_en), any_value(name_ar) from cause_groups
    group by cause_group
    union all
    select 'role', null, role, role_name, role_name_ar from released.marts.dim_roles
    union all
    select 'facility_type', null, facility_type, facility_type_name, facility_type_name_ar from released.marts.dim_facility_types
    union all
    select 'mechanism', null, mechanism, any_value(mechanism_name), any_value(mechanism_name_ar)
    from released.marts.dim_mechanisms
    group by mechanism
    union all
    select list, null, code, name, name_ar from own_codes
)
order by list, scheme nulls first, code;
