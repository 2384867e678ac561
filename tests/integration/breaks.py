"""What breaking a truth needs: the break itself, and SQL that changes a figure."""

from dataclasses import dataclass

from orchestration.dimensions import DIMENSIONS

# the year to date starts with January: both are changed together, so that only the breakdown breaks
FROM_JANUARY = "basis = 'documented' and period_start = '2025-01-01'"


@dataclass(frozen=True)
class Break:
    """One broken truth: the SQL that breaks it, and what the rule must say of it."""

    rule: str
    sql: str
    period: str
    subject: str
    also: frozenset[str] = frozenset()


def cell(measure: str, change: int, categories: str = "total", where: str = FROM_JANUARY, **members: str) -> str:
    """SQL that changes a figure broken down by exactly these members."""
    told = " and ".join(f"{name} = '{members[name]}'" if name in members else f"{name} is null" for name in DIMENSIONS)
    listed = ", ".join(f"'{category}'" for category in categories.split())
    return (
        f"update marts.fct_figures set value = value + {change} "
        f"where measure = '{measure}' and {told} and category in ({listed}) and {where}; "
    )


A_CASE = (
    "(select min(case_id) from marts.fct_deaths where month = '2025-01-01' and is_counted and incident_id is null "
    "and governorate is not null and mechanism is not null)"
)
BY_SEX = "total men"
YEAR_2024 = "basis = 'documented' and period_kind = 'year' and period_start = '2024-01-01'"
YEAR_TO_JANUARY = "basis = 'documented' and period_kind = 'year_to_date' and period_start = '2025-01-01'"
