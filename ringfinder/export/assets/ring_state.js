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

// what has no date counts as there from the start: an undated link is shown once both its ends are
function datedIn(day) { return !state.until || !day || day <= state.until; }

let reached = {};

// by the slider's day: the people who hold a value, and those whose letters are linked to a template
function asOf() {
  if (reached.until === state.until) return reached;
  const there = new Set(DATA.people.filter((p) => datedIn(p.since)).map((p) => p.key));
  const folk = (rows, day) => new Set(rows.filter((r) => there.has(r.h) && datedIn(r[day])).map((r) => r.h));
  reached = { until: state.until, people: there,
    holders: new Map([...LINKS_TO].map(([key, links]) => [key, folk(links, "since")])),
    writers: new Map([...LETTERS_LIKE].map(([key, letters]) => [key, folk(letters, "day")])) };
  return reached;
}
const NOBODY = new Set();
const holdersOf = (key) => asOf().holders.get(key) || NOBODY;
const writersOf = (key) => asOf().writers.get(key) || NOBODY;
const lettersOf = (key) => (LETTERS_LIKE.get(key) || []).filter((l) => datedIn(l.day));
const heldBy = (item) => (state.until ? holdersOf(item.key).size : item.inRing);
const edgesNow = (key) => (NEAR.get(key) || []).filter((edge) => datedIn(edge.since));

// how many there are of each entry of the legend by that day
function classCounts() {
  if (!state.until) return CLASS_COUNT;
  const counts = {};
  for (const [key, name] of CLASS) if (asOf().people.has(key) || holdersOf(key).size || writersOf(key).size) counts[name] = (counts[name] || 0) + 1;
  return counts;
}

// node keys that are to be seen now
function shownNodes() {
  const shown = new Set();
  for (const p of DATA.people) if (!state.off.has(CLASS.get(p.key)) && datedIn(p.since)) shown.add(p.key);
  const seen = (folk) => [...folk].some((key) => shown.has(key));
  for (const item of DATA.identifiers) {
    const counted = item.type === "broker" || item.role !== "evidence" || state.minShare <= 2 || heldBy(item) >= state.minShare;
    if (!state.off.has(CLASS.get(item.key)) && counted && (!state.until || seen(holdersOf(item.key)))) shown.add(item.key);
  }
  for (const form of DATA.templates) {
    if (!state.off.has("template") && (!state.until || seen(writersOf(form.key)))) shown.add(form.key);
  }
  return shown;
}

// a link is drawn from its first day on when both ends are, and hubs draw theirs only when asked or when picked
function edgeShown(edge, shown) {
  if (!shown.has(edge.from) || !shown.has(edge.to) || !datedIn(edge.since)) return false;
  const picked = state.selected === edge.from || state.selected === edge.to;
  if (edge.kind === "template") return state.links.template || picked;
  if (edge.kind === "broker") return state.links.broker || picked;
  return true;
}

function neighbourhood(key) {
  const near = new Set([key]);
  for (const edge of edgesNow(key)) { near.add(edge.from); near.add(edge.to); }
  if (PEOPLE.has(key)) for (const own of edgesNow(key)) if (own.kind === "evidence") for (const edge of edgesNow(own.to)) near.add(edge.from);
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
