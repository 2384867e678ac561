{# No two rows agree in all of the columns; null is a value. #}
{% test one_row_each(model, columns) %}
select {{ columns | join(", ") }}
from {{ model }}
group by {{ columns | join(", ") }}
having count(*) > 1
{% endtest %}
