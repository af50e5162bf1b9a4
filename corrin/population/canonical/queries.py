"""The queries that read facts in the order of the people, already filtered where one can."""

from __future__ import annotations

#: Results by id where a correction came, or where a result was taken back: what stands of
#: each id.  ``rank`` and ``issued`` are those of the version that counts; ``several`` says
#: that versions with both differ, so that neither can be believed.
BY_ID = """create table by_id as
with ids as (
    select distinct result_id from {results} where result_id is not null
    and status in ('amended', 'corrected', 'entered-in-error', 'cancelled')
), versions as (
    select r.result_id, {STATUS} as rank, issued,
        hash(person_id, lab, taken, value, comparator, unit_seen, word) as content
    from {results} r semi join ids using (result_id) where {STATUS} >= 0
), ranked as (
    select *, bool_or(rank = 0) over one as removed, max(rank) over one as best from versions
    window one as (partition by result_id)
), newest as (
    select *, max(issued) over (partition by result_id) as last from ranked where rank = best
)
select result_id, any_value(removed) as removed, any_value(best) as rank,
    any_value(last) as issued,
    count(distinct content) filter (issued is not distinct from last) > 1 as several
from newest group by result_id"""

#: Versions of results that may count, with what became of each by its id.
RESULTS = """select person_id, {LAB} as lab, {UNIT} as unit, {SITE} as site,
    value, coalesce(list_position(['', '<', '<=', '>', '>='], coalesce(comparator, '')) - 1, -2)
        as comparator,
    case when word is null then -1 else coalesce(
        list_position(['low', 'normal', 'high', 'negative', 'positive'], word) - 1, -2) end as word,
    reference_low as low, reference_high as high,
    case when isfinite(taken) then taken - date '1970-01-01' end as day,
    case when isfinite(r.issued) then epoch_us(r.issued) end as issued, {STATUS} as status,
    case when i.result_id is null then 0 when removed then 1
        when rank <> {STATUS} or r.issued is distinct from i.issued then 2
        when several then 3 else 0 end as fate,
    case when r.result_id is null then 0 else greatest(hash(r.result_id), 1) end as id,
    coalesce(enum_code(try_cast(problem as codes))::int, -1) as problem, assay
from {results} r left join by_id i on r.result_id = i.result_id
where {LAB} is not null and trim(person_id) <> ''
    and ({STATUS} > 0 or ({STATUS} = 0 and r.result_id is null))
order by person_id"""

#: Everybody who has a record of their own, or a result that does not count.
PEOPLE = """select person_id, count(own) as records,
    min(birth_date) as birth_date, min(birth_date) <> max(birth_date) as birth_dates,
    min(age) as age, min(age) <> max(age) as ages,
    min(sex) as sex, min(sex) <> max(sex) as sexes,
    min(setting) as setting, min(setting) <> max(setting) as settings,
    min(country) as country, min(country) <> max(country) as countries,
    min(twitching) as twitching, min(twitching) <> max(twitching) as twitchings
from (
    select *, true as own from {people} union all by name
    select person_id from {results} where {LAB} is null or {STATUS} < 0
        or ({STATUS} = 0 and result_id is not null)
) where trim(person_id) <> '' group by person_id order by person_id"""

FINDINGS = """select person_id, present,
    coalesce(enum_code(try_cast(finding as finding_ids))::int, -1) as finding,
    case when isfinite(noted) then noted - date '1970-01-01' end as day
from {findings} where trim(person_id) <> '' order by person_id"""

PRODUCTS = """select * from {products} where trim(person_id) <> '' order by all"""
DRUGS = """select * from {drugs} where trim(person_id) <> '' order by all"""

ASKED = """select person_id, bool_or(what = 'intake') as intake, bool_or(what = 'drugs') as drugs,
    count(*) as records, count(*) filter (what not in ('intake', 'drugs')) as others
from {asked} where trim(person_id) <> '' group by person_id order by person_id"""

#: Rows without a person, of every kind but results, whose survey counts them.
NOBODY = """select 'people' as kind, count(*) as n from {people} where trim(person_id) = ''
union all select 'findings', count(*) from {findings} where trim(person_id) = ''
union all select 'products', count(*) from {products} where trim(person_id) = ''
union all select 'drugs', count(*) from {drugs} where trim(person_id) = ''
union all select 'asked', count(*) from {asked} where trim(person_id) = ''"""

#: People whose own record was rejected: one for each that is not named, or named once.
REJECTED = """select code, person_id, count(*) as n from {rejected}
where lower(kind) in ('people', 'person', 'patient')
group by code, person_id order by person_id, code"""
