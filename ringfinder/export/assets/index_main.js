// The index: which ring to read next. One table, and pictures that filter it.
const state = { query: "", status: "", month: null, selected: null, hit: -1 };
const ACTIVE = new Map();
for (const [ring, month, n] of DATA.activity.rows) if (n) { if (!ACTIVE.has(ring)) ACTIVE.set(ring, new Set()); ACTIVE.get(ring).add(month); }
const RINGS = new Map(DATA.rings.map((r) => [r.ring_id, r]));
const BRIDGES_OF = new Map();
for (const b of DATA.bridges) for (const id of [b.ring_a, b.ring_b]) BRIDGES_OF.set(id, (BRIDGES_OF.get(id) || 0) + 1);

function shownRings(anyMonth) {
  return DATA.rings.filter((r) => (!state.status || r.status === state.status) &&
    (anyMonth || state.month === null || (ACTIVE.has(r.ring_id) && ACTIVE.get(r.ring_id).has(state.month))) &&
    (!state.query || [r.ring_id, r.zh, r.en, ...r.channels.map(channelWord), ...r.stories].filter(Boolean).join("\n").toLowerCase().includes(state.query)));
}

const ringLink = (r) => (r.file ? el("a", { class: "ring-link", href: r.file, onclick: (event) => event.stopPropagation() }, r.ring_id) : el("b", {}, r.ring_id));

function columns() {
  const col = (key, label, value, show, cls, down) => ({ key: key, label: label, value: value, show: show, class: cls, down: down });
  return [
    col("rank", t("col_rank"), (r) => r.rank, null, "num"), col("ring", t("col_ring"), (r) => r.ring_id, ringLink, "nowrap"),
    col("status", t("col_status"), (r) => r.status, (r) => el("span", { class: "badge " + (r.status === "flagged" ? "flagged" : "listed") }, code("status", r.status)), "nowrap"),
    col("score", t("score"), (r) => r.score, (r) => [el("span", { class: "score" }, el("i", { style: { width: 100 * (r.score || 0) + "%" } })), decimal(r.score, 2)], "nowrap", true),
    col("q", t("q_value"), (r) => r.q_value, (r) => decimal(r.q_value, 3), "num"), col("size", t("col_size"), (r) => r.size, null, "num", true),
    col("overpaid", t("col_amount"), (r) => r.overpaid, (r) => whole.format(r.overpaid || 0), "num", true),
    col("last", t("col_last"), (r) => r.last_seen, null, "nowrap", true),
    col("bridges", t("col_bridges"), (r) => BRIDGES_OF.get(r.ring_id) || 0, (r) => BRIDGES_OF.get(r.ring_id) || "", "num", true),
    col("channels", t("col_channels"), (r) => r.channels.length, (r) => [r.channels.map((c) => el("span", { class: "tag" }, channelWord(c))), el("span", { class: "sum" }, said(r)), r.stories.map((s) => el("span", { class: "sum" }, "◇ " + code("story", s)))], "", true),
  ];
}

function drawRings() {
  const rows = shownRings();
  const filters = [state.month === null ? "" : t("active_in", { m: DATA.activity.months[state.month] }), state.query].filter(Boolean).join(" · ");
  fill(byId("rings"), el("div", { class: "bar" }, el("b", {}, t("rows_shown", { a: rows.length, b: DATA.rings.length })),
    filters ? el("button", { type: "button", class: "button small", id: "clear", onclick: clearFilters }, filters + "  ✕ " + t("clear")) : null),
    DATA.rings.length ? null : el("p", { class: "note", id: "no-rings" }, t("no_rings", Object.fromEntries(Object.entries(DATA.read).map(([name, n]) => [name, count(n)])))),
    el("div", { class: "scroll" }, makeTable("rings", columns(), rows, { redraw: drawRings, pick: (r) => pickRing(r.ring_id, false), selected: (r) => r.ring_id === state.selected })));
  root.dataset.rows = String(rows.length);
}

