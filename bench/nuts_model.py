"""The engine's model for NumPyro: exact binomial likelihood, all standard deviations sampled, steps summed out.

Runs in an environment of its own (`requirements-bench.txt`), from the arrays that `bench.model_arrays` wrote:
`python bench/nuts_model.py ARRAYS OUT [--warmup N] [--samples N] [--chains N] [--course]`. Of ours it imports nothing.

With `--course` steps are left out and the smoothed course by half-years is written instead of the reported means.

A step has an unknown size δ, sampled with its three-part normal prior; which stretch of months it covers, if any, is
summed out exactly in every evaluation of the density. What is reported is averaged over that sum too, given the draw.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from jax.scipy.special import logsumexp
from numpyro.diagnostics import effective_sample_size, split_gelman_rubin
from numpyro.infer import MCMC, NUTS, init_to_value

jax.config.update("jax_enable_x64", True)
_BATCH = 50
_HIGHEST_R_HAT, _LOWEST_ESS = 1.01, 400
_TOLD = {"divergences": "diverging", "leapfrog_steps": "num_steps"}

Arrays = dict[str, Any]


def _width(roots: Any) -> int:
    """Give the number of columns that do something."""
    return int(np.flatnonzero(np.any(roots != 0, axis=(0, 1))).max()) + 1


def scales_of(d: Arrays, spread: Any, direction: Any) -> Any:
    """Turn each class's total spread and a direction into its standard deviations.

    Their squares, each over its own mean square, are shares of the total that follow a Dirichlet distribution with
    parameter ½: squares of a uniform direction. Signs do no harm, as what they multiply is symmetric.
    """
    classes = np.unique(d["scale_class"])
    parts = jnp.zeros(len(d["prior_sd"]))
    for number, kind in enumerate(classes):
        here = np.flatnonzero(d["scale_class"] == kind)
        unit = direction[here] / jnp.linalg.norm(direction[here])
        parts = parts.at[here].set(spread[number] * np.sqrt(len(here)) * unit)
    return d["prior_sd"] * parts


def check_prior(d: Arrays) -> None:
    """Refuse to draw from another prior than the engine's.

    Raises:
        ValueError: when the densities of the logarithms of the standard deviations differ by more than a constant.
    """
    own = np.zeros(len(d["prior_points"]))
    for kind in np.unique(d["scale_class"]):
        here = np.flatnonzero(d["scale_class"] == kind)
        part = np.exp(2.0 * d["prior_points"][:, here]) / (len(here) * d["prior_sd"][here] ** 2)
        total = part.sum(1)
        # shares: Π share^½ up to a constant; root of the total half-normal, log-density of its logarithm
        own += 0.5 * np.log(part / total[:, None]).sum(1) + 0.5 * np.log(total) - 0.5 * total
    if np.ptp(own - d["prior_values"]) > 1e-6:
        raise ValueError("the engine's prior of its standard deviations has another form now")


def states(d: Arrays, scales: Any, loading: Any, inner_eps: Any, leaf_eps: Any) -> Any:
    """Turn standard normal numbers into the leaves' states, shape (leaves, state)."""
    sd = jnp.where(d["scale_of"] >= 0, scales[d["scale_of"]], 1.0)
    roots = (d["roots"] + loading * d["roots_slope"]) * sd[:, None, :]
    nodes: list[Any] = []
    for i, (parent, kind) in enumerate(zip(d["node_parent"], d["node_kind"], strict=True)):
        own = roots[int(kind)] @ inner_eps[i]
        nodes.append(own if parent < 0 else nodes[int(parent)] + own)
    return jnp.stack(nodes)[d["leaf_parent"]] + leaf_eps @ roots[0, :, : leaf_eps.shape[1]].T


def log_srb(d: Arrays, state: Any) -> Any:
    """Give log SRB without steps, shape (leaves, periods, channels)."""
    factors = state.reshape(len(state), d["loadings"].shape[1], -1) @ d["hats"].T
    return d["origin"] + jnp.einsum("lft,cf->ltc", factors, d["loadings"])


def gain_at_cuts(d: Arrays, eta: Any, delta: Any) -> Any:
    """Give the log-likelihood that δ from the first period to each cut would gain, shape (leaves, cuts)."""
    moved = delta[:, None, None] * d["steps"]
    gain = d["boys"] * moved - d["births"] * (jax.nn.softplus(eta + moved) - jax.nn.softplus(eta))
    by_period = (gain / d["tempering"]).sum(2)
    until = jnp.concatenate([jnp.zeros((len(by_period), 1)), jnp.cumsum(by_period, axis=1)], axis=1)
    return until[:, d["cuts"]]


