// What a model has learned, read from its own files by nobody but this: numbers by their place in the weights file
// (`h.2.attn.c_attn.weight[17, 42]`), what all rows of the token table have in common, and the tokenizer's lists.

import { readFileSync } from "node:fs";

const half = (bits) => {
  const [sign, exponent, fraction] = [bits >> 15, (bits >> 10) & 31, bits & 1023];
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return sign ? -size : size;
};

const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);

/** The three strongest principal directions of rows that have no mean (Mu & Viswanath 2018), by power iteration. */
function strongest(rows, width) {
  const products = new Float64Array(width * width);
  for (const row of rows) for (let i = 0; i < width; i++) for (let j = 0; j < width; j++) products[i * width + j] += row[i] * row[j];
  const found = [];
  for (let nth = 0; nth < 3; nth++) {
    let v = Array.from({ length: width }, (_, i) => Math.sin(i + 1 + nth));
    for (let round = 0; round < 300; round++) {
      let next = v.map((_, i) => dot(products.subarray(i * width, (i + 1) * width), v));
      for (const other of found) {
        const along = dot(next, other);
        next = next.map((x, i) => x - along * other[i]);
      }
      const length = Math.sqrt(dot(next, next));
      v = next.map((x) => x / length);
    }
    found.push(v);
  }
  return found;
}

/** GPT-2's alphabet: which character stands for a byte in the tokenizer's file. */
const alphabet = (() => {
  const own = (byte) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(own(byte) ? byte : next++));
})();
const spelled = (hex) => hex.split(" ").map((byte) => alphabet[parseInt(byte, 16)]).join("");

export function learned(model) {
  const folder = `www/models/${model}`;
  const file = readFileSync(`${folder}/model.safetensors`);
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, start).toString());
  const named = (name) => header[name] ?? header[`transformer.${name}`];

  /** So many values of a tensor from one on. */
  const values = (name, from, count) => {
    const { dtype, data_offsets } = named(name);
    if (dtype !== "F16") throw new Error(`${name} is ${dtype}`);
    return Array.from({ length: count }, (_, i) => half(file.readUInt16LE(start + data_offsets[0] + 2 * (from + i))));
  };
  const row = (name, index) => {
    const width = named(name).shape.at(-1);
    return values(name, index * width, width);
  };
  const vector = (name) => row(name, 0);
  /** By its place. */
  const at = (place) => {
    const [, name, index] = place.match(/^(.*)\[(.*)\]$/);
    const [i, j] = index.split(", ").map(Number);
    return j === undefined ? values(name, i, 1)[0] : values(name, i * named(name).shape[1] + j, 1)[0];
  };

  let common;
  /** A vector without what all rows of the token table have in common. */
  const own = (given) => {
    common ??= (() => {
      const [count, width] = named("wte.weight").shape;
      const rows = Array.from({ length: count }, (_, id) => row("wte.weight", id)).filter((r) => r.some((v) => v !== 0));
      const mean = Array.from({ length: width }, (_, i) => rows.reduce((sum, r) => sum + r[i], 0) / rows.length);
      return { mean, directions: strongest(rows.map((r) => r.map((v, i) => v - mean[i])), width) };
    })();
    let left = given.map((v, i) => v - common.mean[i]);
    for (const direction of common.directions) {
      const along = dot(left, direction);
      left = left.map((v, i) => v - along * direction[i]);
    }
    return left;
  };

  const tokenizer = JSON.parse(readFileSync(`${folder}/tokenizer.json`, "utf8")).model;
  /** The id of the token that these bytes are. */
  const token = (hex) => tokenizer.vocab[spelled(hex)];
  /** The place of a merge in the list, from 1. */
  const merge = (left, right) => tokenizer.merges.findIndex((m) => m[0] === spelled(left) && m[1] === spelled(right)) + 1;

  return { row, vector, values, at, own, token, merge, shape: (name) => named(name).shape };
}