function clearFilters() {
  Object.assign(state, { query: "", month: null, status: "" });
  byId("search").value = "";
  byId("hits").textContent = "";
  redraw();
}

function pickRing(id, move) {
  state.selected = state.selected === id && !move ? null : id;
  root.dataset.selected = state.selected || "";
  redraw();
  const row = document.querySelector("#rings tr.selected");
  if (row && move) row.scrollIntoView({ block: "center" });
}

const ringButton = (id) => el("button", { type: "button", class: "link", onclick: (event) => { event.stopPropagation(); pickRing(id, true); } }, id);

function drawBridges() {
  const rows = DATA.bridges.map((b) => ({ ...b, key: b.ring_a + " " + b.ring_b })).filter((b) => !state.selected || b.ring_a === state.selected || b.ring_b === state.selected);
  const col = (key, label, value, show, cls, down) => ({ key: key, label: label, value: value, show: show, class: cls, down: down });
  const table = makeTable("bridges", [col("a", t("col_ring"), (b) => b.ring_a, (b) => ringButton(b.ring_a)), col("b", t("col_ring"), (b) => b.ring_b, (b) => ringButton(b.ring_b)),
    col("shared", t("col_shared"), (b) => b.shared, null, "num", true), col("people", t("col_both"), (b) => b.people, null, "num", true)], rows, { redraw: drawBridges });
  fill(byId("bridges"), el("h2", {}, t("bridges"), el("span", { class: "count" }, rows.length)), rows.length ? el("div", { class: "scroll" }, table) : el("p", { class: "muted" }, t("none")), el("p", { class: "note" }, t("bridges_note")));
}

function slots(text) {
  const parts = text.split(/(\{[^{}\n]{0,24}\}|\[[^[\]\n]{0,24}\]|〔[^〔〕\n]{0,24}〕|＿+|_{2,}|…+)/);
  return parts.map((part, i) => (i % 2 ? el("span", { class: "slot" }, part.replace(/^[{[〔]|[}\]〕]$/g, "") || "…") : part));
}

function drawTemplates() {
  const forms = DATA.templates.map((f) => el("article", { class: "form" }, el("div", { class: "meta" }, el("b", {}, f.template_id), t("use", { a: count(f.complaints), b: count(f.policyholders) }),
    el("span", {}, [f.first_filed, f.last_filed].filter(Boolean).map((d) => String(d).slice(0, 10)).join(" – "))),
    el("div", { class: "text" }, slots(f.pattern || "")),
    Array.isArray(f.rings) && f.rings.length ? el("div", { class: "rings" }, f.rings.map((id) => (RINGS.has(id) ? ringButton(id) : id))) : null));
  fill(byId("templates"), el("h2", {}, t("templates"), el("span", { class: "count" }, DATA.templates.length)), el("div", { class: "forms" }, forms));
}

function drawHeader() {
  const flagged = DATA.rings.filter((r) => r.status === "flagged");
  const sum = (rows, key) => rows.reduce((s, r) => s + (Number(r[key]) || 0), 0);
  fill(byId("badges"), el("span", { class: "badge masked", title: t("masked_note") }, "✓ " + t("masked")));
  const days = DATA.rings.flatMap((r) => [r.first_seen, r.last_seen]).filter(Boolean).sort();
  fill(byId("facts"), fact(t("flagged"), count(flagged.length)), fact(t("listed"), count(DATA.rings.length - flagged.length)),
    fact(t("people_all"), count(sum(DATA.rings, "size"))), fact(t("total_overpaid"), money(sum(DATA.rings, "overpaid")), exactMoney(sum(DATA.rings, "overpaid"))),
    fact(t("templates"), count(DATA.templates.length)), days.length ? fact(t("period"), days[0].slice(0, 7) + " – " + days[days.length - 1].slice(0, 7)) : null);
}

function redraw() {
  drawHeader();
  drawFooter();
  drawRings();
  drawScatter();
  drawActivity();
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
