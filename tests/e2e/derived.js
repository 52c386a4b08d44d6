// What a number on the page must be, computed here from the command line's values alone: a value of the run by its
// address (data-cell), and what is made of several by its name (data-derived, src/views/derived.rs).

const norm = (row) => Math.sqrt(row.reduce((sum, v) => sum + v * v, 0));
const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;
const entering = (layer) => (layer === 0 ? "embed.sum" : `block.${layer - 1}.out`);

/** Sites of the run that an address or a name is made of. */
export function sitesOf(name, layers) {
  const [kind, ...rest] = name.split(":");
  const all = (of) => Array.from({ length: layers }, (_, layer) => of(layer)).flat();
  switch (kind) {
    case "length": return [rest[0]];
    case "lengths": return ["embed.sum", ...all((l) => [`block.${l}.mid`, `block.${l}.out`])];
    case "added": case "cosine": return rest.slice(0, 2);
    case "mean": return [rest[0]];
    case "habit": return [`block.${rest[1]}.attention.weights`];
    case "chance": case "rank": case "below": case "exp": return rest[0].endsWith("lens") ? [] : [rest[0]];
    default: return [kind];
  }
}

/** Looks values up in a trace of the command line, which has its `sites` and its `grid`. `rounded`: the page's weights
 *  are, so that of two tokens that are about as likely the other may come first there. */
export function reader(expected, rounded) {
  const { tokens, grid } = expected;
  const length = tokens.length;
  const sites = new Map(expected.sites.map((site) => [site.name, site]));
  const line = (name, head, row) => {
    const { values, shape } = sites.get(name);
    const width = shape.at(-1);
    const at = (shape.length === 3 ? head * length + row : row) * width;
    return values.slice(at, at + width);
  };
  const vector = (name, row) => line(name, 0, Number(row));
  const weight = (layer, head, query, key) => line(`block.${layer}.attention.weights`, Number(head), query)[key];

  /** The value at an address, and how large its neighbours are. */
  const cell = (address) => {
    const [name, ...at] = address.split(":");
    const [head, row, column] = at.length === 3 ? at.map(Number) : [0, ...at.map(Number)];
    const values = line(name, head, row);
    const finite = values.filter((value) => Number.isFinite(value));
    return { value: values[column], size: norm(finite) / Math.sqrt(Math.max(1, finite.length)) };
  };

  /** A token among all at a place of the river: the lens's grid knows what is likeliest, what came, and one word. */
  const standing = (site, position, id) => {
    if (site === "logits") {
      const logits = vector(site, position);
      const most = Math.max(...logits);
      const exps = logits.map((logit) => Math.exp(logit - most));
      const before = logits.filter((l, other) => l > logits[id] || (l === logits[id] && other < id)).length;
      return { chance: exps[id] / exps.reduce((a, b) => a + b, 0), rank: before + 1, below: logits[id] - most, size: Math.abs(most) };
    }
    const depth = site === "embed.lens" ? 0 : Number(site.split(".")[1]) + 1;
    const at = grid.cells[depth * grid.tokens + position];
    if (tokens[position + 1]?.id === id) return at.came;
    if (at.first === id) return { chance: at.chance, rank: 1 };
    if (id === expected.next[0].id) return at.word;
    return rounded ? { chance: at.chance } : {};
  };

  /** Mean weight over the readers that have a choice, as a head's habits are measured. */
  const habit = (name, layer, head) => {
    const readers = Array.from({ length: length - 1 }, (_, i) => i + 1);
    const look = (query, key) => weight(layer, head, query, key);
    if (name === "induction") {
      const found = [];
      tokens.forEach(({ id }, query) => {
        const keys = tokens.slice(0, query).flatMap((t, i) => (t.id === id && i + 1 < query ? [i + 1] : []));
        if (keys.length > 0) found.push(keys.reduce((sum, key) => sum + look(query, key), 0));
      });
      return mean(found);
    }
    if (name === "spread") {
      const bits = (p) => (p > 0 ? -p * Math.log2(p) : 0);
      const row = (query) => Array.from({ length: query + 1 }, (_, key) => bits(look(query, key))).reduce((a, b) => a + b, 0);
      return mean(readers.map((query) => row(query) / Math.log2(query + 1)));
    }
    const key = { previous: (q) => q - 1, first: () => 0, itself: (q) => q }[name];
    return mean(readers.map((query) => look(query, key(query))));
  };

  /** What a name stands for: one value or several, and how large what it is made of is. */
  const derived = (name) => {
    const [kind, ...rest] = name.split(":");
    const one = (value, size = Math.abs(value)) => ({ values: [value], size });
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
        return one(a.reduce((sum, v, i) => sum + v * b[i], 0) / (norm(a) * norm(b)), 1);
      }
      case "mean": {
        const layer = rest[0].split(".")[1];
        return one(mean(rest[1].split(",").map((head) => weight(layer, head, Number(rest[2]), Number(rest[3])))), 1);
      }
      case "habit": return one(habit(rest[0], Number(rest[1]), Number(rest[2])), 1);
      case "chance": return one(standing(rest[0], Number(rest[1]), Number(rest[2])).chance, 1);
      case "rank": return one(standing(rest[0], Number(rest[1]), Number(rest[2])).rank);
      case "below": {
        const { below, size } = standing(rest[0], Number(rest[1]), Number(rest[2]));
        return one(below, size);
      }
      case "exp": return one(Math.exp(standing(rest[0], Number(rest[1]), Number(rest[2])).below), 1);
      default: throw new Error(`what is ${name}?`);
    }
  };
  return { cell, derived };
}
