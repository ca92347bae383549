"""Choosing: which candidates `engine: auto` has compiled, read off the built models, and kept in `run.json`.

Keys of fits hold the engine, so the choice comes before them, and has to last: a sweep that is finished is not looked
at again, and one that has grown only where it has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

from gridlab.sweep.grid import Fit, digest

if TYPE_CHECKING:
    from gridlab.training.plan import Plan

SURVEY = "gridlab.training.engines.vmap.survey:survey"
"""What looks; it runs where Keras runs on JAX."""

RULES = 2
"""Version of what the survey looks at: raised when the engine learns to train what it could not."""

PIPELINE = "only a Keras builder by itself is compiled, no pipeline around it"


class Survey(NamedTuple):
    """Which fits are one program, and which are none."""

    programs: Mapping[str, str]
    """Key of a fit → name of its program."""
    refused: Mapping[str, str]
    """Key of a fit → a sentence that tells what about it cannot be compiled."""
    slow: Mapping[str, str] = {}
    """Key of a fit that could be compiled and had better not → why; nothing to an engine that is asked for by name."""


class Choice(NamedTuple):
    """What trains a candidate, and why."""

    engine: str
    programs: tuple[str, ...] = ()
    """For each split the name of the program that trains it; none where nobody has looked."""
    why: str = ""
    """Why it is not compiled."""
    seen: bool = False
    """Whether its models have been looked at."""
    batch: int | None = None
    """Candidates that were planned by the same run, which are laid out together for good; None where nobody counts."""

    def to_json(self) -> dict[str, Any]:
        """What `run.json` keeps of it, beside the engine."""
        kept = {"programs": list(self.programs), "why": self.why, "batch": self.batch} if self.seen else {}
        return {name: value for name, value in kept.items() if value}


Look = Callable[[Sequence[Fit]], Survey | str]
"""Surveys fits, or says why it cannot."""


def choose(plan: Plan, info: Mapping[str, Any], look: Look) -> Plan:
    """The plan with an engine for every candidate.

    Args:
        plan: the plan, its candidates all for the engine that the sweep names, or for the one that trains any fit.
        info: `run.json` of the same sweep, as far as there is one.
        look: what surveys fits.
    """
    if plan.spec.engine not in ("auto", "vmap") or not plan.task.recipe.is_network:
        return plan
    if not plan.task.recipe.keras_alone:
        return plan.chosen([choice._replace(why=PIPELINE) for choice in plan.choices])
    compiled = plan.chosen([Choice("vmap")] * len(plan.candidates))
    known = _recalled(plan, compiled, info)
    new = [fit for fit in compiled.fits if fit.candidate.index not in known]
    survey = look(new) if new else Survey({}, {})
    if isinstance(survey, Survey):
        batch = 1 + max((choice.batch or 0 for choice in known.values()), default=-1)
        if plan.spec.engine == "vmap":
            survey = survey._replace(slow={})
        known |= {index: choice._replace(batch=batch) for index, choice in _surveyed(new, survey).items()}
    unseen = Choice("single", why=survey if isinstance(survey, str) else "")
    choices = [known.get(candidate.index, unseen) for candidate in plan.candidates]
    if plan.spec.engine == "vmap":  # asked for by name, a candidate that it refuses has failed
        choices = [choice._replace(engine="vmap") for choice in choices]
    return plan.chosen(choices)


def looked_with() -> str:
    """Hash of all that a survey's answer depends on beside the fits: equal, and it need not be asked again."""
    return digest(["survey", RULES, *(version(name) for name in ("keras", "jax", "scikeras"))])


def _recalled(plan: Plan, compiled: Plan, info: Mapping[str, Any]) -> dict[int, Choice]:
    """What `run.json` tells of candidates that are still the same fits: of those data, splits, builder and seed."""
    if info.get("survey") != looked_with():
        return {}
    told = {tuple(line.get("keys") or ()): line for line in info.get("plan", ())}
    found: dict[int, Choice] = {}
    # What `auto` thinks slow when compiled is looked at again where vmap is asked for by name.
    others = [] if plan.spec.engine == "vmap" else [plan.chosen([Choice("single")] * len(plan.candidates))]
    for each in (compiled, *others):
        for candidate in each.candidates:
            line = told.get(tuple(each.keys(candidate)))
            if line is not None and (choice := _read(line, len(plan.task.splits))) is not None:
                found.setdefault(candidate.index, choice)
    return found


def _read(line: Mapping[str, Any], n_splits: int) -> Choice | None:
    programs = tuple(line.get("programs", ()))
    if len(programs) == n_splits:
        return Choice("vmap", programs, seen=True, batch=line.get("batch", 0))
    return Choice("single", why=line["why"], seen=True, batch=line.get("batch", 0)) if line.get("why") else None


def _surveyed(fits: Sequence[Fit], survey: Survey) -> dict[int, Choice]:
    """A candidate is compiled if all of its splits can be: its scores are compared, and averaged."""
    found: dict[int, Choice] = {}
    reasons = {**survey.slow, **survey.refused}
    for its in by_candidate(fits):
        why = next((reasons[fit.key] for fit in its if fit.key in reasons), "")
        programs = () if why else tuple(survey.programs[fit.key] for fit in its)
        found[its[0].candidate.index] = Choice("single" if why else "vmap", programs, why, seen=True)
    return found


def by_candidate(fits: Sequence[Fit]) -> list[list[Fit]]:
    """Fits, candidate by candidate."""
    groups: dict[int, list[Fit]] = {}
    for fit in fits:
        groups.setdefault(fit.candidate.index, []).append(fit)
    return list(groups.values())