def log_sum_of_stretches(d: Arrays, eta: Any, delta: Any) -> Any:
    """Give the log of Σ prior × likelihood over all stretches, relative to no step, shape (leaves,).

    A stretch [a, b) gains G(b) − G(a), so the sum over all pairs is a bilinear form in exp(−G) and exp(G).
    """
    gain = gain_at_cuts(d, eta, delta)
    top, bottom = gain.max(1, keepdims=True), gain.min(1, keepdims=True)
    either = jnp.einsum("la,lab,lb->l", jnp.exp(bottom - gain), _prior_of_pairs(d), jnp.exp(gain - top))
    return jnp.log(either) + (top - bottom)[:, 0]


def _prior_of_pairs(d: Arrays) -> Any:
    """Give the stretches' prior as a table of first and last cut, shape (leaves, cuts, cuts)."""
    table = np.zeros((len(d["log_prior"]), len(d["cuts"]), len(d["cuts"])))
    table[:, d["start"], d["end"]] = np.exp(d["log_prior"])
    return table


def model(d: Arrays, with_steps: bool) -> None:
    """Build the model; births and steps enter as factors of the density."""
    n_leaves = len(d["leaf_parent"])
    spread = numpyro.sample("spread", dist.HalfNormal().expand([len(np.unique(d["scale_class"]))]).to_event(1))
    direction = numpyro.sample("direction", dist.Normal().expand([len(d["prior_sd"])]).to_event(1))
    scales = numpyro.deterministic("sd", scales_of(d, spread, direction))
    loading = numpyro.sample("loading", dist.Normal(*d["loading_prior"]))
    inner_eps = numpyro.sample("inner", dist.Normal().expand([len(d["node_kind"]), _width(d["roots"])]).to_event(2))
    leaf_eps = numpyro.sample("leaf", dist.Normal().expand([n_leaves, _width(d["roots"][:1])]).to_event(2))
    eta = log_srb(d, states(d, scales, loading, inner_eps, leaf_eps))
    numpyro.factor("births", ((d["boys"] * eta - d["births"] * jax.nn.softplus(eta)) / d["tempering"]).sum())
    if with_steps:
        parts = dist.Normal(0.0, d["sizes"])
        size = dist.MixtureSameFamily(dist.Categorical(d["size_shares"]), parts).expand([n_leaves])
        delta = numpyro.sample("delta", size.to_event(1))
        either = jnp.logaddexp(0.0, log_sum_of_stretches(d, eta, delta))
        numpyro.factor("steps", (either - jnp.logaddexp(0.0, logsumexp(d["log_prior"], axis=1))).sum())


def reported(d: Arrays, draw: Arrays) -> tuple[Any, Any]:
    """Give mean and variance, over the stretches, of every reported log SRB in one draw, shape (areas, functionals)."""
    eta = log_srb(d, states(d, draw["sd"], draw["loading"], draw["inner"], draw["leaf"]))
    base = jnp.einsum("ltc,kt,lkc->lk", eta, d["time_weights"], d["mix"])
    variance = jnp.zeros_like(base)
    if "delta" in draw:
        at_cut = gain_at_cuts(d, eta, draw["delta"])
        gain = d["log_prior"] + at_cut[:, d["end"]] - at_cut[:, d["start"]]
        share = jnp.exp(gain - jnp.logaddexp(0.0, logsumexp(gain, axis=1))[:, None])
        weight = jnp.concatenate(
            [jnp.zeros((len(d["time_weights"]), 1)), jnp.cumsum(d["time_weights"], axis=1)], axis=1
        )
        overlap = weight[:, d["cuts"]][:, d["end"]] - weight[:, d["cuts"]][:, d["start"]]
        size = draw["delta"][:, None] * (d["mix"] @ d["steps"])
        first = share @ overlap.T
        base = base + size * first
        variance = size**2 * (share @ (overlap**2).T - first**2)
    return (d["above"] * base).sum(1), (d["above"] ** 2 * variance).sum(1)


def half_yearly(d: Arrays, draw: Arrays) -> Any:
    """Give log SRB averaged over half-years in one draw, shape (leaves, half-years, channels)."""
    eta = log_srb(d, states(d, draw["sd"], draw["loading"], draw["inner"], draw["leaf"]))
    return eta.reshape(len(eta), -1, 6, eta.shape[2]).mean(2)


def _start(d: Arrays) -> Arrays:
    """Give a place to start from: everybody equal, scales at half of their priors'."""
    n_leaves = len(d["leaf_parent"])
    return {
        "spread": np.full(len(np.unique(d["scale_class"])), 0.5),
        "direction": np.ones(len(d["prior_sd"])),
        "loading": d["loading_prior"][0],
        "inner": jnp.zeros((len(d["node_kind"]), _width(d["roots"]))),
        "leaf": jnp.zeros((n_leaves, _width(d["roots"][:1]))),
        "delta": jnp.full(n_leaves, 0.01),
    }


