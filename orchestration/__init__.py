"""The Dagster code location of Casebook, and `casebook` on the command line."""

import atexit
import gc

# a night makes a million objects that stay until its end: libraries, dbt's manifest. Python looks at all of them again
# and again, a sixth of the time, where it is not told to wait for more than seven hundred new ones; and for two seconds
# more at the end, to take apart what the system frees at once
gc.set_threshold(10_000)
atexit.register(gc.freeze)
