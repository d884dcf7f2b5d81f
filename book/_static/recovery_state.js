// The settings: as the controls have them, and in the address, so that they can be sent.
"use strict";

(({ slfkitRecovery: tool }) => {
  const PLACE = "#recovery-tool?"; // how an address with settings goes on after the page's own
  const PRESETS = { link: ["downlink", "uplink"], computer: ["power"] };

  // The controls of a tool: read() gives its settings, write() sets them.
  function controls(root, data) {
    const control = (name) => root.querySelector(`[name="${name}"]`);
    const families = Object.keys(data.families);

    function read() {
      const need = {};
      for (const [name, slider] of Object.entries(data.sliders)) {
        need[name] = slider.values[Number(control(name).value)];
      }
      return { need, metric: control("metric").value,
        families: families.filter((name) => control(name).checked) };
    }

    // Each setting that is on offer is taken, and others are left as they are.
    function write({ need = {}, metric, families: shown }) {
      for (const [name, value] of Object.entries(need)) {
        const place = data.sliders[name].values.indexOf(value);
        if (place >= 0) control(name).value = place;
      }
      if (["mse", "accuracy"].includes(metric)) control("metric").value = metric;
      if (shown) for (const name of families) control(name).checked = shown.includes(name);
      settle();
    }

    // Says the sliders' values in words, and which preset they are.
    function settle() {
      for (const [name, slider] of Object.entries(data.sliders)) {
        const label = slider.labels[Number(control(name).value)];
        root.querySelector(`[data-value="${name}"]`).textContent = label;
        control(name).setAttribute("aria-valuetext", label);
      }
      const { need } = read();
      for (const [kind, names] of Object.entries(PRESETS)) {
        const found = data.presets[kind].findIndex((one) =>
          names.every((name) => one[name] === need[name]));
        control(kind).value = found < 0 ? "" : found;
      }
    }

    // A preset sets its sliders.
    function preset(kind) {
      const one = data.presets[kind]?.[control(kind).value];
      if (one) write({ need: Object.fromEntries(PRESETS[kind].map((name) => [name, one[name]])) });
      else settle();
    }

    const start = Object.fromEntries(Object.entries(data.sliders).map(([name, slider]) =>
      [name, slider.values[slider.start]]));
    return { read, write, preset, start: { need: start, metric: "mse", families } };
  }

  function toAddress({ need, metric, families }, way) {
    const query = new URLSearchParams({ ...need, metric, show: families.join(" ") });
    if (way) query.set("way", way);
    return PLACE + query;
  }

  // The settings that an address holds; null if it holds none.
  function fromAddress(hash, names) {
    if (!hash.startsWith(PLACE)) return null;
    const query = new URLSearchParams(hash.slice(PLACE.length));
    const given = names.filter((name) => query.has(name));
    return { need: Object.fromEntries(given.map((name) => [name, Number(query.get(name))])),
      metric: query.get("metric"), families: query.get("show")?.split(" "),
      way: query.get("way") };
  }

  Object.assign(tool, { controls, fromAddress, toAddress });
})(window);