def sample(d: Arrays, asked: argparse.Namespace) -> tuple[Arrays, dict[str, int]]:
    """Draw; give the draws by chain, and what the sampler says of itself."""
    mcmc = MCMC(
        NUTS(model, init_strategy=init_to_value(values=_start(d)), target_accept_prob=asked.target),
        num_warmup=asked.warmup,
        num_samples=asked.samples,
        num_chains=asked.chains,
        chain_method="sequential",
        progress_bar=False,
    )
    mcmc.run(jax.random.PRNGKey(asked.seed), d, not asked.course, extra_fields=("num_steps", "diverging"))
    extra = mcmc.get_extra_fields()
    told = {name: int(np.asarray(extra[field]).sum()) for name, field in _TOLD.items()}
    return mcmc.get_samples(group_by_chain=True), told


def in_batches(function: Any, draws: Arrays) -> Any:
    """Apply a function of one draw to all draws of all chains, a batch at a time; outputs by draw."""
    flat = {name: value.reshape(-1, *value.shape[2:]) for name, value in draws.items()}
    each = jax.jit(jax.vmap(function))
    n = len(flat["sd"])
    parts = [each({name: v[i : i + _BATCH] for name, v in flat.items()}) for i in range(0, n, _BATCH)]
    return jax.tree_util.tree_map(lambda *part: np.concatenate([np.asarray(p) for p in part]), *parts)


def convergence(values: Any, draws: Arrays) -> dict[str, float]:
    """Give the worst split R-hat and effective sample size of what is reported and of the scales."""
    by_chain = values.reshape(*draws["sd"].shape[:2], -1)
    scales = np.concatenate([np.abs(draws["sd"]), np.asarray(draws["loading"])[..., None]], axis=2)
    ess = effective_sample_size(by_chain)
    return {
        "largest_r_hat": float(np.nanmax(split_gelman_rubin(by_chain))),
        "smallest_ess": float(np.nanmin(ess)),
        "median_ess": float(np.nanmedian(ess)),
        "largest_r_hat_scales": float(np.nanmax(split_gelman_rubin(scales))),
        "smallest_ess_scales": float(np.nanmin(effective_sample_size(scales))),
    }


def write_moments(d: Arrays, draws: Arrays, out: Path) -> dict[str, float]:
    """Write posterior means and standard deviations of the reported log SRBs, and say how far the draws converged."""
    mean, variance = in_batches(lambda draw: reported(d, draw), draws)
    sd = np.sqrt(variance.mean(0) + mean.var(0))
    np.savez(out.with_suffix(".npz"), log_mean=mean.mean(0), log_sd=sd, scales=np.abs(draws["sd"]).mean((0, 1)))
    return convergence(mean, draws)


def write_course(d: Arrays, draws: Arrays, out: Path) -> dict[str, float]:
    """Write the course by half-years with 90 % intervals as the other peers do, and say how far the draws converged."""
    values = in_batches(lambda draw: half_yearly(d, draw), draws)
    township, half, order = np.indices(values.shape[1:]).reshape(3, -1)
    ends = np.quantile(values, [0.05, 0.95], axis=0).reshape(2, -1)
    table = np.column_stack([township, half, order + 1, values.mean(0).ravel(), *ends])
    header = "township,half,order,mean,lower,upper"
    formats = ["%d"] * 3 + ["%.6f"] * 3
    np.savetxt(f"{out}.estimates.csv", table, delimiter=",", header=header, comments="", fmt=formats)
    return convergence(values, draws)


def main() -> None:
    """Draw from the model in a file and write posterior means and standard deviations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("arrays", type=Path)
    parser.add_argument("out", type=Path, help="OUT.npz gets the moments, OUT.json the rest")
    parser.add_argument("--warmup", type=int, default=1000)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--chains", type=int, default=4)
    parser.add_argument("--target", type=float, default=0.9)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--course", action="store_true")
    asked = parser.parse_args()
    started = time.process_time()
    with np.load(asked.arrays) as stored:
        d = {name: stored[name] for name in stored}
    check_prior(d)
    draws, told = sample(d, asked)
    seconds = {"fit": time.process_time() - started}
    write = write_course if asked.course else write_moments
    seen = write(d, draws, asked.out) | told
    seconds["course"] = time.process_time() - started - seconds["fit"]
    versions = {"numpyro": numpyro.__version__, "jax": jax.__version__}
    notes = [f"{name} {value:.4g}" for name, value in seen.items()]
    if seen["largest_r_hat"] >= _HIGHEST_R_HAT or seen["smallest_ess"] < _LOWEST_ESS:
        notes.insert(0, f"NOT CONVERGED (R-hat below {_HIGHEST_R_HAT} and ESS of {_LOWEST_ESS} are asked for)")
    document = {"stages": seconds, "versions": versions, "notes": notes, "seen": seen}
    Path(f"{asked.out}.json").write_text(json.dumps(document), encoding="utf-8")


if __name__ == "__main__":
    main()
