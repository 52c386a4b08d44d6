// Bad models: folders that look like one, each with another thing wrong. tests/refusals.rs has the same faults without a
// browser, and checks that each is told from the others; here each goes through the page.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const STORY = "www/models/story";
const WEIGHTS = "model.safetensors";

/** A copy of the story model, spoiled. */
export function folder(info, name, spoil) {
  const path = info.outputPath(name);
  mkdirSync(path, { recursive: true });
  for (const file of ["config.json", WEIGHTS, "tokenizer.json"]) cpSync(join(STORY, file), join(path, file));
  const put = (file, content) => writeFileSync(join(path, file), content);
  const bytes = (file) => readFileSync(join(path, file));
  spoil({
    put,
    remove: (...files) => files.forEach((file) => rmSync(join(path, file))),
    json(file, change) {
      const value = JSON.parse(bytes(file));
      change(value);
      put(file, JSON.stringify(value));
    },
    weights: (change) => put(WEIGHTS, change(bytes(WEIGHTS))),
  });
  return path;
}

/** The header of a safetensors file: its length, what it says, and where the values begin. */
function header(bytes) {
  const length = Number(bytes.readBigUInt64LE(0));
  return { start: 8 + length, says: JSON.parse(bytes.subarray(8, 8 + length).toString()) };
}

/** The same values behind another header. */
const withHeader = (change) => (bytes) => {
  const { start, says } = header(bytes);
  change(says);
  const text = Buffer.from(JSON.stringify(says));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, bytes.subarray(start)]);
};

const tensor = (says, end) => Object.keys(says).find((name) => name.endsWith(end));

/** The same header before a value that is not one; the story model's are of 16 bits. */
const withValue = (end, bits) => (bytes) => {
  const { start, says } = header(bytes);
  const { dtype, data_offsets } = says[tensor(says, end)];
  if (dtype !== "F16") throw new Error(`the story model's weights are ${dtype}`);
  bytes.writeUInt16LE(bits, start + data_offsets[0]);
  return bytes;
};

const config = (setting, value) => ({ json }) => json("config.json", (config) => { config[setting] = value; });
const tokenizer = (change) => ({ json }) => json("tokenizer.json", change);
const weights = (change) => ({ weights }) => weights(change);
const without = (...files) => ({ remove }) => remove(...files);

/** How a folder is spoiled, and what the sentence must name in both languages. `byFiles`: given file by file. */
export const BAD = {
  "no config": { byFiles: true, spoil: without("config.json"), named: "config.json" },
  "no weights": { byFiles: true, spoil: without(WEIGHTS), named: WEIGHTS },
  "weights of PyTorch alone": {
    byFiles: true,
    spoil: ({ remove, put }) => { remove(WEIGHTS); put("pytorch_model.bin", "PK"); },
    named: "safe_serialization=True",
  },
  "weights in several files": {
    spoil: ({ remove, put }) => { remove(WEIGHTS); put(`${WEIGHTS}.index.json`, "{}"); },
    named: `${WEIGHTS}.index.json`,
  },
  "no tokenizer": { byFiles: true, spoil: without("tokenizer.json"), named: "tokenizer.json" },
  "a vocabulary without merges": {
    spoil: ({ remove, put }) => { remove("tokenizer.json"); put("vocab.json", '{"a":0}'); },
    named: "merges.txt",
  },
  "a tokenizer of another model": { spoil: config("vocab_size", 4096), named: "4,096" },

  "a config that is cut off": { spoil: ({ put }) => put("config.json", '{"model_type": "gpt2"'), named: "config.json" },
  "another family": { spoil: config("model_type", "llama"), named: "llama" },
  "no number of heads": { spoil: config("n_head", undefined), named: "n_head" },
  "no blocks": { spoil: config("n_layer", 0), named: "n_layer" },
  "a width that the heads cannot share": { spoil: config("n_embd", 255), named: "n_embd" },
  "a width that is not the weights'": { spoil: config("n_embd", 512), named: "config.json" },
  "heads that are too wide": {
    spoil: ({ json }) => json("config.json", (config) => { config.n_embd = 1024; config.n_head = 2; }),
    named: "n_head",
  },
  "an activation that nobody here computes": { spoil: config("activation_function", "relu"), named: "relu" },
  "attention to an encoder": { spoil: config("add_cross_attention", true), named: "add_cross_attention" },

  "a web page in place of the tokenizer": {
    spoil: ({ put }) => put("tokenizer.json", "<!DOCTYPE html>"),
    named: "tokenizer.json",
  },
  "a tokenizer of an unknown kind": { spoil: tokenizer(({ model }) => { model.type = "Magic"; }), named: "Magic" },
  "no tokens at all": { spoil: tokenizer(({ model }) => { model.vocab = {}; }), named: "tokenizer.json" },
  "a merge of a token that is not there": {
    spoil: tokenizer(({ model }) => { model.merges = [["a", "<nowhere>"]]; }),
    named: "“<nowhere>”",
  },
  "two tokens of one number": { spoil: tokenizer(({ model }) => { model.vocab["!"] = 2; }), named: "2" },
  "a tokenizer that throws dice": { spoil: tokenizer(({ model }) => { model.dropout = 0.1; }), named: "model.dropout" },
  "merges that are no text": {
    spoil({ remove, put }) {
      remove("tokenizer.json");
      put("vocab.json", '{"a":0}');
      put("merges.txt", Buffer.from([0xff, 0xfe, 0x00]));
    },
    named: "merges.txt",
  },

  "weights of no bytes": { spoil: weights(() => Buffer.alloc(0)), named: WEIGHTS },
  "a download that broke off": { spoil: weights((bytes) => bytes.subarray(0, -1000)), named: WEIGHTS },
  "a header whose length lies": {
    spoil: weights((bytes) => { bytes.writeBigUInt64LE(2n ** 60n, 0); return bytes; }),
    named: String(2n ** 60n),
  },
  "a header that is no list": {
    spoil: weights(() => Buffer.concat([Buffer.from([4, 0, 0, 0, 0, 0, 0, 0]), Buffer.from("none")])),
    named: WEIGHTS,
  },
  "a header that ends too early": { spoil: weights((bytes) => bytes.subarray(0, 30)), named: WEIGHTS },
  "bytes behind the last tensor": {
    spoil: weights((bytes) => Buffer.concat([bytes, Buffer.from([1, 2, 3])])),
    named: "3",
  },
  "a tensor that is missing": {
    spoil: weights(withHeader((says) => {
      const name = tensor(says, "h.3.ln_1.bias");
      says["h.99.ln_1.bias"] = says[name];
      delete says[name];
    })),
    named: "h.3.ln_1.bias",
  },
  "a tensor lying on its side": {
    spoil: weights(withHeader((says) => says[tensor(says, "h.0.mlp.c_fc.weight")].shape.reverse())),
    named: "1024 × 256",
  },
  "more blocks than there are weights": { spoil: config("n_layer", 7), named: "h.6." },
  "weights that are whole numbers": {
    spoil: weights(withHeader((says) => { says[tensor(says, "wpe.weight")].dtype = "I16"; })),
    named: "I16",
  },
  "a weight that is not a number": { spoil: weights(withValue("ln_f.weight", 0x7e00)), named: "ln_f.weight" },
  "an infinite weight": { spoil: weights(withValue("h.0.ln_1.bias", 0x7c00)), named: "h.0.ln_1.bias" },
};

/** Makes the folder of a bad model. */
export function bad(info, name) {
  const path = folder(info, name.replaceAll(/\W+/g, "-"), BAD[name].spoil);
  return { path, files: readdirSync(path).map((file) => join(path, file)) };
}
