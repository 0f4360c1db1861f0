// The index: which ring to read next. One table, and pictures that filter it.
const state = { query: "", status: "", months: null, area: null, selected: null, hit: -1 };
const ACTIVE = new Map();
for (const [ring, month, n] of DATA.activity.rows) if (n) { if (!ACTIVE.has(ring)) ACTIVE.set(ring, new Set()); ACTIVE.get(ring).add(month); }
const RINGS = new Map(DATA.rings.map((r) => [r.ring_id, r]));

const inMonths = (r) => { const on = ACTIVE.get(r.ring_id); if (on) for (let m = state.months[0]; m <= state.months[1]; m += 1) if (on.has(m)) return true; return false; };
function inArea(r) {
  const day = dayNumber(r.last_seen), a = state.area;
  return day !== null && day >= a.from && day <= a.to && (r.score || 0) >= a.low && (r.score || 0) <= a.high;
}

// the rings that fit all filters, or all but the months
function shownRings(anyMonth) {
  return DATA.rings.filter((r) => (!state.status || r.status === state.status) && (!state.area || inArea(r)) && (anyMonth || !state.months || inMonths(r)) &&
    (!state.query || [r.ring_id, r.zh, r.en, ...r.channels.map(channelWord), ...r.stories, ...r.brokers].filter(Boolean).join("\n").toLowerCase().includes(state.query)));
}

const ringLink = (r) => (r.file ? el("a", { class: "ring-link", href: r.file, onclick: (event) => event.stopPropagation() }, r.ring_id) : el("b", {}, r.ring_id));

function columns() {
  const col = (key, label, value, show, cls, down) => ({ key: key, label: label, value: value, show: show, class: cls, down: down });
  return [
    col("rank", t("col_rank"), (r) => r.rank, null, "num"), col("ring", t("col_ring"), (r) => r.ring_id, ringLink, "nowrap"),
    col("status", t("col_status"), (r) => r.status, (r) => el("span", { class: "badge " + (r.status === "flagged" ? "flagged" : "listed") }, code("status", r.status)), "nowrap"),
    col("score", t("score"), (r) => r.score, (r) => [el("span", { class: "score" }, el("i", { style: { width: 100 * (r.score || 0) + "%" } })), decimal(r.score, 2)], "nowrap", true),
    col("q", t("q_value"), (r) => r.q_value, (r) => decimal(r.q_value, 3), "num"), col("size", t("col_size"), (r) => r.size, null, "num", true),
    col("grown", t("col_grown"), (r) => r.grown || 0, (r) => (r.grown ? "+" + count(r.grown) : ""), "num", true),
    col("brokers", t("col_brokers"), (r) => r.brokers.length, (r) => (r.brokers.length ? el("span", { title: r.brokers.join(" · ") }, r.brokers.length) : ""), "num", true),
    col("overpaid", t("col_amount"), (r) => r.overpaid, (r) => whole.format(r.overpaid || 0), "num", true),
    col("last", t("col_last"), (r) => r.last_seen, (r) => [r.last_seen || "–", el("span", { class: "since" }, r.first_seen && r.first_seen !== r.last_seen ? t("since", { d: r.first_seen }) : "")], "nowrap", true),
    DATA.n_bridges ? col("bridges", t("col_bridges"), (r) => r.bridges, (r) => r.bridges || "", "num", true) : null,
    col("channels", t("col_channels"), (r) => r.channels.length, (r) => [r.channels.map((c) => el("span", { class: "tag" }, channelWord(c))), el("span", { class: "sum said", title: said(r) }, said(r)), r.stories.map((s) => el("span", { class: "sum" }, "◇ " + code("story", s)))], "", true),
  ].filter(Boolean);
}

function drawRings() {
  const rows = shownRings();
  const months = state.months ? state.months.map((m) => DATA.activity.months[m]) : [], area = state.area;
  const filters = [state.months ? t("active_in", { m: [...new Set(months)].join(" – ") }) : "",
    area ? t("in_area", { a: dayText(area.from), b: dayText(area.to), c: decimal(area.low, 2), d: decimal(area.high, 2) }) : "", state.query].filter(Boolean).join(" · ");
  const old = document.querySelector("#rings .scroll"), scrolled = old ? old.scrollTop : 0;
  fill(byId("rings"), el("div", { class: "bar" }, el("b", {}, t("rows_shown", { a: rows.length, b: DATA.rings.length })),
    filters ? el("button", { type: "button", class: "button small", id: "clear", onclick: clearFilters }, filters + "  ✕ " + t("clear")) : null),
    DATA.rings.length ? null : el("p", { class: "note", id: "no-rings" }, t("no_rings", Object.fromEntries(Object.entries(DATA.read).map(([name, n]) => [name, count(n)])))),
    el("div", { class: rows.length > 12 ? "scroll many" : "scroll" }, makeTable("rings", columns(), rows, { most: state.every ? Infinity : 250, showAll: () => { state.every = true; drawRings(); }, redraw: drawRings, running: runningHead(t("title")), pick: (r) => pickRing(r.ring_id, false), selected: (r) => r.ring_id === state.selected })));
  document.querySelector("#rings .scroll").scrollTop = scrolled;
  root.dataset.rows = String(rows.length);
}

