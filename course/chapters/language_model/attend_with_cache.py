"""`attend_with_cache`: new positions attend to all that were kept, and nothing is computed twice."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.language_model.grouped_query_attention import grouped_query_attention
from course.chapters.language_model.rotary_embedding import rotary_embedding
from course.chapters.language_model.worked_out import attended_in_groups, turned
from course.checking.on_the_way import on_the_way
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake


def attend_with_cache(query, key, value, cached_key, cached_value):
    """Attend from m new positions to the t positions in the cache, and to each other.

    query         (n, H, m, d)     of the new positions, not turned yet
    key, value    (n, H_kv, m, d)  of the new positions; the key is not turned yet
    cached_key    (n, H_kv, t, d)  of positions 0 .. t-1, turned already; t may be 0
    cached_value  (n, H_kv, t, d)
    returns       output (n, H, m, d), and the new cache: key and value of all t + m positions

    New position i is position t + i of the text. It may look at positions 0 .. t + i.

    >>> one, empty = np.ones((1, 1, 1, 2)), np.zeros((1, 1, 0, 2))
    >>> output, key, value = attend_with_cache(one, one, 3 * one, empty, empty)
    >>> output.ravel(), key.shape
    (array([3., 3.]), (1, 1, 1, 2))
    """
    before, new = cached_key.shape[2], query.shape[2]
    positions = before + np.arange(new)
    query = rotary_embedding(query, positions)
    key = np.concatenate([cached_key, rotary_embedding(key, positions)], axis=2)
    value = np.concatenate([cached_value, value], axis=2)
    outputs = []
    for i in range(new):
        seen = before + i + 1
        outputs.append(grouped_query_attention(query[:, :, i : i + 1], key[:, :, :seen], value[:, :, :seen]))
    return np.concatenate(outputs, axis=2), key, value


def _drawn(
    rng: np.random.Generator, n: int, heads: int, kv_heads: int, new: int, cached: int, size: int
) -> dict[str, Any]:
    return {
        "query": normal(rng, n, heads, new, size),
        "key": normal(rng, n, kv_heads, new, size),
        "value": normal(rng, n, kv_heads, new, size),
        "cached_key": normal(rng, n, kv_heads, cached, size),
        "cached_value": normal(rng, n, kv_heads, cached, size),
    }


def _by_hand(rng: np.random.Generator) -> dict[str, Any]:
    """Draw one new position and three in the cache: with one pair, position 3 is an angle of 3."""
    sizes = {"query": 1, "key": 1, "value": 1, "cached_key": 3, "cached_value": 3}
    return {name: whole(rng, 1, 1, length, 2, most=2) for name, length in sizes.items()}


_with_the_cache = on_the_way(attend_with_cache, "query", "key", "value", "positions")


def _output(arguments: Arguments, index: tuple[int, ...]) -> str:
    query, key, value, positions = _with_the_cache(**arguments)
    last = positions[index[2]]
    told = attended_in_groups({"query": query, "key": key[:, :, : last + 1], "value": value[:, :, : last + 1]}, index)
    return f"position {last}, {told}" if told else ""


def _key(arguments: Arguments, index: tuple[int, ...]) -> str:
    _, key, _, positions = _with_the_cache(**arguments)
    n, head, i, j = index
    if i < positions[0]:
        return f"position {i} comes from the cache: = {key[index]:.4g}"
    told = turned({"x": arguments["key"], "positions": positions}, (n, head, i - positions[0], j))
    return f"position {i} is new: {told}"


def _value(arguments: Arguments, index: tuple[int, ...]) -> str:
    _, _, value, positions = _with_the_cache(**arguments)
    where = "comes from the cache" if index[2] < positions[0] else "is new"
    return f"position {index[2]} {where}: = {value[index]:.4g}"


EXERCISE = Exercise(
    points=4,
    solution=attend_with_cache,
    oracle=None,
    returns=("output", "key", "value"),
    cases=(
        Case("one new position", _by_hand),
        Case("one new position, groups of two", lambda rng: _drawn(rng, 2, 4, 2, 1, 5, 4)),
        Case("three new positions", lambda rng: _drawn(rng, 1, 2, 1, 3, 4, 6)),
        Case("an empty cache", lambda rng: _drawn(rng, 2, 4, 2, 4, 0, 4), note="the start of a text"),
        Case("more new positions than cached ones", lambda rng: _drawn(rng, 2, 3, 3, 4, 2, 2)),
    ),
    mistakes=(
        Mistake(
            "positions-from-zero",
            edit=("positions = before + np.arange(new)", "positions = np.arange(new)"),
            gives="when the new positions are counted from 0.",
            advice="With t positions in the cache, which position of the text is the first new one?",
        ),
        Mistake(
            "positions-one-less",
            edit=("positions = before + np.arange(new)", "positions = before - 1 + np.arange(new)"),
            gives="when the new positions start at t - 1, which is in the cache already.",
            advice="Positions are counted from 0. With an empty cache, which one comes first?",
        ),
        Mistake(
            "cache-turned-again",
            edit=(
                "np.concatenate([cached_key, rotary_embedding(key, positions)], axis=2)",
                "rotary_embedding(np.concatenate([cached_key, key], axis=2), np.arange(before + new))",
            ),
            gives="when the keys of the cache are turned a second time.",
            advice="What is in the cache has been turned already. Turn the new keys before you add them.",
        ),
        Mistake(
            "key-not-turned",
            edit=("rotary_embedding(key, positions)", "key"),
            gives="when the new keys are not turned.",
            unwritten="The new keys are not turned yet",
            advice="Both queries and keys are turned.",
        ),
        Mistake(
            "query-not-turned",
            edit=("    query = rotary_embedding(query, positions)\n", ""),
            gives="when the queries are not turned.",
            unwritten="The queries are not turned yet",
            advice="Both queries and keys are turned.",
        ),
        Mistake(
            "nothing-turned",
            edit=(
                ("    query = rotary_embedding(query, positions)\n", ""),
                ("rotary_embedding(key, positions)", "key"),
            ),
            gives="when nothing is turned.",
            unwritten="The rotary embedding is not used yet",
            advice="Turn the queries and the new keys first, by the positions that they have in the text.",
        ),
        Mistake(
            "value-turned",
            edit=("[cached_value, value]", "[cached_value, rotary_embedding(value, positions)]"),
            gives="when the values are turned, too.",
            advice="Positions decide who looks where. What is read there stays as it is.",
        ),
        Mistake(
            "looks-ahead",
            edit=("seen = before + i + 1", "seen = before + new"),
            gives="when a new position also looks at new positions after it.",
            advice="New position i may look at position t + i and before.",
        ),
        Mistake(
            "mask-from-the-first-key",
            edit=("seen = before + i + 1", "seen = i + 1"),
            gives="when new position i looks at positions 0 .. i of the text, as is_causal=True does.",
            advice="is_causal counts queries from 0. Your first query is at position t.",
        ),
        Mistake(
            "not-itself",
            edit=("seen = before + i + 1", "seen = max(before + i, 1)"),
            gives="when a new position does not look at itself.",
            advice="Position t + i may look at position t + i.",
        ),
        Mistake(
            "new-first",
            edit=(
                ("[cached_key, rotary_embedding(key, positions)]", "[rotary_embedding(key, positions), cached_key]"),
                ("[cached_value, value]", "[value, cached_value]"),
            ),
            gives="when the new positions are put in front of the cache.",
            advice="The cache is in the order of the text. Where do new positions belong?",
        ),
    ),
    hints=(
        "How many positions are in the cache? That number is the position of the first new one.",
        "Turn the queries and the new keys by their positions. Then append key and value to the cache, along axis 2.",
        "One new position at a time is the easy way: its query, and the keys and values up to its own position. "
        "is_causal=True does not help here, because it counts queries from 0.",
    ),
    explanation=(
        "A key depends on its own position and on what came before, and never on what comes later. So it can be "
        "computed once and kept. The queries of old positions are not needed again: their outputs are known."
    ),
    trace={"output": _output, "key": _key, "value": _value},
)
