"""Counting a nation's line lists: one row for each birth in, cells of births out, in bounded memory."""

from tianping.births.counting.counting import CountedLists, count_line_lists
from tianping.births.counting.engines import ENGINES

__all__ = ["ENGINES", "CountedLists", "count_line_lists"]
