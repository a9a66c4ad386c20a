"""Simple and established methods on the same births, looked at online: what is said at a period uses data up to it.

Every method scores areas, higher is worse, in a unit that means the same in every world; it may flag areas by its
usual rule, and give estimates with 90 % intervals. R's packages are peers that run elsewhere; `peers` reads what they
said from files.
"""

from __future__ import annotations

from simulation.comparators.charts import CHARTS
from simulation.comparators.method import Known, Method, known
from simulation.comparators.shrinkage import SHRINKAGE
from simulation.comparators.windows import WINDOWS

#: All methods that run here, by name.
METHODS: dict[str, Method] = {method.name: method for method in (*WINDOWS, *CHARTS, *SHRINKAGE)}

__all__ = ["METHODS", "Known", "Method", "known"]
