"""What is run, with which limit, and what it needs. Imports nothing large; see `bench.measuring`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEERS = Path(__file__).resolve().parent / "peers"
BENCH_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
#: The plot of growth among the images of the documents.
PLOT = "linear-cost.svg"

#: Questions, in the order of the tables.
SCRATCH, MONTHLY, FLAGS, AGREEMENT, NATION, COMMAND = "scratch", "monthly", "flags", "agreement", "nation", "command"


@dataclass(frozen=True)
class Task:
    """One method's answer to one question.

    Attributes:
        name: its name; files that it writes begin with it.
        label: what the table calls the method.
        question: what it answers; empty for what only prepares others.
        world: size of the world that it is given.
        command: program and arguments; `{folder}` stands for the world's folder.
        limit: CPU seconds that it may use.
        needs: R package, `numpyro`, or empty for the engine itself.
        remark: what a reader must know.
    """

    name: str
    label: str
    question: str
    world: str
    command: tuple[str, ...]
    limit: float
    needs: str = ""
    remark: str = ""

    def arguments(self, folder: Path) -> list[str]:
        """Give the command for a folder."""
        return [part.replace("{folder}", str(folder)) for part in self.command]


def _engine(name: str, label: str, question: str, world: str, limit: float, remark: str = "") -> Task:
    command = (sys.executable, "-m", "bench.engine", name, "{folder}")
    return Task(name, label, question, world, command, limit, "", remark)


def _command(name: str, label: str, remark: str) -> Task:
    start = (sys.executable, "-c", "import sys; from tianping.cli.main import run; sys.exit(run())")
    files = ("{folder}/births.csv", "--areas", "{folder}/areas.csv", "--cache", "{folder}/cache")
    return Task(
        name, label, COMMAND, "province", (*start, "estimate", *files, "--out", "{folder}/run"), 300, "", remark
    )


def _r(name: str, label: str, question: str, script_and_package: tuple[str, str], limit: float, remark: str) -> Task:
    script, package = script_and_package
    command = ("Rscript", "--vanilla", str(PEERS / "run.R"), script, name, "{folder}")
    return Task(name, label, question, "province", command, limit, package, remark)


def _nuts(name: str, label: str, question: str, world: str, limit: float, options: str, remark: str = "") -> Task:
    command = (str(BENCH_PYTHON), str(Path(__file__).with_name("nuts_model.py")))
    files = ("{folder}/model.npz", f"{{folder}}/{name}")
    return Task(name, label, question, world, (*command, *files, *options.split()), limit, "numpyro", remark)


_STATIC = "random effects of prefecture, county, township, each for all births and for L"
_LME4, _GLMMTMB = ("glmer.R", "lme4"), ("glmmtmb.R", "glmmTMB")
_MGCV, _SURVEILLANCE = ("bam.R", "mgcv"), ("surveillance.R", "surveillance")
_DRAWS = "joint draws for rankings included"

#: All tasks in the order in which they run; later ones use what earlier ones wrote.
TASKS: tuple[Task, ...] = (
    _engine("engine_scratch", "**engine**", SCRATCH, "province", 300, _DRAWS),
    _engine("engine_kept", "", "", "province", 300),
    _engine("engine_monthly", "**engine**", MONTHLY, "province", 300, f"scales of the month before; {_DRAWS}"),
    _engine("engine_monthly_on_top", "engine, on top", MONTHLY, "province", 300, "where the month before ended"),
    _engine("engine_flags", "**engine**", FLAGS, "province", 600, "P(SRB > 115) of order 2 and higher"),
    _engine("engine_agreement", "engine", AGREEMENT, "county", 120),
    _command("command_scratch", "scales estimated", "reads the province's CSV, estimates, writes all files"),
    _command("command_monthly", "scales kept", "the same command again"),
    _engine("engine_nation_scratch", "from scratch", NATION, "nation", 600, "scales from a sample of whole counties"),
    _engine("engine_nation_monthly", "one month, scales kept", NATION, "nation", 600, _DRAWS),
    _engine("engine_nation_monthly_on_top", "one month, on top", NATION, "nation", 600, "where the month before ended"),
    _r("glmer", "lme4 glmer, nAGQ = 0", SCRATCH, _LME4, 600, f"{_STATIC}; county × half-year"),
    _r("glmer_laplace", "lme4 glmer, Laplace", SCRATCH, _LME4, 900, "the same, nAGQ = 1"),
    _r("glmmtmb", "glmmTMB", SCRATCH, _GLMMTMB, 900, "the same; intervals for 300 cells"),
    _r("glmmtmb_ar1", "glmmTMB, ar1", SCRATCH, _GLMMTMB, 900, "county courses ar1(half-year); 300 cells"),
    _r("bam", "mgcv::bam, discrete", SCRATCH, _MGCV, 900, "month rows; smooth county courses"),
    _r("glmer_monthly", "lme4 glmer, 24 months", MONTHLY, _LME4, 600, f"{_STATIC}; nAGQ = 0"),
    _r("glmer_monthly_halves", "lme4 glmer, 4 half-years", MONTHLY, _LME4, 900, "the same; county × half-year"),
    _r("glmmtmb_monthly", "glmmTMB, 24 months", MONTHLY, _GLMMTMB, 300, "as glmer, 24 months"),
    _r("bam_monthly", "mgcv::bam, 24 months", MONTHLY, _MGCV, 900, "as glmer, 24 months; from the last month back"),
    _r(
        "categorical_cusum",
        "categoricalCUSUM",
        FLAGS,
        _SURVEILLANCE,
        120,
        "surveillance; 106.3 against 130; never reset",
    ),
    _r(
        "farrington",
        "farringtonFlexible",
        FLAGS,
        _SURVEILLANCE,
        300,
        "surveillance; boys, births as offset; 200 townships",
    ),
    _nuts(
        "nuts_province",
        "NumPyro NUTS, 300 + 300",
        SCRATCH,
        "province",
        1500,
        "--course --warmup 300 --samples 300 --chains 1",
        "the engine's model without steps; one chain",
    ),
    _nuts("nuts_agreement", "NUTS", AGREEMENT, "county", 3600, "--warmup 1000 --samples 2000 --chains 4"),
)


def missing_peers(tasks: Sequence[Task]) -> dict[str, str]:
    """Give the needed packages that are not installed, with the way to install them."""
    wanted = sorted({task.needs for task in tasks if task.needs and task.needs != "numpyro"})
    missing = {}
    for package in wanted:
        if not _has_r(package):
            missing[package] = f"apt-get install r-base-core r-cran-{package.lower()} r-cran-data.table"
    if not _runs([str(BENCH_PYTHON), "-c", "import numpyro"]):
        missing["numpyro"] = "bench/install-peers python"
    return missing


def _has_r(package: str) -> bool:
    return _runs(["Rscript", "--vanilla", "-e", f"quit(status = !requireNamespace('{package}', quietly = TRUE))"])


def _runs(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
