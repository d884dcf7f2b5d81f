// The page *Align it yourself*: reads its controls, sends the picture over the links and shows what
// arrives. align_data.js holds weights and digits; the arithmetic is in the three files before this.
"use strict";

(() => {
  const SIDE = 32, BRUSH = 2.7; // of a picture, and the width of its strokes, in pixels
  const { encode, quantise, decode, GRID } = alignNetwork;

  const scaled = (pixels) => Float64Array.from(pixels, (value) => value / 127.5 - 1);
  const same = (a, b) => a.every((value, i) => value === b[i]);

  // The mean squared error of three received planes, as slfkit.evaluation has it.
  function error(planes, picture) {
    let sum = 0;
    for (const plane of planes) plane.forEach((value, i) => { sum += (value - picture[i]) ** 2; });
    return sum / (3 * picture.length);
  }

  // Draws three planes in [-1, 1] on a canvas of 32 x 32.
  function show(canvas, planes) {
    const image = new ImageData(SIDE, SIDE);
    image.data.forEach((_, i) => {
      // an ImageData rounds and keeps to 0..255 by itself
      image.data[i] = i % 4 === 3 ? 255 : (planes[i % 4][i >> 2] + 1) * 127.5;
    });
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  function canvasOf(pixels, label) {
    const made = document.createElement("canvas");
    made.width = made.height = SIDE;
    const plane = scaled(pixels);
    show(made, [plane, plane, plane]);
    if (label) Object.entries({ role: "img", "aria-label": label }).forEach((one) =>
      made.setAttribute(...one));
    return made;
  }

  // What can be sent, and by whom: weights are unpacked when they are first asked for.
  function networks(data) {
    const known = new Map();
    const once = (key, make) => known.get(key) ?? known.set(key, make()).get(key);
    const user = (name) => once(name, () => alignNetwork.unpack(data.users[name].weights));
    const aligned = (sender, receiver) => {
      const run = data.aligned[`${sender} ${receiver}`];
      return run && once(run, () => ({ ...user(receiver), ...alignNetwork.unpack(run.weights) }));
    };
    return { user, aligned };
  }

  // The pad: a stroke on an example begins a new drawing. `changed` is told the 1024 grey values.
  function drawingPad(pad, changed) {
    const context = pad.getContext("2d", { willReadFrequently: true });
    const factor = pad.width / SIDE;
    const small = canvasOf(new Uint8Array(SIDE * SIDE));
    const reader = small.getContext("2d", { willReadFrequently: true });
    let last = null, example = true;

    function clear() {
      context.fillStyle = "#000000";
      context.fillRect(0, 0, pad.width, pad.height);
      example = false;
    }

    function place(event) {
      const box = pad.getBoundingClientRect();
      return [((event.clientX - box.left) * pad.width) / box.width,
        ((event.clientY - box.top) * pad.height) / box.height];
    }

    function stroke(to) {
      Object.assign(context, { strokeStyle: "#ffffff", lineCap: "round", lineWidth: BRUSH * factor });
      context.beginPath();
      context.moveTo(...last);
      context.lineTo(...to);
      context.stroke();
      last = to;
      tell();
    }

    function tell() {
      Object.assign(reader, { imageSmoothingEnabled: true, imageSmoothingQuality: "high" });
      reader.drawImage(pad, 0, 0, SIDE, SIDE);
      const { data } = reader.getImageData(0, 0, SIDE, SIDE);
      changed(Uint8Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i]));
    }

    pad.addEventListener("pointerdown", (event) => {
      if (example) clear();
      pad.setPointerCapture(event.pointerId);
      last = place(event);
      stroke(last);
    });
    pad.addEventListener("pointermove", (event) => { if (last) stroke(place(event)); });
    for (const end of ["pointerup", "pointercancel"]) {
      pad.addEventListener(end, () => { last = null; });
    }
    return {
      clear() { clear(); tell(); },
      put(pixels) {
        context.imageSmoothingEnabled = false;
        context.drawImage(canvasOf(pixels), 0, 0, pad.width, pad.height);
        example = true;
      },
    };
  }

  function start(root) {
    const data = alignData, { user, aligned } = networks(data);
    const control = (name) => root.querySelector(`[name="${name}"]`);
    const digits = data.digits.map(({ label, pixels }) =>
      ({ label, pixels: Uint8Array.from(alignNetwork.numbers(pixels)) }));
    const state = { pixels: digits[0].pixels, pilots: [], seed: 1, note: "" };
    const fitted = { key: null, map: null };
    let waiting = false;

    // However many strokes and steps of the slider come before the next frame, it computes once.
    function later() {
      if (!waiting) requestAnimationFrame(() => { waiting = false; update(); });
      waiting = true;
    }

    const link = () => ({ sender: control("sender").value, receiver: control("receiver").value,
      eps: Number(control("eps").value) });

    function ridge({ sender, receiver }) {
      const key = [sender, receiver, ...state.pilots];
      if (fitted.key?.length !== key.length || !same(key, fitted.key)) {
        const pairs = state.pilots.map(scaled).map((picture) =>
          ({ own: encode(user(sender), picture), target: encode(user(receiver), picture) }));
        Object.assign(fitted, { key, map: alignRidge.fit(pairs, data.ridge) });
      }
      return fitted.map;
    }

    // What each view shows: the indices sent and the weights that read them, or why there is none.
    function views(chosen, picture) {
      const { sender, receiver } = chosen;
      const [alice, david] = [user(sender), user(receiver)];
      const latents = encode(alice, picture);
      const found = { plain: { sent: quantise(alice, latents), reader: david } };
      found.ridge = { why: "mark pilots first" };
      if (state.pilots.length) {
        const map = ridge(chosen);
        found.ridge = { sent: quantise(david, alignRidge.apply(map, latents)), reader: david, map };
      }
      const together = aligned(sender, receiver);
      found.slf = { why: sender === receiver ? "trained together: nothing to align"
        : "no fine-tuned weights are stored for this pair" };
      if (together) {
        found.slf = { sent: quantise(together, encode(together, picture)), reader: together };
      }
      return found;
    }

    function update() {
      const chosen = link(), picture = scaled(state.pixels);
      const codewords = user(chosen.receiver)["codebook.weight"].shape[0];
      const noise = alignChannel.draw(state.seed, GRID * GRID, codewords);
      const found = views(chosen, picture);
      for (const [name, view] of Object.entries(found)) {
        if (view.sent) {
          const arrived = alignChannel.transmit(view.sent, noise, chosen.eps, codewords);
          view.planes = decode(view.reader, arrived);
          view.mse = error(view.planes, picture).toFixed(3);
        }
        present(name, view);
      }
      describe(chosen, found);
    }

    function present(name, view) {
      const canvas = root.querySelector(`[data-view="${name}"]`);
      if (view.planes) show(canvas, view.planes);
      else canvas.getContext("2d").clearRect(0, 0, SIDE, SIDE);
      canvas.classList.toggle("al-none", !view.planes);
      const text = view.planes ? `MSE ${view.mse}` : view.why;
      root.querySelector(`[data-said="${name}"]`).textContent = text;
      canvas.setAttribute("aria-label", `Picture received: ${text}`);
    }

    function describe({ sender, receiver, eps }, { plain, ridge: mended, slf }) {
      const run = data.aligned[`${sender} ${receiver}`], count = state.pilots.length;
      const set = (name, value) => `${name}\u00a0=\u00a0${value}`;
      const parts = [`${plain.mse} ${sender === receiver ? "as trained together" : "without help"}`];
      if (mended.map) {
        parts.push(`${mended.mse} with the ridge from ${count} pilot${count > 1 ? "s" : ""} (${
          set("λ", mended.map.penalty)})`);
      }
      if (run) parts.push(`${slf.mse} after SLF with ${set("f", run.frozen)}`);
      root.querySelector(".al-result").textContent =
        `${state.note}Mean squared error at ${set("ε", eps.toFixed(2))}: ${parts.join("; ")}.`;
      root.querySelector("output").textContent = eps.toFixed(2);
      control("mark").setAttribute("aria-pressed", state.pilots.some(isShown));
      digits.forEach(({ button, pixels }) => button.setAttribute("aria-pressed", isShown(pixels)));
    }

    const isShown = (pixels) => same(pixels, state.pixels);

    function setPilots(pilots) {
      const { most } = data.ridge;
      state.note = pilots.length > most ? `More than ${most} pilots are not taken here. ` : "";
      state.pilots = pilots.slice(0, most);
      const shown = state.pilots.map((pixels, i) => canvasOf(pixels, `Pilot ${i + 1}`));
      root.querySelector(".al-pilots").replaceChildren(
        shown.length ? `Pilots: ${shown.length} ` : "No pilots yet.", ...shown);
      later();
    }

    function take(pixels) {
      Object.assign(state, { pixels, note: "" });
      later();
    }

    const pad = drawingPad(root.querySelector(".al-pad"), take);
    const actions = {
      clear: () => pad.clear(),
      noise() { state.seed += 1; later(); },
      mark() {
        const others = state.pilots.filter((pixels) => !isShown(pixels));
        const marked = others.length < state.pilots.length;
        setPilots(marked ? others : [...others, state.pixels]);
      },
      others: () => setPilots(digits.map(({ pixels }) => pixels).filter((one) => !isShown(one))),
      forget: () => setPilots([]),
    };
    for (const [name, act] of Object.entries(actions)) control(name).addEventListener("click", act);
    for (const [place, digit] of digits.entries()) {
      digit.button = document.createElement("button");
      digit.button.type = "button";
      digit.button.setAttribute("aria-label", `Example ${place + 1}: digit ${digit.label}`);
      digit.button.append(canvasOf(digit.pixels));
      digit.button.addEventListener("click", () => { pad.put(digit.pixels); take(digit.pixels); });
      root.querySelector(".al-digits").append(digit.button);
    }
    root.querySelector(".al-controls").addEventListener("input", later);
    pad.put(state.pixels);
    setPilots([]);
    root.querySelector(".al-live").hidden = false;
    root.querySelector(".al-static").hidden = true;
  }

  document.querySelectorAll(".align-it").forEach(start);
})();
