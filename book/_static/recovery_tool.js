// The tool of the page "Recovery time": joins controls, choice, plane, detail and address.
"use strict";

(({ slfkitRecovery: tool }) => {
  const NOTE = "Quality is that of stored runs at ε = 0.3, Alice with MNIST and David too; link and " +
    "computer change only the time. Held-out images choose, test images report; other maps were not " +
    "tried on held-out images, so they are never chosen. David's encoder serves Alice because both " +
    "send images of one kind here. David's old link is measured at each run's best epoch. That an " +
    "epoch is the best shows only afterwards, so with a deadline Alice trains until then.";
  const WIDE = 600; // pixels from which all sliders stand open

  // The data of a page; a state is written there as the list of its numbers.
  function parse(text) {
    const data = JSON.parse(text);
    const named = (numbers) => Object.fromEntries(data.state.map((name, k) => [name, numbers[k]]));
    for (const run of data.ways.flatMap((way) => way.runs)) run.states = run.states.map(named);
    return data;
  }

  // All that is shown at some settings; the test of the page asks for it too.
  function answer(data, { need, metric, families }) {
    const ways = data.ways.filter((way) => families.includes(way.family));
    const points = tool.points(ways, need, metric);
    const met = tool.choices(ways, need, metric);
    const trained = met.find(({ way }) => tool.trains(way));
    return { points, need, metric, front: tool.front(points, metric),
      chosen: met[0]?.way.name ?? null, trained: trained?.way.name ?? null,
      sentence: tool.advice(ways, need, metric, data.student),
      trainedSentence: tool.trainingAdvice(ways, need, metric, data.student),
      student: data.student, ink: data.ink };
  }

  // A row for each way and seed, as it is drawn.
  function csv(shown) {
    const heads = ["way", "family", "seed", "epoch", "seconds", "download_s", "computing_s",
      "upload_s", "test_mse", "test_accuracy", "old_link_accuracy", "standing", "chosen",
      ...Object.keys(shown.need)];
    const rows = shown.points.flatMap((point) => point.runs.map((run) => [point.way.name,
      point.way.family, run.seed, run.state.epoch, run.time.total, run.time.download,
      run.time.compute, run.time.upload, run.state.mse, run.state.accuracy, run.old ?? "",
      point.standing, point.way.name === shown.chosen ? 1 : 0, ...Object.values(shown.need)]));
    const field = (value) => (/[",]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : value);
    return [heads, ...rows].map((row) => row.map(field).join(",") + "\r\n").join("");
  }

  function download(text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = "recovery.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // Copies the address, or where that is not allowed shows it.
  async function copy(said) {
    try {
      await navigator.clipboard.writeText(location.href);
      said.textContent = "Link copied.";
    } catch {
      said.textContent = `Copy this: ${location.href}`;
    }
  }

  function start(root) {
    const data = parse(root.querySelector(".rt-data").textContent);
    const controls = tool.controls(root, data);
    const one = (selector) => root.querySelector(selector);
    let shown = null, select = null, looked = null;

    // Looks at a way: in the plane and below it.
    function pick(name) {
      looked = name;
      select(name);
      const point = shown.points.find((each) => each.way.name === name) ?? null;
      tool.showDetail(one(".rt-detail"), point, data);
    }

    function draw() {
      select = tool.drawPlane(one(".rt-plane"), shown, (name) => { pick(name); remember(); });
      pick(shown.points.some(({ way }) => way.name === looked) ? looked :
        shown.chosen ?? shown.points[0]?.way.name ?? null);
    }

    function update() {
      shown = answer(data, controls.read());
      one(".rt-result").textContent = shown.sentence;
      one(".rt-trained").textContent = shown.trainedSentence;
      draw();
    }

    function remember() {
      const way = looked === shown.chosen ? null : looked;
      history.replaceState(null, "", tool.toAddress(controls.read(), way));
    }

    function restore() {
      const asked = tool.fromAddress(location.hash, Object.keys(data.sliders));
      controls.write(asked ?? controls.start);
      looked = asked?.way ?? null;
      update();
      if (asked) root.scrollIntoView();
    }

    one(".rt-live").hidden = false;
    one(".rt-static").hidden = true;
    const form = one(".rt-controls");
    form.addEventListener("input", ({ target }) => {
      controls.preset(target.name);
      looked = null;
      update();
    });
    form.addEventListener("change", remember);
    one("[name=copy]").onclick = () => { remember(); copy(one(".rt-said")); };
    one("[name=csv]").onclick = () => download(csv(shown));
    one("[name=reset]").onclick = () => {
      controls.write(controls.start);
      looked = null;
      update();
      remember();
    };
    one(".rt-note").textContent = NOTE;
    one(".rt-rates").open = root.clientWidth > WIDE;
    tool.drawLegend(one(".rt-legend"), data.legend);
    restore();
    addEventListener("hashchange", restore);
    let width = root.clientWidth;
    new ResizeObserver(() => {
      if (root.clientWidth !== width) draw();
      width = root.clientWidth;
    }).observe(root);
  }

  Object.assign(tool, { answer, csv, parse });
  document.querySelectorAll(".recovery-tool").forEach(start);
})(window);
