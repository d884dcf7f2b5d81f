// The channel of eq. 5, as slfkit/channel.py has it: each index is kept with probability 1 - eps
// and otherwise replaced by one of the other K - 1, all equally likely.
"use strict";

const alignChannel = (() => {
  // A small seeded generator of numbers in [0, 1): an add and two multiplications that mix its bits.
  function generator(seed) {
    let state = seed >>> 0;
    return () => {
      state = (state + 0x9e3779b9) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
    };
  }

  // The channel's noise for so many indices, drawn before eps and the indices are known: with a
  // larger eps the same indices are swapped, and more.
  function draw(seed, count, codewords) {
    const random = generator(seed);
    return Array.from({ length: count }, () =>
      ({ chance: random(), shift: 1 + Math.floor(random() * (codewords - 1)) }));
  }

  // r: what arrives of the indices s.
  const transmit = (sent, noise, eps, codewords) => sent.map((index, n) =>
    noise[n].chance < eps ? (index + noise[n].shift) % codewords : index);

  return { generator, draw, transmit };
})();
