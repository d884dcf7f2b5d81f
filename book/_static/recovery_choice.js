// Which way mends a link: the arithmetic of slfkit/recovery.py and slfkit/experiments/choosing.py,
// on the same numbers and to the last bit; tests/slfbook/test_recovery_choices.py compares the two.
"use strict";

window.slfkitRecovery = {};

(({ slfkitRecovery: tool }) => {
  // The exactly rounded sum (Shewchuk), as Python's fsum gives it: equal means must stay equal.
  function sum(values) {
    const parts = [];
    for (let x of values) {
      let kept = 0;
      for (let y of parts) {
        if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
        const high = x + y, low = y - (high - x);
        if (low) parts[kept++] = low;
        x = high;
      }
      parts.length = kept;
      parts.push(x);
    }
    let high = parts.pop() ?? 0, low = 0;
    while (parts.length && low === 0) {
      const x = high, y = parts.pop();
      high = x + y;
      low = y - (high - x);
    }
    if (parts.length && low * parts.at(-1) > 0) { // half way: the next part decides
      const twice = 2 * low, up = high + twice;
      if (up - high === twice) high = up;
    }
    return high;
  }

  const mean = (values) => sum(values) / values.length;

  // T = 8 S_down / R_down + F / P + 8 S_up / R_up.
  function time(run, state, need) {
    const download = (8 * run.down) / need.downlink;
    const compute = state.flops / need.power;
    const upload = (8 * run.up) / need.uplink;
    return { download, compute, upload, total: download + compute + upload };
  }

  // By metric: what held-out images say of a state, the least being the best.
  const LOSSES = { mse: (state) => state.held_out, accuracy: (state) => -state.held_out_accuracy };

  // The first of the items with the least key.
  function least(items, key) {
    let best = null;
    for (const item of items) if (best === null || key(item) < key(best)) best = item;
    return best;
  }

  // Why a state will not do: David's old link falls too low, is not known, or it is late.
  function refused(run, state, need) {
    if (need.old_link && run.old === null) return "unknown";
    if (need.old_link && run.old < need.old_link) return "loss";
    return need.deadline && time(run, state, need).total > need.deadline ? "late" : "";
  }

  // Where a run stops: at its best state that will do.
  const stop = (run, need, metric) =>
    least(run.states.filter((state) => !refused(run, state, need)), LOSSES[metric]);

  const isJudged = (way) => way.runs[0].states[0].held_out !== null;
  const trains = (way) => way.runs[0].states[0].epoch > 0;

  // The ways that meet a need in every seed, the best first; only held-out images choose, over the
  // seeds that all of these ways share, or, where there are none, over each way's own.
  function choices(ways, need, metric) {
    const met = ways.filter(isJudged)
      .map((way) => ({ way, states: way.runs.map((run) => stop(run, need, metric)) }))
      .filter(({ states }) => !states.includes(null));
    const has = ({ way }, seed) => way.runs.some((run) => run.seed === seed);
    const seeds = met.length ? met[0].way.runs.map((run) => run.seed) : [];
    const shared = seeds.filter((seed) => met.every((one) => has(one, seed)));
    const loss = ({ way, states }) => mean(states
      .filter((_, k) => !shared.length || shared.includes(way.runs[k].seed)).map(LOSSES[metric]));
    return met.map((one) => ({ ...one, loss: loss(one) })).sort((a, b) => a.loss - b.loss);
  }

  // Every way as a point: the states it would keep, or the nearest to them where it will not do,
  // with its standing: "ready", or why it will not do, what the old link loses before the time.
  function points(ways, need, metric) {
    return ways.map((way) => {
      const free = { ...need, old_link: 0 };
      const failing = way.runs.filter((run) => stop(run, need, metric) === null)
        .map((run) => refused(run, run.states[0], need));
      const standing = failing.find((why) => why !== "late") ?? failing[0] ?? "ready";
      const runs = way.runs.map((run) => {
        const state = stop(run, free, metric) ?? run.states[0];
        return { ...run, state, time: time(run, state, need) };
      });
      return { way, runs, standing, seconds: mean(runs.map((run) => run.time.total)),
        mse: mean(runs.map((run) => run.state.mse)),
        accuracy: mean(runs.map((run) => run.state.accuracy)) };
    });
  }

  const better = { mse: -1, accuracy: 1 };

  // The points that will do and that no other beats in time or quality without losing in the other.
  function front(all, metric) {
    const ready = all.filter((point) => point.standing === "ready");
    const beats = (a, b) => a.seconds <= b.seconds &&
      better[metric] * (a[metric] - b[metric]) >= 0 &&
      (a.seconds < b.seconds || a[metric] !== b[metric]);
    return ready.filter((point) => !ready.some((other) => beats(other, point)))
      .sort((a, b) => a.seconds - b.seconds);
  }

  Object.assign(tool, { choices, front, isJudged, least, mean, points, sum, time, trains });
})(window);
