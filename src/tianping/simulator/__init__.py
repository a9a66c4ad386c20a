"""The simulator: worlds with planted truth, made from scenarios.

    from tianping.simulator import packaged_scenario, simulate
    world = simulate(packaged_scenario("steps"), seed=1)
    world.counts(), world.true_log_srb("2+"), world.events

It knows nothing of the engine that is judged by its worlds.
"""

from tianping.simulator.known import Late
from tianping.simulator.reading import (
    packaged_scenario,
    parse_scenario,
    read_scenario,
    scenario_names,
    scenario_text,
)
from tianping.simulator.scenario import Scenario
from tianping.simulator.truth import Event
from tianping.simulator.world import World, simulate

__all__ = [
    "Event",
    "Late",
    "Scenario",
    "World",
    "packaged_scenario",
    "parse_scenario",
    "read_scenario",
    "scenario_names",
    "scenario_text",
    "simulate",
]
