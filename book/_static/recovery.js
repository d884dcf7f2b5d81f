// The interactive recovery time. slfkit/interactive.py gives the data and does the same arithmetic;
// tests/test_browser.py moves every control and compares. No library, no network.
"use strict";

(() => {
  const SHARES = { download: "download", compute: "computation", upload: "upload" };
  const SVG = "http://www.w3.org/2000/svg";

  // T = 8 S_down / R_down + F / P + 8 S_up / R_up, in the order of slfkit.recovery.recovery_time.
  function timed(point, link) {
    const download = (8 * point.bytes_down) / link.downlink;
    const compute = point.flops / link.power;
    const upload = (8 * point.bytes_up) / link.uplink;
    return { ...point, download, compute, upload, total: download + compute + upload };
  }

  // The fastest f that is at least as fast and as good as `row`, and better in one of the two.
  function dominating(row, rows, better) {
    if (row.quality === null) return null;
    const found = rows.filter((other) =>
      other.quality !== null && other.total <= row.total &&
      better * other.quality >= better * row.quality &&
      (other.total !== row.total || other.quality !== row.quality));
    found.sort((a, b) => a.total - b.total || a.frozen - b.frozen);
    return found.length ? found[0].frozen : null;
  }

  function recovered(points, better, link) {
    const rows = points.map((point) => timed(point, link));
    return rows.map((row) => ({ ...row, dominatedBy: dominating(row, rows, better) }));
  }

  // The fastest f that meets the target, the best of equals.
  function choose(rows, better, target) {
    const good = rows.filter((row) =>
      row.quality !== null && better * row.quality >= better * target);
    good.sort((a, b) => a.total - b.total || better * (b.quality - a.quality) ||
      a.frozen - b.frozen);
    return good.length ? good[0] : null;
  }

  const seconds = (value) => value.toFixed(value < 100 ? 3 : 0);

  const heading = (task) => task.name[0].toUpperCase() + task.name.slice(1) +
    (task.unit ? ` (${task.unit.trim()})` : "");

  function element(parent, name, attributes, text) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    parent.append(made);
    return made;
  }

  // matplotlib's markers of f as paths around (0, 0).
  const SHAPES = {
    o: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z", s: "M-5 -5h10v10h-10z",
    "^": "M0 -6L6 5H-6z", D: "M0 -6.5L6.5 0L0 6.5L-6.5 0z", v: "M0 6L6 -5H-6z",
  };

  function marker(svg, look, row, x, y) {
    const colour = look.colours[row.frozen];
    const fill = row.dominatedBy === null ? colour : "#ffffff";
    element(svg, "path", { d: SHAPES[look.markers[row.frozen]], fill, stroke: colour,
      "stroke-width": 2, transform: `translate(${x} ${y})` });
  }

  // One bar a row: its three shares from left to right, its total behind it.
  function drawBars(svg, rows, look) {
    const longest = Math.max(...rows.map((row) => row.total));
    const [left, width, step] = [64, 250, 34];
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 400 ${rows.length * step + 40}`);
    rows.forEach((row, i) => {
      const y = 12 + i * step;
      marker(svg, look, row, 12, y + 11);
      element(svg, "text", { x: 24, y: y + 15, fill: look.ink }, `f = ${row.frozen}`);
      let x = left;
      for (const share of Object.keys(SHARES)) {
        const length = (width * row[share]) / longest;
        element(svg, "rect", { x, y, width: length, height: 22, fill: look.fills[share],
          stroke: look.ink, "stroke-width": length ? 0.8 : 0 });
        x += length;
      }
      element(svg, "text", { x: x + 6, y: y + 15, fill: look.ink }, `${seconds(row.total)} s`);
    });
    Object.entries(SHARES).forEach(([share, name], i) => {
      const [x, y] = [52 + i * 116, rows.length * step + 18];
      element(svg, "rect", { x, y, width: 13, height: 13, fill: look.fills[share],
        stroke: look.ink, "stroke-width": 0.8 });
      element(svg, "text", { x: x + 19, y: y + 11, fill: look.ink }, name);
    });
  }

  // Round values from low to high, about four of them.
  function ticks(low, high) {
    const raw = (high - low) / 4;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = power * [1, 2, 5, 10].find((m) => m * power >= raw);
    const found = [];
    for (let k = Math.ceil(low / step); k * step <= high; k += 1) found.push(k * step);
    return { found, digits: Math.max(0, -Math.floor(Math.log10(step))) };
  }

  function span(values) {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const margin = 0.2 * (high - low) || 0.1 * Math.abs(high) || 1;
    return [low - margin, high + margin];
  }

  function drawAxes(svg, look, view, names) {
    const line = (at) => element(svg, "line", { stroke: "#d8d8d8", ...at });
    const write = (x, y, anchor, text) =>
      element(svg, "text", { x, y, fill: look.ink, "text-anchor": anchor }, text);
    const xs = ticks(...view.x), ys = ticks(...view.y);
    for (const value of xs.found) {
      line({ x1: view.atX(value), x2: view.atX(value), y1: 26, y2: 220 });
      write(view.atX(value), 237, "middle", value.toFixed(xs.digits));
    }
    for (const value of ys.found) {
      line({ x1: 55, x2: 390, y1: view.atY(value), y2: view.atY(value) });
      write(50, view.atY(value) + 4, "end", value.toFixed(ys.digits));
    }
    write(222, 256, "middle", names.x);
    write(8, 15, "start", names.y);
  }

  // Quality over time: the front as a line, dominated f hollow, the chosen one ringed.
  function drawFront(svg, rows, look, { name, better }, target, chosen) {
    const view = { x: span(rows.map((row) => row.total)),
      y: span([...rows.map((row) => row.quality), target]) };
    view.atX = (v) => 55 + (335 * (v - view.x[0])) / (view.x[1] - view.x[0]);
    view.atY = (v) => 220 - (194 * (v - view.y[0])) / (view.y[1] - view.y[0]);
    svg.replaceChildren();
    svg.setAttribute("viewBox", "0 0 400 264");
    drawAxes(svg, look, view, { x: "recovery time T (s)", y: name });
    element(svg, "line", { x1: 55, x2: 390, y1: view.atY(target), y2: view.atY(target),
      stroke: look.ink, "stroke-dasharray": "6 4" });
    const front = rows.filter((row) => row.dominatedBy === null);
    front.sort((a, b) => a.total - b.total);
    element(svg, "polyline", { fill: "none", stroke: look.ink, "stroke-width": 1.2,
      points: front.map((row) => `${view.atX(row.total)},${view.atY(row.quality)}`).join(" ") });
    for (const row of rows) {
      const [x, y] = [view.atX(row.total), view.atY(row.quality)];
      if (row === chosen) {
        element(svg, "circle", { cx: x, cy: y, r: 11, fill: "none", stroke: look.ink,
          "stroke-width": 1.6 });
      }
      marker(svg, look, row, x, y);
      // Nothing lies on the better side of the front, so its labels stand there, others opposite.
      const [fast, up] = [row.dominatedBy === null, (row.dominatedBy === null) === (better > 0)];
      element(svg, "text", { x: x + (fast ? -11 : 11), y: y + (up ? -8 : 16), fill: look.ink,
        "text-anchor": fast ? "end" : "start", stroke: "#ffffff", "stroke-width": 3,
        "paint-order": "stroke" }, `f = ${row.frozen}`);
    }
  }

  function start(root) {
    const data = JSON.parse(root.querySelector(".rt-data").textContent);
    const control = (name) => root.querySelector(`[name="${name}"]`);
    const output = (name) => root.querySelector(`[data-value="${name}"]`);
    let shown = "";

    function chosenTask() {
      const table = data.tables.find((one) => one.key === control("table").value);
      const name = control("task").value;
      return { ...data.tasks[name], ...table.tasks[name], table };
    }

    // Another table or task has another range of qualities.
    function setTarget(task) {
      const key = control("table").value + control("task").value;
      control("target").closest("div").hidden = task.target === null;
      if (key !== shown && task.target !== null) {
        for (const n of ["min", "max", "step", "value"]) control("target")[n] = task.target[n];
      }
      shown = key;
    }

    // Reads the sliders, and says their values in words for the eye and for the ear.
    function readLink() {
      const link = {};
      for (const [name, slider] of Object.entries(data.sliders)) {
        const place = Number(control(name).value);
        link[name] = slider.values[place];
        output(name).textContent = slider.labels[place];
        control(name).setAttribute("aria-valuetext", slider.labels[place]);
      }
      return link;
    }

    function sentence(rows, chosen, task, wanted) {
      if (task.target === null) {
        return `The ${task.name} of each f is not known for this table, so none can be chosen.`;
      }
      if (chosen === null) return `No f reaches ${task.name} ${wanted}.`;
      return `Choose f = ${chosen.frozen}: the fastest with ${task.name} ${wanted}, ${
        seconds(chosen.total)} s.`;
    }

    // The last two cells of a row: its quality, and whether it is on the front.
    function judged(row, task) {
      if (row.quality === null) return ["–", "–"];
      return [row.quality.toFixed(task.digits),
        row.dominatedBy === null ? "on the front" : `dominated by f = ${row.dominatedBy}`];
    }

    function fillTable(rows, chosen, task) {
      root.querySelector(".rt-quality").textContent = heading(task);
      root.querySelector(".rt-table tbody").replaceChildren(...rows.map((row) => {
        const line = document.createElement("tr");
        const texts = [...["download", "compute", "upload", "total"].map((n) => seconds(row[n])),
          ...judged(row, task)];
        line.innerHTML = `<th scope="row"></th>${'<td class="number"></td>'.repeat(5)}<td></td>`;
        [String(row.frozen), ...texts].forEach((text, i) => { line.cells[i].textContent = text; });
        line.classList.toggle("rt-chosen", row === chosen);
        line.dataset.f = row.frozen;
        for (const n of ["download", "compute", "upload", "total"]) line.dataset[n] = row[n];
        return line;
      }));
    }

    function update() {
      const task = chosenTask();
      setTarget(task);
      const target = Number(control("target").value);
      const wanted = `${task.bound} ${control("target").value}${task.unit}`;
      output("target").textContent = `${task.name} ${wanted}`;
      control("target").setAttribute("aria-valuetext", `${task.name} ${wanted}`);
      const rows = recovered(task.points, task.better, readLink());
      const chosen = task.target === null ? null : choose(rows, task.better, target);
      root.querySelector(".rt-result").textContent = sentence(rows, chosen, task, wanted);
      root.querySelector(".rt-note").textContent = task.table.note;
      fillTable(rows, chosen, task);
      drawBars(root.querySelector(".rt-bars"), rows, data.look);
      root.querySelector(".rt-front").closest("figure").hidden = task.target === null;
      if (task.target !== null) {
        const axis = { name: heading(task), better: task.better };
        drawFront(root.querySelector(".rt-front"), rows, data.look, axis, target, chosen);
      }
    }

    root.querySelector(".rt-controls").addEventListener("input", update);
    update();
    root.querySelector(".rt-live").hidden = false;
    root.querySelector(".rt-static").hidden = true;
  }

  document.querySelectorAll(".recovery-time").forEach(start);
})();
