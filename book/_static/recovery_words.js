// Numbers and sentences, written as slfkit/reporting/intervals.py and slfkit/experiments/choosing.py
// write them.
"use strict";

(({ slfkitRecovery: tool }) => {
  const { choices, least, mean, sum, time } = tool;
  const DIGITS = { mse: 4, accuracy: 2 };

  // "{:g}" of Python, for the sizes that occur here.
  const brief = (value) => String(Number(value.toPrecision(6)));

  // Mean ± half width of the 95 % t-interval, or the mean where nothing spreads.
  function interval(values, digits, student) {
    const middle = mean(values), count = values.length;
    if (count < 2) return middle.toFixed(digits);
    const squares = sum(values.map((value) => (value - middle) ** 2));
    const half = student[count - 2] * Math.sqrt(squares / (count - 1) / count);
    if (half <= 1e-9 * Math.abs(middle)) return middle.toFixed(digits);
    return `${middle.toFixed(digits)} ± ${half.toFixed(digits)}`;
  }

  // The conditions of a need.
  function conditions(need) {
    const parts = need.deadline ? [`ready within ${brief(need.deadline)} s`] : [];
    if (need.old_link) {
      parts.push(`with an old-link accuracy of ${brief(100 * need.old_link)} % or more`);
    }
    return parts.join(", ");
  }

  // What is left of David's old link, as the least and the largest of the seeds.
  function kept(runs) {
    const known = runs.map((run) => run.old).filter((old) => old !== null).map((old) => 100 * old);
    if (!known.length) return "";
    const [low, high] = [Math.min(...known).toFixed(1), Math.max(...known).toFixed(1)];
    return low === high ? low : `${low} to ${high}`;
  }

  // What a point takes and gives.
  function measured(runs, student) {
    const text = (of, digits) => interval(runs.map(of), digits, student);
    return { seconds: text((run) => run.time.total, 2), mse: text((run) => run.state.mse, DIGITS.mse),
      accuracy: text((run) => 100 * run.state.accuracy, DIGITS.accuracy), old: kept(runs) };
  }

  function stops(runs) {
    const epochs = runs.map((run) => run.state.epoch);
    const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
    return first === last ? `${first}` : `${first} to ${last}, depending on the seed`;
  }

  const seeds = (runs) => (runs.length === 1 ? "one seed" : `${runs.length} seeds`);

  // What to do and what it gives, as `slfkit choose` says it.
  function chosen({ way, states }, need, student) {
    const runs = way.runs.map((run, k) =>
      ({ ...run, state: states[k], time: time(run, states[k], need) }));
    const shown = measured(runs, student);
    const stop = tool.trains(way) ? `, and stop after epoch ${stops(runs)}` : "";
    const old = shown.old ? `, of David's old link ${shown.old} %` : "";
    return `hoose ${way.name}${stop}: ready after ${shown.seconds} s, test MSE ${
      shown.mse}, accuracy ${shown.accuracy} %${old} (${seeds(runs)}).`;
  }

  function advice(ways, need, metric, student) {
    const [best] = choices(ways, need, metric);
    return best ? `C${chosen(best, need, student)}` : none(ways, need);
  }

  // The best of the ways that train, where that is not the choice.
  function trainingAdvice(ways, need, metric, student) {
    const [best, ...others] = choices(ways, need, metric);
    const trained = best && !tool.trains(best.way) && others.find(({ way }) => tool.trains(way));
    return trained ? `With training: c${chosen(trained, need, student)}` : "";
  }

  // That nothing will do, and what the conditions would have to be.
  function none(ways, need) {
    const all = ways.filter(tool.isJudged).flatMap((way) => way.runs.flatMap((run) =>
      run.states.map((state) => ({ name: way.name, state, total: time(run, state, need).total }))));
    if (!all.length) return "No way that can be chosen is shown.";
    const known = ways.filter(tool.isJudged).flatMap((way) => way.runs.map((run) => run.old))
      .filter((old) => old !== null);
    if (known.length && Math.max(...known) < need.old_link) {
      return `No way leaves David's old link an accuracy of ${brief(100 * need.old_link)} %: the most that one leaves is ${
        (100 * Math.max(...known)).toFixed(1)} %.`;
    }
    const soonest = least(all, (one) => one.total);
    const best = least(all, (one) => one.state.held_out);
    return `No way is ${conditions(need)} in every seed; the fastest, ${soonest.name}, takes ${
      soonest.total.toFixed(2)} s, and the best, ${best.name}, has a held-out MSE of ${
      best.state.held_out.toFixed(4)}.`;
  }

  const REASONS = { ready: "", late: "not ready in time", loss: "David's old link falls too low",
    unknown: "what becomes of David's old link is not known" };

  // A point in a sentence, for its tooltip and for the ear.
  function described(point, student) {
    const shown = measured(point.runs, student);
    const old = shown.old ? `accuracy of David's old link ${shown.old} %` :
      "what becomes of David's old link is not known";
    const why = point.standing === "late" || point.standing === "loss"
      ? ` ${REASONS[point.standing]}.` : "";
    return `${point.way.name}: ready after ${shown.seconds} s, test MSE ${shown.mse}, accuracy ${
      shown.accuracy} %; ${old} (${seeds(point.runs)}).${
      why.replace(/^ [a-z]/, (letter) => letter.toUpperCase())}`;
  }

  Object.assign(tool, { advice, brief, described, measured, seeds, stops, trainingAdvice, REASONS });
})(window);
