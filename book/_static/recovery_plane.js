// The plane of quality over recovery time: a marker per way, dots of its seeds, the front.
"use strict";

(({ slfkitRecovery: tool }) => {
  const SVG = "http://www.w3.org/2000/svg";
  const GREY = "#8c8c8c";
  const EDGE = { left: 58, right: 16, top: 28, bottom: 46 };
  const NEAR = 26; // pixels from a tap to the marker that it means

  // matplotlib's markers as paths around (0, 0).
  const SHAPES = {
    o: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z", s: "M-5 -5h10v10h-10z",
    "^": "M0 -6L6 5H-6z", v: "M0 6L6 -5H-6z", "<": "M-6 0L5 -6V6z", ">": "M6 0L-5 -6V6z",
    D: "M0 -6.5L6.5 0L0 6.5L-6.5 0z", d: "M0 -6L4 0L0 6L-4 0z",
    P: "M-2 -6h4v4h4v4h-4v4h-4v-4h-4v-4h4z",
    X: "M-6 -3.5L-3.5 -6L0 -2.5L3.5 -6L6 -3.5L2.5 0L6 3.5L3.5 6L0 2.5L-3.5 6L-6 3.5L-2.5 0z",
    "*": "M0 -8L2 -2.6L7.6 -2.5L3.2 1L4.7 6.5L0 3.3L-4.7 6.5L-3.2 1L-7.6 -2.5L-2 -2.6z",
  };

  function element(parent, name, attributes, text) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    parent.append(made);
    return made;
  }

  // What is better lies lower for the MSE and higher for the accuracy; both by their logarithm,
  // the accuracy by that of the errors.
  const HEIGHTS = { mse: (value) => Math.log(value),
    accuracy: (value) => -Math.log(Math.max(1 - value, 1e-4)) };
  const decades = (from, to) => Array.from({ length: to - from }, (_, k) => 10 ** (from + k))
    .flatMap((power) => [1, 1.5, 2, 3, 5, 7].map((m) => m * power));
  const TICKS = { mse: decades(-4, 1),
    accuracy: [0, 0.5, 0.7, 0.8, 0.9, 0.93, 0.95, 0.96, 0.97, 0.975, 0.98, 0.985, 0.99, 0.995] };
  const SECONDS = decades(-3, 6);
  const NAMES = { mse: "MSE on test images", accuracy: "accuracy on test images (%)" };

  function scale(values, low, high, margin) {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const room = margin * (most - least) || 0.1;
    return { least: least - room, most: most + room,
      at: (v) => low + ((high - low) * (v - least + room)) / (most - least + 2 * room) };
  }

  // From seconds and quality to pixels; a deadline far from all markers is left outside.
  function viewed(points, need, metric, size) {
    const times = points.map((point) => Math.log(point.seconds));
    const ends = [Math.min(...times) - Math.log(3), Math.max(...times) + Math.log(3)];
    const limit = need.deadline ? Math.log(need.deadline) : null;
    if (limit !== null && limit > ends[0] && limit < ends[1]) times.push(limit);
    const across = scale(times, EDGE.left, size.width - EDGE.right, 0.04);
    const height = HEIGHTS[metric];
    const qualities = points.map((point) => height(point[metric]));
    const down = scale(qualities, size.height - EDGE.bottom, EDGE.top, 0.06);
    return { size, x: (seconds) => across.at(Math.log(seconds)), y: (q) => down.at(height(q)),
      limit: limit !== null && limit > across.least && limit < across.most ? across.at(limit) : null,
      seconds: SECONDS.filter((s) => Math.log(s) > across.least && Math.log(s) < across.most),
      values: TICKS[metric].filter((q) => height(q) > down.least && height(q) < down.most) };
  }

  function drawAxes(svg, view, metric, ink) {
    const { width, height } = view.size;
    const bottom = height - EDGE.bottom, right = width - EDGE.right;
    const line = (at) => element(svg, "line", { stroke: "#dcdcdc", ...at });
    const write = (x, y, anchor, text) =>
      element(svg, "text", { x, y, fill: ink, "text-anchor": anchor }, text);
    let free = -Infinity;
    for (const seconds of view.seconds) {
      const x = view.x(seconds);
      if (x < free) continue;
      line({ x1: x, x2: x, y1: EDGE.top, y2: bottom });
      write(x, bottom + 17, "middle", tool.brief(seconds));
      free = x + 40;
    }
    free = Infinity;
    for (const value of [...view.values].sort((a, b) => view.y(b) - view.y(a))) {
      const y = view.y(value);
      if (y > free) continue;
      line({ x1: EDGE.left, x2: right, y1: y, y2: y });
      write(EDGE.left - 6, y + 4, "end", tool.brief(metric === "mse" ? value : 100 * value));
      free = y - 18;
    }
    write((EDGE.left + right) / 2, height - 8, "middle", "recovery time (s)");
    write(6, 15, "start", NAMES[metric]);
  }

  function drawDeadline(svg, view, ink) {
    if (view.limit === null) return;
    const bottom = view.size.height - EDGE.bottom, right = view.size.width - EDGE.right;
    element(svg, "rect", { x: view.limit, y: EDGE.top, width: Math.max(0, right - view.limit),
      height: bottom - EDGE.top, fill: "#777777", "fill-opacity": 0.09 });
    element(svg, "line", { x1: view.limit, x2: view.limit, y1: EDGE.top, y2: bottom, stroke: ink,
      "stroke-dasharray": "6 4" });
  }

  const colour = (point) => (point.standing === "ready" ? point.way.look.color : GREY);

  const inside = ([x, y], { size }) => x > EDGE.left && x < size.width - EDGE.right &&
    y > EDGE.top && y < size.height - EDGE.bottom;

  function drawSeeds(svg, points, view, metric) {
    for (const point of points) {
      for (const run of point.runs) {
        const [cx, cy] = [view.x(run.time.total), view.y(run.state[metric])];
        if (inside([cx, cy], view)) element(svg, "circle", { class: "rt-seed", cx, cy, r: 1.7,
          fill: colour(point), "fill-opacity": 0.55 });
      }
    }
  }

  function drawMarker(list, point, view, metric, label) {
    const [x, y] = [view.x(point.seconds), view.y(point[metric])];
    const { marker, hollow } = point.way.look;
    const made = element(list, "g", { class: "rt-point", role: "option", tabindex: -1,
      "aria-label": label, "aria-selected": false, "data-way": point.way.name,
      "data-standing": point.standing, transform: `translate(${x} ${y})` });
    element(made, "title", {}, label);
    element(made, "path", { d: SHAPES[marker], fill: hollow ? "#ffffff" : colour(point),
      stroke: colour(point), "stroke-width": hollow ? 2 : 1 });
    if (point.standing === "unknown") element(made, "text", { x: 7, y: -4, fill: GREY }, "?");
    return { point, x, y, made };
  }

  // Where a name may stand beside its marker: right, left, below, above, and at the lower corners.
  const spots = (x, y, length) => [[x + 14, y + 4], [x - length - 14, y + 4],
    [x - length / 2, y + 23], [x - length / 2, y - 14], [x + 9, y + 20], [x - length - 9, y + 20]];

  // Names where there is room: one that would cover a marker or a name, or leave the plane, is not
  // written.
  function drawNames(svg, placed, names, view, ink) {
    const taken = placed.map(({ x, y }) => ({ left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 }));
    const free = (box) => inside([box.left, box.top], view) &&
      inside([box.right, box.bottom], view) && !taken.some((other) => box.left < other.right &&
        other.left < box.right && box.top < other.bottom && other.top < box.bottom);
    for (const name of names) {
      const at = placed.find(({ point }) => point.way.name === name);
      const text = name.split(" in place of ")[0];
      const length = 6.7 * text.length;
      const boxes = at ? spots(at.x, at.y, length).map(([left, base]) =>
        ({ left, base, right: left + length, top: base - 11, bottom: base + 3 })) : [];
      const box = boxes.find(free);
      if (!box) continue;
      taken.push(box);
      element(svg, "text", { class: "rt-name", x: box.left, y: box.base, fill: ink,
        stroke: "#ffffff", "stroke-width": 3, "paint-order": "stroke" }, text);
    }
  }

  function ring(svg, placed, name, style) {
    const at = placed.find(({ point }) => point.way.name === name);
    if (at) element(svg, "circle", { cx: at.x, cy: at.y, fill: "none", ...style });
  }

  // The epochs of the way that is looked at: one line, the mean over the seeds that get so far.
  function drawEpochs(layer, way, need, view, metric, look) {
    const epochs = Math.min(...way.runs.map((run) => run.states.length));
    if (epochs < 2) return;
    const path = Array.from({ length: epochs }, (_, k) => {
      const seconds = tool.mean(way.runs.map((run) => tool.time(run, run.states[k], need).total));
      return [view.x(seconds), view.y(tool.mean(way.runs.map((run) => run.states[k][metric])))];
    }).filter((spot) => inside(spot, view));
    element(layer, "polyline", { points: path.join(" "), fill: "none", stroke: look.color,
      "stroke-width": 1.2, "stroke-dasharray": "2 3" });
    for (const [x, y] of path) {
      element(layer, "circle", { cx: x, cy: y, r: 2.4, fill: "#ffffff", stroke: look.color });
    }
  }

  // Draws all of it, and returns what selects a way in it, by its name.
  function drawPlane(svg, shown, pick) {
    const { points, need, metric, front, chosen, trained, student, ink } = shown;
    const width = Math.max(320, Math.round(svg.parentElement.clientWidth) || 640);
    const view = viewed(points, need, metric, { width, height: width < 500 ? 360 : 430 });
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${width} ${view.size.height}`);
    drawAxes(svg, view, metric, ink);
    drawDeadline(svg, view, ink);
    element(svg, "polyline", { class: "rt-front", fill: "none", stroke: ink, "stroke-width": 1.3,
      points: front.map((one) => [view.x(one.seconds), view.y(one[metric])]).join(" ") });
    const looked = element(svg, "g", { class: "rt-looked", "aria-hidden": true });
    drawSeeds(svg, points, view, metric);
    const list = element(svg, "g", { role: "listbox", "aria-label": "Ways to mend the link" });
    const order = [...points].sort((a, b) => a.seconds - b.seconds);
    const rank = (point) => (point.standing === "ready") + (point.way.name === chosen);
    const placed = order.map((point) =>
      drawMarker(list, point, view, metric, tool.described(point, student)));
    for (const { made } of [...placed].sort((a, b) => rank(a.point) - rank(b.point))) list.append(made);
    ring(svg, placed, chosen, { r: 11, stroke: ink, "stroke-width": 2 });
    if (trained !== chosen) {
      ring(svg, placed, trained, { r: 11, stroke: ink, "stroke-width": 2, "stroke-dasharray": "4 3" });
    }
    const names = [chosen, trained, ...front.map((one) => one.way.name)];
    drawNames(svg, placed, [...new Set(names)].filter(Boolean), view, ink);
    listen(svg, placed, pick);
    return (name) => select(placed, looked, name, { need, view, metric });
  }

  function select(placed, layer, name, { need, view, metric }) {
    layer.replaceChildren();
    for (const { point, x, y, made } of placed) {
      const here = point.way.name === name;
      made.setAttribute("aria-selected", here);
      made.setAttribute("tabindex", here ? 0 : -1);
      if (!here) continue;
      element(layer, "circle", { cx: x, cy: y, r: 14, fill: point.way.look.color,
        "fill-opacity": 0.16 });
      drawEpochs(layer, point.way, need, view, metric, point.way.look);
    }
  }

  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1,
    Home: -Infinity, End: Infinity };

  // A tap takes the nearest marker; arrow keys step along in the order of time.
  function listen(svg, placed, pick) {
    const to = (place) => {
      pick(placed[place].point.way.name);
      placed[place].made.focus({ preventScroll: true });
    };
    svg.onclick = (event) => {
      const box = svg.getBoundingClientRect(), zoom = svg.viewBox.baseVal.width / box.width;
      const [x, y] = [(event.clientX - box.left) * zoom, (event.clientY - box.top) * zoom];
      const far = (one) => Math.hypot(one.x - x, one.y - y);
      const near = tool.least(placed, far);
      if (near && far(near) <= NEAR * zoom) to(placed.indexOf(near));
    };
    svg.onkeydown = (event) => {
      const now = placed.findIndex(({ made }) => made === event.target);
      if (now < 0 || !(event.key in STEPS)) return;
      event.preventDefault();
      to(Math.max(0, Math.min(placed.length - 1, now + STEPS[event.key])));
    };
    placed.forEach(({ made, point }) => { made.onfocus = () => pick(point.way.name); });
  }

  // What each marker means.
  function drawLegend(list, entries) {
    for (const { name, look } of entries) {
      const item = document.createElement("li");
      const svg = element(item, "svg", { viewBox: "-8 -8 16 16", "aria-hidden": true });
      element(svg, "path", { d: SHAPES[look.marker], fill: look.hollow ? "#ffffff" : look.color,
        stroke: look.color, "stroke-width": look.hollow ? 2 : 1 });
      item.append(name);
      list.append(item);
    }
  }

  Object.assign(tool, { drawLegend, drawPlane });
})(window);
