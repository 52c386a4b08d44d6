// What a number on the page must be, computed here from the command line's values and the model's files alone: a value
// of the run by its address (data-cell), a learned number by its place (data-learned), and what is made of several by
// its name (data-derived, src/views/derived.rs).

import { learned } from "./learned.js";

const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);
const norm = (row) => Math.sqrt(dot(row, row));
const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;
const rms = (row) => norm(row) / Math.sqrt(Math.max(1, row.length));
const sum = (list) => list.reduce((a, b) => a + b, 0);
const entering = (layer) => (layer === 0 ? "embed.sum" : `block.${layer - 1}.out`);
const isPlace = (name) => name.endsWith("]");

/** Sites of the run that an address or a name is made of. */
export function sitesOf(name, layers) {
  const [kind, ...rest] = name.split(":");
  const all = (of) => Array.from({ length: layers }, (_, layer) => of(layer)).flat();
  const out = `block.${layers - 1}.out`;
  const block = (site) => rest[0].replace(/attention\.scores|attention\.weights/, site);
  if (isPlace(name) && kind !== "times") return [];
  switch (kind) {
    case "length": return [rest[0]];
    case "lengths": return ["embed.sum", ...all((l) => [`block.${l}.mid`, `block.${l}.out`])];
    case "added": case "cosine": return rest.slice(0, 2);
    case "mean": return [rest[0]];
    case "habit": return [`block.${rest[1]}.attention.weights`];
    case "chance": case "rank": case "below": case "exp": return rest[0].endsWith("lens") ? [] : [rest[0]];
    case "bits": case "others": case "powers": return ["logits"];
    case "products": case "unexplained": return ["logits", "norm_final"];
    case "times": return name.slice(6).split("*").filter((factor) => !isPlace(factor)).map((factor) => factor.split(":")[0]);
    case "dot": case "scaled": return [block("qkv")];
    case "top": case "raised": case "sum": return [rest[0]];
    case "adds": return [`block.${rest[0]}.mlp.gelu`];
    case "push": return [`block.${rest[1]}.${rest[0] === "head" ? "attention.mix" : "mlp.gelu"}`, out];
    case "lead": return rest[0] === "all" ? ["logits"] : rest[0] === "learned" ? [] : [rest[0], out];
    case "alike": return rest.length === 3 ? [rest[0]] : [];
    case "scale": case "positions": case "bin": case "token": case "merge": case "code": case "id": case "text": return [];
    case "parameters": case "part": case "parts": return [];
    default: return [kind];
  }
}

/** Looks values up in a trace of the command line, which has its `sites` and its `grid`. `rounded`: the page's weights
 *  are, so that of two tokens that are about as likely the other may come first there. */
