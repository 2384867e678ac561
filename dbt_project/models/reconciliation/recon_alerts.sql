{#- how many hours may pass until somebody looks after the alerts again -#}
{%- set hours = 26 %}

with received_outbox as not materialized (
    select * from {{ source("received", "received_outbox") }}
),

run as (
    select max(business_date) as business_date from {{ source("received", "run") }}
)

-- I98: somebody looked after the outbox the night before
select
    {{ residual(
        "'I98'", "'day'", "run.business_date", "run.business_date", "'time since somebody looked after the alerts'", "'alerts'", "'hours'",
        hours, "outbox.hours_unattended", judged="outbox.has_channels and outbox.hours_unattended is not null",
        reason="case when not outbox.has_channels then 'there is no channel' when outbox.hours_unattended is null then 'nobody has looked yet' end",
    ) }}
from run
cross join received_outbox as outbox

union all

-- I98: and what was written was sent
select
    {{ residual(
        "'I98'", "'day'", "run.business_date", "run.business_date", "'alerts waiting to be sent for more than an hour'", "'alerts'", "'total'",
        "0", "outbox.waiting", judged="outbox.has_channels", reason="case when not outbox.has_channels then 'there is no channel' end",
    ) }}
from run
cross join received_outbox as outbox
