"""Case sheets of invented people: the sample months of the repository, and any number of cases over any months.

What belongs here is made up and says so in every file and row. Reading sheets belongs to `orchestration.intake`.

Expected of the sample months, case rows only (`expected` of `targets.csv` says it cell by cell):

=======  ===================  =======  ========  ===========  =========  ==========
month    first revisions      counted  excluded  quarantined  withdrawn  superseded
=======  ===================  =======  ========  ===========  =========  ==========
2023-07  62                   55       4         3            0          0
2024-12  517 (+3 later ones)  503      9         4            1          3
2025-01  260                  236      20        4            0          0
=======  ===================  =======  ========  ===========  =========  ==========

Of December's later revisions one (a withdrawal) lies in December's folder, two (corrections) in January's; each
supersedes a first revision. The quarantined July row dated 3 September 2023 lies in July's folder.
"""

from orchestration.sample.many import write_cases
from orchestration.sample.months import write_sample

__all__ = ["write_cases", "write_sample"]