export function reader(expected, rounded, text, model) {
  const { tokens, grid, config } = expected;
  const length = tokens.length;
  const weights = learned(model);
  const table = config.tie_word_embeddings ? "wte.weight" : "lm_head.weight";
  const sites = new Map(expected.sites.map((site) => [site.name, site]));
  const line = (name, head, row) => {
    const { values, shape } = sites.get(name);
    const width = shape.at(-1);
    const at = (shape.length === 3 ? head * length + row : row) * width;
    return values.slice(at, at + width);
  };
  const vector = (name, row) => line(name, 0, Number(row));
  const weight = (layer, head, query, key) => line(`block.${layer}.attention.weights`, Number(head), query)[key];

  /** The value at an address or a place, and how large its neighbours are. */
  const cell = (address) => {
    if (isPlace(address)) {
      const value = weights.at(address);
      return { value, size: Math.abs(value) };
    }
    const [name, ...at] = address.split(":");
    const [head, row, column] = at.length === 3 ? at.map(Number) : [0, ...at.map(Number)];
    const values = line(name, head, row);
    return { value: values[column], size: rms(values.filter((value) => Number.isFinite(value))) };
  };

  /** A token among all at a place of the river: the lens's grid knows what is likeliest, what came, and one word. */
  const standing = (site, position, id) => {
    if (site === "logits") {
      const logits = vector(site, position);
      const most = Math.max(...logits);
      const exps = logits.map((logit) => Math.exp(logit - most));
      const before = logits.filter((l, other) => l > logits[id] || (l === logits[id] && other < id)).length;
      return { chance: exps[id] / sum(exps), rank: before + 1, below: logits[id] - most, size: Math.abs(most) };
    }
    const depth = site === "embed.lens" ? 0 : Number(site.split(".")[1]) + 1;
    const at = grid.cells[depth * grid.tokens + position];
    if (tokens[position + 1]?.id === id) return at.came;
    if (at.first === id) return { chance: at.chance, rank: 1 };
    if (id === expected.next[0].id) return at.word;
    return rounded ? { chance: at.chance } : {};
  };

  /** The powers of e of all logits but some, added up, and of all. */
  const powers = (position, but) => {
    const logits = vector("logits", position);
    const most = Math.max(...logits);
    const exps = logits.map((logit) => Math.exp(logit - most));
    const left = new Set(but);
    return { others: sum(exps.filter((_, id) => !left.has(id))), all: sum(exps) };
  };

  /** Mean weight over the readers that have a choice, as a head's habits are measured. */
  const habit = (name, layer, head) => {
    const readers = Array.from({ length: length - 1 }, (_, i) => i + 1);
    const look = (query, key) => weight(layer, head, query, key);
    if (name === "induction") {
      const found = [];
      tokens.forEach(({ id }, query) => {
        const keys = tokens.slice(0, query).flatMap((t, i) => (t.id === id && i + 1 < query ? [i + 1] : []));
        if (keys.length > 0) found.push(sum(keys.map((key) => look(query, key))));
      });
      return mean(found);
    }
    if (name === "spread") {
      const bits = (p) => (p > 0 ? -p * Math.log2(p) : 0);
      const row = (query) => sum(Array.from({ length: query + 1 }, (_, key) => bits(look(query, key))));
      return mean(readers.map((query) => row(query) / Math.log2(query + 1)));
    }
    const key = { previous: (q) => q - 1, first: () => 0, itself: (q) => q }[name];
    return mean(readers.map((query) => look(query, key(query))));
  };

  /** q and k of a score. */
  const pair = ([site, head, query, key]) => {
    const [name, width] = [site.replace("attention.scores", "qkv"), config.n_embd / config.n_head];
    const part = (row, from) => vector(name, row).slice(from + head * width, from + (Number(head) + 1) * width);
    return [part(query, 0), part(key, config.n_embd)];
  };
  const scale = 1 / Math.sqrt(config.n_embd / config.n_head);

  /** A part of the river after the last norm, its scale kept, times a token's vector: the way to its logit. */
  const frozen = (part, position) => {
    const river = vector(`block.${config.n_layer - 1}.out`, position);
    const deviation = Math.sqrt(mean(river.map((v) => (v - mean(river)) ** 2)) + config.layer_norm_epsilon);
    const [middle, gain] = [mean(part), weights.vector("ln_f.weight")];
    return part.map((v, i) => ((v - middle) / deviation) * gain[i]);
  };
  /** What a head or a neuron writes into the river. */
  const written = (who, layer, index, position) => {
    if (who === "neuron") {
      const value = vector(`block.${layer}.mlp.gelu`, position)[index];
      return weights.row(`h.${layer}.mlp.c_proj.weight`, Number(index)).map((w) => w * value);
    }
    const width = config.n_embd / config.n_head;
    const own = vector(`block.${layer}.attention.mix`, position).slice(index * width, (Number(index) + 1) * width);
    const rows = own.map((_, i) => weights.row(`h.${layer}.attn.c_proj.weight`, index * width + i));
    return rows[0].map((_, c) => sum(rows.map((r, i) => r[c] * own[i])));
  };

  /** How many numbers each part has, of one block where every block has it. */
  const parts = () => {
    const [c, i, l] = [config.n_embd, config.n_inner ?? 4 * config.n_embd, config.n_layer];
    const each = {
      TokenTable: config.vocab_size * c, PositionTable: config.n_positions * c, Norms: 4 * c, Qkv: c * 3 * c + 3 * c,
      Project: c * c + c, Expand: c * i + i, Contract: i * c + c, NormF: 2 * c,
    };
    const times = (group) => (/Norms|Qkv|Project|Expand|Contract/.test(group) ? l : 1);
    return { each, times, all: sum(Object.keys(each).map((group) => each[group] * times(group))) };
  };

  const bin = (name, rows, columns, which) => {
    const [[top, bottom], [left, right]] = [rows, columns].map((range) => range.split("-").map(Number));
    const width = weights.shape(name).at(-1);
    const values = Array.from({ length: bottom - top }, (_, i) => weights.values(name, (top + i) * width + left, right - left)).flat();
    const limit = Math.max(...values.map(Math.abs));
    const [index, of] = which.split("/").map(Number);
    return values.filter((v) => Math.min(of - 1, Math.floor(((v / limit + 1) / 2) * of)) === index).length;
  };

  /** What a name stands for: one value or several, and how large what it is made of is. */
  const derived = (name) => {
    const [kind, ...rest] = name.split(":");
    const numbers = (list) => (list ? list.split(",").map(Number) : []);
    const one = (value, size = Math.abs(value)) => ({ values: [value], size });
    const at = () => standing(rest[0], Number(rest[1]), Number(rest[2]));
    switch (kind) {
      case "length": return one(norm(vector(rest[0], rest[1])));
      case "lengths": {
        const stops = [entering(0), ...expected.layers.flatMap((l) => [`block.${l}.mid`, `block.${l}.out`])];
        const values = stops.map((site) => norm(vector(site, rest[0])));
        return { values, size: Math.max(...values) };
      }
      case "added": {
        const [from, to] = rest.slice(0, 2).map((site) => vector(site, rest[2]));
        return one(norm(to.map((v, i) => v - from[i])) / norm(from));
      }
      case "cosine": {
        const [a, b] = rest.slice(0, 2).map((site) => vector(site, rest[2]));
        return one(dot(a, b) / (norm(a) * norm(b)), 1);
      }
      case "mean": {
        const layer = rest[0].split(".")[1];
        return one(mean(rest[1].split(",").map((head) => weight(layer, head, Number(rest[2]), Number(rest[3])))), 1);
      }
      case "habit": return one(habit(rest[0], Number(rest[1]), Number(rest[2])), 1);
      case "chance": return one(at().chance, 1);
      case "rank": return one(at().rank);
      case "below": return one(at().below, at().size);
      case "exp": return one(Math.exp(at().below), 1);
      case "bits": return one(-Math.log2(at().chance), 1 + at().size);
      case "others": {
        const { others, all } = powers(rest[1], numbers(rest[2]));
        return one(others / all, 1);
      }
      case "powers": {
        const { others, all } = powers(rest[1], numbers(rest[2]));
        return one(others, all);
      }
      case "times": {
        const factors = name.slice(6).split("*").map(cell);
        const product = (of) => factors.reduce((all, factor) => all * of(factor), 1);
        return one(product((f) => f.value), product((f) => Math.abs(f.value) + f.size));
      }
      case "products": case "unexplained": {
        const [, position, id, but] = rest;
        const [x, e] = [vector("norm_final", position), weights.row(table, Number(id))];
        const products = x.map((v, i) => v * e[i]);
        if (kind === "unexplained") return one(vector("logits", position)[id] - sum(products), norm(products));
        const left = new Set(numbers(but));
        return one(sum(products.filter((_, i) => !left.has(i))), norm(products));
      }
      case "dot": return one(dot(...pair(rest)), pair(rest).map(norm).reduce((a, b) => a * b));
      case "scaled": return one(scale * dot(...pair(rest)), scale * pair(rest).map(norm).reduce((a, b) => a * b));
      case "scale": return one(scale);
      case "top": case "raised": case "sum": {
        const [site, head, query, key] = rest;
        const scores = line(site, Number(head), Number(query)).slice(0, Number(query) + 1);
        const top = Math.max(...scores);
        const raised = scores.map((score) => Math.exp(score - top));
        return { top: one(top, rms(scores)), raised: one(raised[key], 1), sum: one(sum(raised)) }[kind];
      }
      case "adds": {
        const [layer, neuron, position] = rest;
        const value = vector(`block.${layer}.mlp.gelu`, position)[neuron];
        return one(Math.abs(value) * norm(weights.row(`h.${layer}.mlp.c_proj.weight`, Number(neuron))));
      }
      case "push": {
        const [who, layer, index, position, id] = rest;
        const [way, row] = [frozen(written(who, layer, index, position), position), weights.row(table, Number(id))];
        return one(dot(way, row), (norm(way) * norm(row)) / Math.sqrt(row.length));
      }
      case "lead": {
        const [part, position, ...ids] = rest;
        const [a, b] = ids.map((id) => weights.row(table, Number(id)));
        const apart = a.map((v, i) => v - b[i]);
        if (part === "learned") return one(dot(weights.vector("ln_f.bias"), apart), 1);
        const logits = part === "all" ? ids.map((id) => vector("logits", position)[id]) : [];
        if (part === "all") return one(logits[0] - logits[1], norm(logits));
        const way = frozen(vector(part, position), position);
        return one(dot(way, apart), (norm(way) * norm(apart)) / Math.sqrt(apart.length));
      }
      case "alike": {
        const id = rest.at(-1);
        const of = rest.length === 3 ? vector(rest[0], rest[1]) : weights.row("wte.weight", Number(rest[0]));
        const [a, b] = [of, weights.row("wte.weight", Number(id))].map(weights.own);
        return one(dot(a, b) / (norm(a) * norm(b)), 1);
      }
      case "positions": {
        const count = Number(rest[0]);
        const rows = Array.from({ length: count }, (_, i) => weights.row("wpe.weight", i));
        const alike = (apart) => mean(rows.slice(apart).map((row, i) => dot(row, rows[i]) / (norm(row) * norm(rows[i]))));
        return { values: [alike(1), alike(count / 2)], size: 1 };
      }
      case "bin": return one(bin(...rest));
      case "token": return one(weights.token(rest[0]));
      case "merge": return one(weights.merge(...rest[0].split("+")));
      case "code": return one(name.slice(5).codePointAt(0));
      case "id": return one(tokens[rest[0]].id);
      case "text": {
        const [characters, bytes] = [[...text].length, new TextEncoder().encode(text).length];
        return one({ characters, bytes, tokens: length, share: characters / length }[rest[0]]);
      }
      case "part": return one(parts().each[rest[0]] / Number(rest[1]), 0);
      case "parts": return one(rest[0] ? parts().each[rest[0]] * parts().times(rest[0]) : parts().all, 0);
      case "parameters": {
        const [l, c, p, v] = rest.map(Number);
        return one(v * c + p * c + l * (12 * c * c + 13 * c) + 2 * c, 0);
      }
      default: throw new Error(`what is ${name}?`);
    }
  };
  return { cell, derived };
}
