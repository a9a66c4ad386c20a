"""Counting on a cluster: Spark, on the expression that DuckDB would work out on one machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tianping.births.arrow_rows import open_table
from tianping.births.counting.engines import Progress
from tianping.births.counting.equal_rows import equal_rows
from tianping.births.counting.groups import keep, key, kinds_of, quoted
from tianping.births.counting.line_lists import LineList, checked
from tianping.births.counting.notes import Notes
from tianping.births.counting.watching import watched
from tianping.births.findings import FindingLog
from tianping.births.layout import birth_layout
from tianping.births.rows import PREVIEW
from tianping.births.staging import Database
from tianping.terms import InputError

_PACKAGES = ("ibis", "pyspark")
_OLDEST_JAVA = 17
_VERSION = re.compile(r'version "(\d+)')
#: Without a master Spark works on this machine, with every processor.
_HERE = "local[*]"
#: How the masters begin that work on this machine, and so on this disk.
_ON_THIS_DISK = ("local",)
_SETTINGS = {
    "spark.app.name": "tianping count",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.session.timeZone": "UTC",
    # The groups come back as they are many; they are no more than the cells of the table.
    "spark.driver.maxResultSize": "0",
}


class Engine:
    """Spark; see `engines.Engine`."""

    def __init__(self, database: Database, memory: str, master: str) -> None:
        """Start a session.

        Raises:
            InputError: `engine_missing`, `java_missing` or `spark_failed`.
        """
        missing = [name for name in _PACKAGES if find_spec(name) is None]
        if missing:
            raise InputError("engine_missing", missing=", ".join(missing))
        if _java_version() < _OLDEST_JAVA:
            raise InputError("java_missing")
        from pyspark.sql import SparkSession

        self._database, self._is_here = database, (master or _HERE).startswith(_ON_THIS_DISK)
        builder = SparkSession.builder.master(master or _HERE).config("spark.driver.memory", _jvm_size(memory))
        for name, value in _SETTINGS.items():
            builder = builder.config(name, value)
        with _told():
            self._session: Any = builder.getOrCreate()

    def open_remote(self, path: str, log: FindingLog) -> LineList:
        """Look at the columns and the first rows of Parquet at a remote path.

        Raises:
            InputError: `remote_kind`.
            InputRefusedError: as `line_lists.checked`.
            RedLineError: likewise.
        """
        from pyspark.errors import PySparkException

        try:
            frame = self._session.read.parquet(path)
            preview = open_table(frame.limit(PREVIEW - 1).toArrow()).preview()
        except PySparkException as error:
            raise InputError("remote_kind", path=path) from error
        layout = birth_layout(preview, log, needs_area=True)
        schema = frame.schema.simpleString()
        return checked(LineList("parquet", layout, (path,), 0, preview, schema=schema), log)

    def count(self, line_list: LineList, fields: Sequence[str], place: Path, notes: Notes, progress: Progress) -> None:
        """Write the different rows.

        Raises:
            InputError: `spark_failed`.
            InputRefusedError: `spark_parquet_only`.
        """
        import ibis

        if line_list.kind != "parquet":
            notes.of(line_list.name).refuse("spark_parquet_only")
        headers, columns = line_list.layout.headers, line_list.layout.columns
        with _told(), watched(self._share_done, progress):
            self._session.read.parquet(*line_list.paths).createOrReplaceTempView("line_list")
            spark = ibis.pyspark.connect(self._session)
            asked = equal_rows(spark.table("line_list"), {role: headers[at] for role, at in columns.items()})
            self._take_over(self._session.sql(str(spark.compile(asked))), fields, place)

    def _take_over(self, groups: Any, fields: Sequence[str], place: Path) -> None:
        """Bring the groups here: over the disk where Spark works on this machine, else through the driver's memory."""
        if self._is_here:
            with TemporaryDirectory(prefix="tianping-") as folder:
                here = str(Path(folder) / "groups")
                groups.write.parquet(here)
                self._keep(f"read_parquet({quoted(here + '/*.parquet')})", fields, place)
            return
        self._database.register("found", groups.toArrow())
        self._keep("found", fields, place)
        self._database.unregister("found")

    def _keep(self, found: str, fields: Sequence[str], place: Path) -> None:
        """Write the groups as DuckDB would have; the two engines have one way to write a number or a date as text."""
        kinds = kinds_of(self._database, f"SELECT * EXCLUDE (n) FROM {found}")
        keep(self._database, f"SELECT {key(kinds, fields)}, n FROM {found}", place)

    def close(self) -> None:
        """End the session."""
        self._session.stop()

    def _share_done(self) -> float:
        """Give the share of the tasks that are done, of the stages that run now."""
        from py4j.protocol import Py4JError

        try:
            tracker = self._session.sparkContext.statusTracker()
            stages = [found for at in tracker.getActiveStageIds() if (found := tracker.getStageInfo(at)) is not None]
        except (Py4JError, ConnectionError):
            # The session is ending; whoever waits for the result is told.
            return 0.0
        n_tasks = sum(stage.numTasks for stage in stages)
        return float(sum(stage.numCompletedTasks for stage in stages) / n_tasks) if n_tasks else 0.0


@contextmanager
def _told() -> Iterator[None]:
    """Turn what Spark raises into an error of ours; its own words may hold what stands in the rows."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, ConnectionError) as error:
        raise InputError("spark_failed", reason=type(error).__name__) from error


def _java_version() -> int:
    """Give the main version of the Java that Spark would use; 0 where there is none."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(str(Path(home) / "bin" / "java") if home else "java")
    if java is None:
        return 0
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = _VERSION.search(said)
    return int(found[1]) if found else 0


def _jvm_size(memory: str) -> str:
    """Write an amount of memory as Java does, in whole megabytes."""
    number = float(re.sub(r"[^\d.]", "", memory))
    return f"{round(number * (1024 if 'G' in memory else 1))}m"
