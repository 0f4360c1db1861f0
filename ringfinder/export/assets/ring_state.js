// What the reader has chosen, and what follows from it: who is shown, who is near whom, what a search finds.
const PEOPLE = new Map(DATA.people.map((p) => [p.key, p]));
const ITEMS = new Map(DATA.identifiers.map((i) => [i.key, i]));
const FORMS = new Map(DATA.templates.map((f) => [f.key, f]));
const EDGES = DATA.edges;
const NODES = DATA.nodes;
const NEAR = new Map(NODES.map((n) => [n.id, []]));
for (const edge of EDGES) { NEAR.get(edge.from).push(edge); NEAR.get(edge.to).push(edge); }
const groupRows = (rows, key) => rows.reduce((m, r) => { if (!m.has(r[key])) m.set(r[key], []); m.get(r[key]).push(r); return m; }, new Map());
const LINKS_OF = groupRows(DATA.links, "h");
const LINKS_TO = groupRows(DATA.links, "i");
const EVENTS_OF = groupRows(DATA.events, "h");
const LETTERS_OF = groupRows(DATA.letters, "h");
const LETTERS_LIKE = groupRows(DATA.letters.filter((l) => l.t && (l.verdict === "linked" || l.verdict === "possible")), "t");
const BROKERS = DATA.identifiers.filter((i) => i.type === "broker");

// legend entries that exist in this ring; everybody and everything belongs to exactly one, drawn or not
const ROWS = [...PEOPLE.values(), ...ITEMS.values(), ...FORMS.values()];
function classOf(key) {
  if (PEOPLE.has(key)) return "role." + (PEOPLE.get(key).role || "member");
  if (FORMS.has(key)) return "template";
  const item = ITEMS.get(key);
  return item.type === "broker" ? "broker" : item.role === "evidence" ? item.type : item.role;
}
const CLASS = new Map(ROWS.map((row) => [row.key, classOf(row.key)]));
const CLASS_COUNT = {};
for (const name of CLASS.values()) CLASS_COUNT[name] = (CLASS_COUNT[name] || 0) + 1;

const state = {
  view: "graph", tab: "people", selected: null, query: "", hits: [], hit: -1,
  off: new Set(["guarded"]), links: { template: false, broker: false }, regions: true, names: DATA.names, minShare: 2,
  until: null, template: null, fragile: false,
};

function datedIn(day) { return !state.until || !day || day <= state.until; }

// node keys that are to be seen now
function shownNodes() {
  const shown = new Set();
  for (const p of DATA.people) if (!state.off.has(CLASS.get(p.key)) && datedIn(p.since)) shown.add(p.key);
  const alive = new Set();
  for (const link of DATA.links) if (shown.has(link.h) && datedIn(link.since)) alive.add(link.i);
  for (const item of DATA.identifiers) {
    const counted = item.type === "broker" || item.role !== "evidence" || item.inRing >= state.minShare;
    if (!state.off.has(CLASS.get(item.key)) && counted && (alive.has(item.key) || !state.until)) shown.add(item.key);
  }
  for (const form of DATA.templates) {
    const used = (LETTERS_LIKE.get(form.key) || []).some((l) => shown.has(l.h));
    if (!state.off.has("template") && (used || !state.until)) shown.add(form.key);
  }
  return shown;
}

// a link is drawn when both ends are, and hubs draw theirs only when asked or when picked
function edgeShown(edge, shown) {
  if (!shown.has(edge.from) || !shown.has(edge.to)) return false;
  const picked = state.selected === edge.from || state.selected === edge.to;
  if (edge.kind === "template") return state.links.template || picked;
  if (edge.kind === "broker") return state.links.broker || picked;
  return true;
}

function neighbourhood(key) {
  const near = new Set([key]);
  for (const edge of NEAR.get(key) || []) { near.add(edge.from); near.add(edge.to); }
  if (PEOPLE.has(key)) for (const own of NEAR.get(key) || []) if (own.kind === "evidence") for (const edge of NEAR.get(own.to)) near.add(edge.from);
  return near;
}

let haystack = new Map();
function gatherWords() {
  haystack = new Map(ROWS.map((row) => {
    const letters = (LETTERS_OF.get(row.key) || []).map((l) => l.text + " " + l.id);
    const words = [row.id, row.name, row.value, row.pattern, row.zh, row.en, ...letters];
    return [row.key, words.filter(Boolean).join("\n").toLowerCase()];
  }));
}
gatherWords();
const matches = (key) => !state.query || haystack.get(key).includes(state.query);
const nameOf = (key) => (PEOPLE.get(key) || ITEMS.get(key) || FORMS.get(key)).id;
