"""Which policy of a plan a word of a KPI table means: by label, name or number, else the likest."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from dxplan.lib.folding import folded
from plans.tree import PolicyNode

LONGEST_NAME = 200
LIKE_ENOUGH = 0.45
CLEARLY_LIKER = 0.05
SIGNS = re.compile(r"[\s・、。,.\-（）()「」『』【】]+")


@dataclass(frozen=True)
class PolicyMatch:
    """A policy or none; sure where the word says its label, its name, or its number alone."""

    policy_id: int | None = None
    is_sure: bool = False


NO_MATCH = PolicyMatch()


def match_policy(word: str, nodes: list[PolicyNode]) -> PolicyMatch:
    """The policy a word names. Two policies of one name are none; the likest is a proposal."""
    wanted = _plain(word)
    if not wanted or len(wanted) > LONGEST_NAME:
        return NO_MATCH
    named = [node for node in nodes if wanted in _names(node)]
    if named:
        return PolicyMatch(named[0].id, True) if len(named) == 1 else NO_MATCH
    scores = _scores(wanted, nodes)
    if not scores or scores[0][0] < LIKE_ENOUGH:
        return NO_MATCH
    is_tied = len(scores) > 1 and scores[0][0] - scores[1][0] < CLEARLY_LIKER
    return NO_MATCH if is_tied else PolicyMatch(scores[0][1])


def _names(node) -> set[str]:
    """The label, the name, and the number where there is one: 「(1)」."""
    number = node.label.removesuffix(node.name).strip()
    return {_plain(node.label), _plain(node.name)} | ({_plain(number)} if number else set())


def _plain(text) -> str:
    return SIGNS.sub("", folded(text))


def _scores(wanted, nodes) -> list[tuple[float, int]]:
    """(likeness, policy) of those that may be alike at all, the likest first.

    1 is for the same words, at least 0.7 where the one is part of the other.
    """
    matcher, scores = SequenceMatcher(None, "", wanted, autojunk=False), []
    for node in nodes:
        name = _plain(node.name)
        matcher.set_seq1(name)
        if name and len(wanted) > 2 and (wanted in name or name in wanted):
            scores.append((0.7 + 0.3 * matcher.ratio(), node.id))
        elif matcher.quick_ratio() >= LIKE_ENOUGH:
            scores.append((matcher.ratio(), node.id))
    return sorted(scores, reverse=True)
