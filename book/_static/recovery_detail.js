// The way that is looked at: its numbers, the shares of its time, the picture that David sees.
"use strict";

(({ slfkitRecovery: tool }) => {
  const SHARES = { download: "download", compute: "computing", upload: "upload" };

  function element(parent, name, attributes = {}, text = "") {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    parent.append(made);
    return made;
  }

  function showFacts(panel, point, student) {
    const shown = tool.measured(point.runs, student);
    const trained = tool.trains(point.way);
    const facts = { "Ready after": `${shown.seconds} s`, "Test MSE": shown.mse,
      "Test accuracy": `${shown.accuracy} %`,
      "David's old link": shown.old ? `${shown.old} %` : "not known",
      "Stop after epoch": trained ? tool.stops(point.runs) : "trains nothing",
      "Runs": tool.seeds(point.runs) };
    const list = element(panel, "dl");
    for (const [name, value] of Object.entries(facts)) {
      const pair = element(list, "div");
      element(pair, "dt", {}, name);
      element(pair, "dd", {}, value);
    }
  }

  // A bar of the three shares, and the shares in words.
  function showShares(panel, point, fills) {
    const mean = (share) => tool.mean(point.runs.map((run) => run.time[share]));
    const bar = element(panel, "div", { class: "rt-shares", "aria-hidden": true });
    for (const share of Object.keys(SHARES)) {
      const part = element(bar, "span");
      part.style.width = `${(100 * mean(share)) / point.seconds}%`;
      part.style.background = fills[share];
    }
    const text = element(panel, "p", { class: "rt-share-text" });
    for (const [share, name] of Object.entries(SHARES)) {
      const said = element(text, "span");
      element(said, "span", { class: "rt-key" }).style.background = fills[share];
      said.append(` ${name} ${mean(share).toFixed(2)} s`);
      text.append(" ");
    }
  }

  function showPicture(panel, point, pictures) {
    const own = pictures.ways[point.way.name];
    const box = element(panel, "div", { class: "rt-pictures" });
    const strip = (source, alt, name) => {
      const figure = element(box, "figure");
      element(figure, "img", { src: source, alt });
      element(figure, "figcaption", {}, name);
    };
    if (pictures.sent) strip(pictures.sent, "Four digits, as sent.", "As sent");
    if (pictures.before) {
      strip(pictures.before, "The same digits as David sees them unaligned.", "Unaligned");
    }
    if (own) strip(own.source, `The same digits after ${point.way.name}.`, "What David sees");
    element(box, "p", {}, own ? `Seed 0. ${own.note}` : "No picture of this way is stored.");
  }

  // Fills the panel with a point.
  function showDetail(panel, point, { pictures, fills, student }) {
    panel.replaceChildren();
    if (!point) return;
    const numbers = element(panel, "div", { class: "rt-numbers" });
    const reason = tool.REASONS[point.standing];
    element(numbers, "p", { class: "rt-way" }, point.way.name + (reason ? `: ${reason}` : ""));
    showFacts(numbers, point, student);
    showShares(numbers, point, fills);
    showPicture(panel, point, pictures);
  }

  Object.assign(tool, { showDetail });
})(window);
