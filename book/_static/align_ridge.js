// The ridge of slfkit/aligners/linear.py: a convolution from Alice's latent vectors to David's,
// fitted on pilots that both have encoded. Latents are D planes of 16 x 16.
"use strict";

const alignRidge = (() => {
  // U: a row for each entry of the kernel's neighbourhood, zero outside the grid, and one of ones;
  // a column for each place.
  function features(planes, kernel) {
    const size = planes[0].length;
    const side = Math.sqrt(size), reach = (kernel - 1) / 2;
    const rows = [];
    for (const plane of planes) {
      for (let dy = -reach; dy <= reach; dy += 1) {
        for (let dx = -reach; dx <= reach; dx += 1) rows.push(shifted(plane, side, dy, dx));
      }
    }
    return [...rows, new Float64Array(size).fill(1)];
  }

  function shifted(plane, side, dy, dx) {
    return plane.map((_, n) => {
      const y = Math.floor(n / side) + dy, x = (n % side) + dx;
      return y < 0 || x < 0 || y >= side || x >= side ? 0 : plane[y * side + x];
    });
  }

  function dot(a, b) {
    let sum = 0;
    for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i];
    return sum;
  }

  // U'U, U'T and |T|^2, sums over places that determine a fit and its error.
  function moments({ own, target }, kernel) {
    const u = features(own, kernel);
    const gram = u.map(() => new Float64Array(u.length));
    u.forEach((row, i) => {
      for (let j = 0; j <= i; j += 1) gram[i][j] = gram[j][i] = dot(row, u[j]);
    });
    const cross = u.map((row) => Float64Array.from(target, (plane) => dot(row, plane)));
    return { gram, cross, power: target.reduce((sum, plane) => sum + dot(plane, plane), 0) };
  }

  function combined(a, b, sign) {
    const rows = (one, other) => one.map((row, i) => {
      const made = row.slice();
      for (let j = 0; j < made.length; j += 1) made[j] += sign * other[i][j];
      return made;
    });
    return { gram: rows(a.gram, b.gram), cross: rows(a.cross, b.cross),
      power: a.power + sign * b.power };
  }

  // W = (U'U + lambda N s I)^-1 U'T; N s is the mean of the diagonal, the bias is not penalised.
  function solve({ gram, cross }, penalty) {
    const last = gram.length - 1;
    let mean = 0;
    for (let i = 0; i < last; i += 1) mean += gram[i][i] / last;
    const lower = cholesky(gram.map((row, i) => {
      const copy = row.slice();
      if (i < last) copy[i] += penalty * mean;
      return copy;
    }));
    return substituted(lower, cross.map((row) => row.slice()));
  }

  // The lower triangle L with L L' = matrix, in its place.
  function cholesky(matrix) {
    for (let i = 0; i < matrix.length; i += 1) {
      const row = matrix[i];
      for (let j = 0; j <= i; j += 1) {
        const other = matrix[j];
        let sum = row[j];
        for (let k = 0; k < j; k += 1) sum -= row[k] * other[k];
        row[j] = i === j ? Math.sqrt(sum) : sum / other[j];
      }
    }
    return matrix;
  }

  // Solves L L' X = rows, in their place.
  function substituted(lower, rows) {
    const subtract = (row, other, factor) => {
      for (let d = 0; d < row.length; d += 1) row[d] -= factor * other[d];
    };
    const divide = (row, by) => { for (let d = 0; d < row.length; d += 1) row[d] /= by; };
    for (let i = 0; i < rows.length; i += 1) {
      for (let k = 0; k < i; k += 1) subtract(rows[i], rows[k], lower[i][k]);
      divide(rows[i], lower[i][i]);
    }
    for (let i = rows.length - 1; i >= 0; i -= 1) {
      for (let k = i + 1; k < rows.length; k += 1) subtract(rows[i], rows[k], lower[k][i]);
      divide(rows[i], lower[i][i]);
    }
    return rows;
  }

  // |U W - T|^2 of a solution W: the sum over outputs of w'(U'U w - 2 U't), and |T|^2.
  function error({ gram, cross, power }, solution) {
    let sum = power;
    for (let d = 0; d < solution[0].length; d += 1) {
      const w = Float64Array.from(solution, (row) => row[d]);
      for (let i = 0; i < w.length; i += 1) sum += w[i] * (dot(gram[i], w) - 2 * cross[i][d]);
    }
    return sum;
  }

  // The penalty with the least error on pilots left out in turn; a single pilot cannot choose.
  function choose(groups, total, { penalties, alone }) {
    if (groups.length === 1) return alone;
    const leftOut = penalties.map((penalty) => groups.reduce((sum, group) =>
      sum + error(group, solve(combined(total, group, -1), penalty)), 0));
    return penalties[leftOut.indexOf(Math.min(...leftOut))];
  }

  // The map of pilots, at most 16, as weights of a convolution; the settings are those of Python.
  function fit(pilots, settings) {
    const { kernel } = settings;
    const groups = pilots.map((pilot) => moments(pilot, kernel));
    const total = groups.reduce((sum, group) => combined(sum, group, 1));
    const penalty = choose(groups, total, settings);
    const rows = solve(total, penalty);
    const bias = rows.pop();
    const values = Float64Array.from(Array.from(bias, (_, d) => rows.map((row) => row[d])).flat());
    return { penalty, weight: { shape: [bias.length, pilots[0].own.length, kernel, kernel], values },
      bias: { values: bias } };
  }

  const apply = (map, latents) =>
    alignNetwork.conv(latents, map.weight, map.bias, 1, (map.weight.shape[2] - 1) / 2);

  return { fit, apply };
})();
