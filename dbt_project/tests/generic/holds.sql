{# A condition holds for every row; where it is neither true nor false it does not hold. #}
{% test holds(model, condition) %}
select 1 as fails
from {{ model }}
where ({{ condition }}) is not true
{% endtest %}
