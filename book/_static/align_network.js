// Encoder, codebook and decoder of slfkit/models.py, in double precision. Planes are arrays of
// channels, each a Float64Array of side * side numbers, row by row.
"use strict";

const alignNetwork = (() => {
  const GRID = 16; // side of the grid: a picture of 32 x 32 is sent as 16 x 16 numbers
  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  // Whole numbers from 0 to 4095, two characters each (slfbook/align_data.py writes them).
  function numbers(text) {
    const six = new Map([...ALPHABET].map((letter, value) => [letter, value]));
    return Float64Array.from({ length: text.length / 2 },
      (_, i) => 64 * six.get(text[2 * i]) + six.get(text[2 * i + 1]));
  }

  // Weights by name, as stored: { "encoder.conv1.weight": { shape, scale, text }, ... }.
  function unpack(stored) {
    const named = Object.entries(stored).map(([name, { shape, scale, text }]) =>
      [name, { shape, values: numbers(text).map((value) => (value - 2048) * scale) }]);
    return Object.fromEntries(named);
  }

  const filled = (bias, size) => Array.from(bias, (value) => new Float64Array(size).fill(value));

  // The rows (or columns) y of the output for which y * stride + shift lies in 0..side-1.
  function range(shift, stride, side, most) {
    const first = Math.max(0, Math.ceil(-shift / stride));
    return [first, Math.min(most, Math.floor((side - 1 - shift) / stride) + 1)];
  }

  // A convolution: shape is [outputs, inputs, kernel, kernel].
  function conv(planes, weight, bias, stride, padding) {
    const [outputs, inputs, kernel] = weight.shape;
    const side = Math.sqrt(planes[0].length);
    const wide = (side + 2 * padding - kernel) / stride + 1;
    const made = filled(bias.values, wide * wide);
    let tap = 0;
    for (let o = 0; o < outputs; o += 1) {
      for (let i = 0; i < inputs; i += 1) {
        for (let ky = -padding; ky < kernel - padding; ky += 1) {
          for (let kx = -padding; kx < kernel - padding; kx += 1) {
            addShifted(made[o], planes[i], weight.values[tap], { ky, kx, stride, side, wide });
            tap += 1;
          }
        }
      }
    }
    return made;
  }

  // out[y][x] += factor * plane[y * stride + ky][x * stride + kx], wherever both exist.
  function addShifted(out, plane, factor, { ky, kx, stride, side, wide }) {
    const [top, bottom] = range(ky, stride, side, wide);
    const [left, right] = range(kx, stride, side, wide);
    for (let y = top; y < bottom; y += 1) {
      const row = y * wide;
      const from = (y * stride + ky) * side + kx;
      for (let x = left; x < right; x += 1) out[row + x] += factor * plane[from + x * stride];
    }
  }

  // The transposed convolution, the decoder's last layer: shape is [inputs, outputs, kernel, kernel].
  function convTransposed(planes, weight, bias, stride, padding) {
    const [inputs, outputs, kernel] = weight.shape;
    const side = Math.sqrt(planes[0].length);
    const wide = (side - 1) * stride - 2 * padding + kernel;
    const made = filled(bias.values, wide * wide);
    let tap = 0;
    for (let i = 0; i < inputs; i += 1) {
      for (let o = 0; o < outputs; o += 1) {
        for (let ky = -padding; ky < kernel - padding; ky += 1) {
          for (let kx = -padding; kx < kernel - padding; kx += 1) {
            spread(made[o], planes[i], weight.values[tap], { ky, kx, stride, side, wide });
            tap += 1;
          }
        }
      }
    }
    return made;
  }

  // out[y * stride + ky][x * stride + kx] += factor * plane[y][x], wherever both exist.
  function spread(out, plane, factor, { ky, kx, stride, side, wide }) {
    const [top, bottom] = range(ky, stride, wide, side);
    const [left, right] = range(kx, stride, wide, side);
    for (let y = top; y < bottom; y += 1) {
      const row = y * side;
      const to = (y * stride + ky) * wide + kx;
      for (let x = left; x < right; x += 1) out[to + x * stride] += factor * plane[row + x];
    }
  }

  function relu(planes) {
    for (const plane of planes) {
      for (let i = 0; i < plane.length; i += 1) if (plane[i] < 0) plane[i] = 0;
    }
    return planes;
  }

  const layer = (weights, name) => [weights[`${name}.weight`], weights[`${name}.bias`]];

  // z = phi(x), eq. 1: a grey picture, Float64Array (1024) in [-1, 1], to D planes of the grid.
  function encode(weights, picture) {
    let planes = [picture, picture, picture];
    planes = relu(conv(planes, ...layer(weights, "encoder.conv1"), 2, 1));
    planes = relu(conv(planes, ...layer(weights, "encoder.conv2"), 1, 1));
    return conv(planes, ...layer(weights, "encoder.conv3"), 1, 1);
  }

  // s: for each place of the grid the index of the nearest codeword.
  function quantise(weights, latents) {
    const { shape: [codewords, dimension], values } = weights["codebook.weight"];
    return Uint8Array.from({ length: GRID * GRID }, (_, n) => {
      let [best, least] = [0, Infinity];
      for (let k = 0; k < codewords; k += 1) {
        let distance = 0;
        for (let d = 0; d < dimension; d += 1) {
          const c = values[k * dimension + d];
          distance += c * (c - 2 * latents[d][n]);
        }
        if (distance < least) [best, least] = [k, distance];
      }
      return best;
    });
  }

  // x_hat = theta(C[r]), eq. 6: indices to three planes of 32 x 32, in about [-1, 1].
  function decode(weights, indices) {
    const { shape: [, dimension], values } = weights["codebook.weight"];
    let planes = Array.from({ length: dimension }, (_, d) =>
      Float64Array.from(indices, (k) => values[k * dimension + d]));
    planes = relu(conv(planes, ...layer(weights, "decoder.conv1"), 1, 1));
    planes = relu(conv(planes, ...layer(weights, "decoder.conv2"), 1, 1));
    return convTransposed(planes, ...layer(weights, "decoder.up"), 2, 3);
  }

  return { GRID, numbers, unpack, conv, encode, quantise, decode };
})();