function clearFilters() {
  Object.assign(state, { query: "", months: null, area: null, status: "" });
  byId("search").value = "";
  byId("hits").textContent = "";
  redraw();
}

function pickRing(id, move) {
  state.selected = state.selected === id && !move ? null : id;
  root.dataset.selected = state.selected || "";
  redraw();
  // a ring below the rows drawn so far is fetched
  if (move && state.selected && !document.querySelector("#rings tr.selected") && !state.every) { state.every = true; drawRings(); }
  const row = document.querySelector("#rings tr.selected");
  if (row && move) bringIn(row);
}

// the table scrolls by itself, so that the pictures stay in sight; in a narrow window the page does
function bringIn(row) {
  const box = row.closest(".scroll");
  if (box.scrollHeight <= box.clientHeight + 1) { row.scrollIntoView({ block: "center" }); return; }
  box.scrollTop = row.offsetTop - (box.clientHeight - row.offsetHeight) / 2;
  box.scrollIntoView({ block: "nearest" });
}

const ringButton = (id) => el("button", { type: "button", class: "link", onclick: (event) => { event.stopPropagation(); pickRing(id, true); } }, id);

function drawBridges() {
  const rows = DATA.bridges.map((b) => ({ ...b, key: b.ring_a + " " + b.ring_b })).filter((b) => !state.selected || b.ring_a === state.selected || b.ring_b === state.selected);
  const col = (key, label, value, show, cls, down) => ({ key: key, label: label, value: value, show: show, class: cls, down: down });
  const table = makeTable("bridges", [col("a", t("col_ring"), (b) => b.ring_a, (b) => ringButton(b.ring_a)), col("b", t("col_ring"), (b) => b.ring_b, (b) => ringButton(b.ring_b)),
    col("shared", t("col_shared"), (b) => b.shared, null, "num", true), col("people", t("col_both"), (b) => b.people, null, "num", true)], rows, { running: runningHead(t("bridges")), most: state.everyBridge ? Infinity : 250, showAll: () => { state.everyBridge = true; drawBridges(); }, redraw: drawBridges });
  fill(byId("bridges"), el("h2", {}, t("bridges"), el("span", { class: "count" }, state.selected ? rows.length : count(DATA.n_bridges))), rows.length ? el("div", { class: "scroll" }, table) : el("p", { class: "muted" }, t("none")), el("p", { class: "note" }, t("bridges_note"), DATA.n_bridges > DATA.bridges.length ? " " + t("bridges_left", { n: count(DATA.n_bridges - DATA.bridges.length) }) : ""));
}

function drawTemplates() {
  const forms = DATA.templates.map((f) => formCard(f, (id) => (RINGS.has(id) ? ringButton(id) : id)));
  const all = DATA.pages.templates ? el("a", { class: "ring-link", id: "all-templates", href: DATA.pages.templates }, t("all_templates", { n: count(DATA.n_templates) })) : null;
  fill(byId("templates"), el("h2", {}, t("templates"), el("span", { class: "count" }, DATA.n_templates > DATA.templates.length ? t("rows_shown", { a: DATA.templates.length, b: DATA.n_templates }) + " " : DATA.n_templates + " ", all)), el("div", { class: "forms" }, forms));
}

function drawHeader() {
  const flagged = DATA.rings.filter((r) => r.status === "flagged");
  const sum = (rows, key) => rows.reduce((s, r) => s + (Number(r[key]) || 0), 0);
  fill(byId("badges"), el("span", { class: "badge masked", title: t("masked_note") }, "✓ " + t("masked")));
  const days = DATA.rings.flatMap((r) => [r.first_seen, r.last_seen]).filter(Boolean).sort();
  fill(byId("facts"), fact(t("flagged"), count(flagged.length)), fact(t("listed"), count(DATA.rings.length - flagged.length)),
    fact(t("people_all"), count(sum(DATA.rings, "size"))), fact(t("total_overpaid"), money(sum(DATA.rings, "overpaid")), exactMoney(sum(DATA.rings, "overpaid"))),
    fact(t("templates"), DATA.pages.templates ? el("a", { class: "ring-link", href: DATA.pages.templates }, count(DATA.n_templates)) : count(DATA.n_templates)), days.length ? fact(t("period"), days[0].slice(0, 7) + " – " + days[days.length - 1].slice(0, 7)) : null);
}

function redraw() {
  // on paper there is nothing to click: all rows
  if (paper) state.every = state.everyBridge = true;
  drawHeader();
  drawFooter();
  drawRings();
  drawScatter();
  drawActivity();
  drawWeb();
  drawBridges();
  drawTemplates();
  for (const button of byId("status").querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.status === state.status));
}

function nextRing(step) {
  const rows = shownRings();
  if (!rows.length) return;
  state.hit = (state.hit + step + rows.length) % rows.length;
  byId("hits").textContent = state.hit + 1 + "/" + rows.length;
  pickRing(rows[state.hit].ring_id, true);
}

applyWords();
startControls(redraw);
startSearch((query) => { state.query = query; state.hit = -1; redraw(); byId("hits").textContent = query ? String(shownRings().length) : ""; }, nextRing);
for (const button of byId("status").querySelectorAll("button")) button.addEventListener("click", () => { state.status = button.dataset.status; redraw(); });
redraw();
root.dataset.drawn = "1";
root.dataset.ready = "1";
