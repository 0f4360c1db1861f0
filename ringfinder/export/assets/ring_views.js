// Header, legend with filters, tables and letters.
function drawHeader() {
  const ring = DATA.ring, flagged = ring.status === "flagged";
  fill(byId("badges"), el("span", { class: "badge " + (flagged ? "flagged" : "listed") }, (flagged ? "● " : "○ ") + code("status", ring.status)),
    el("span", { class: "badge kind" }, code("ringkind", ring.kind)), maskBadge());
  drawReveal();
  drawHiddenNote();
  const roles = (role) => DATA.people.filter((p) => p.role === role).length;
  const shared = ["phone", "account", "mail", "other"].map((type) => [type, DATA.identifiers.filter((i) => i.type === type && i.role === "evidence").length]);
  const kinds = [...shared, ["template", DATA.templates.length]].filter(([, n]) => n);
  const parts = ["core", "member", "associate"].map((r) => [code("role", r), roles(r)]).filter((p) => p[1]);
  fill(byId("facts"),
    fact(t("people"), count(ring.size), parts.map((p) => p.join(" ")).join(" · "), roles("core") ? t("core_short") + " " + roles("core") : ""),
    fact(t("shared_ids"), kinds.length ? el("span", { class: "kinds" }, kinds.map(([name, n]) => [icon(name, 14), n])) : t("none"), kinds.map(([name, n]) => t("type_" + name) + " " + n).join(" · ")),
    fact(t("complaints_paid"), count(ring.complaints) + " / " + count(ring.negotiated)),
    ring.kind === "arbitrage" ? null : fact(t("overpaid"), money(ring.overpaid), exactMoney(ring.overpaid)),
    fact(t("period"), String(ring.first_seen || "–").slice(0, 7) + " – " + String(ring.last_seen || "–").slice(0, 7), (ring.first_seen || "") + " " + t("to") + " " + (ring.last_seen || "")),
    fact(t("score"), decimal(ring.score, 2)), fact(t("q_value"), decimal(ring.q_value, 3), "p " + decimal(ring.p_value, 4)));
}

const maskBadge = () => (leave ? el("span", { class: "badge flagged", id: "unmasked" }, "! " + t("unmasked")) : el("span", { class: "badge masked", title: t("masked_note") }, "✓ " + t("masked")));

// a ring too large to draw says so, and leads to the tables, which hold everybody
function drawHiddenNote() {
  const left = DATA.hidden.people, note = byId("hidden-note");
  note.hidden = !left && !DATA.hidden.items;
  root.dataset.hidden = String(left);
  fill(note, t("hidden_people", { n: count(left), m: count(DATA.hidden.items) }) + " ", el("button", { type: "button", class: "button small", id: "show-hidden", onclick: () => { state.tab = "people"; setView("table"); } }, t("show_hidden")));
}

const LEGEND = [
  ["legend_people", ["role.core", "role.member", "role.associate"]],
  ["legend_shared", ["phone", "account", "mail", "other", "household"]],
  ["legend_hubs", ["template", "broker", "guarded"]],
];

const N_FRAGILE = new Set(DATA.links.filter((l) => l.fragile).map((l) => l.h + l.i)).size;

function drawLegend() {
  const counts = classCounts();
  const item = (name) => el("button", { type: "button", class: "item", "data-class": name, "aria-pressed": String(!state.off.has(name)), onclick: () => {
    if (!state.off.delete(name)) state.off.add(name);
    refresh();
    if (name === "guarded") fitGraph();
  } }, icon(name, 20), el("span", { class: "name" }, name.startsWith("role.") ? t(name) : t("type_" + name)), el("span", { class: "count" }, count(counts[name] || 0)));
  const flip = (id, label, on, act) => el("button", { type: "button", class: "switch", id: id, "aria-pressed": String(on), onclick: () => { act(); refresh(); } }, el("i", {}), label);
  const groups = LEGEND.map(([title, names]) => {
    const present = names.filter((n) => CLASS_COUNT[n]);
    return present.length ? [el("h2", {}, t(title)), present.map(item)] : null;
  });
  const most = Math.max(2, ...DATA.identifiers.filter((i) => i.role === "evidence").map((i) => i.inRing));
  const share = el("span", {}, t("min_share", { n: state.minShare }));
  fill(byId("legend"), groups,
    CLASS_COUNT.template ? flip("links-template", t("links_template"), state.links.template, () => { state.links.template = !state.links.template; }) : null,
    CLASS_COUNT.broker ? flip("links-broker", t("links_broker"), state.links.broker, () => { state.links.broker = !state.links.broker; }) : null,
    CLASS_COUNT.template ? flip("regions", t("regions"), state.regions, () => { state.regions = !state.regions; }) : null,
    N_FRAGILE ? flip("fragile", t("fragile_links", { n: count(N_FRAGILE) }), state.fragile, () => { state.fragile = !state.fragile; }) : null,
    flip("names", t("names"), state.names, () => { state.names = !state.names; }),
    most > 2 ? el("label", { class: "range" }, share, el("input", { type: "range", id: "min-share", min: 2, max: Math.min(most, 12), value: state.minShare, oninput: (event) => {
      state.minShare = Number(event.target.value);
      share.textContent = t("min_share", { n: state.minShare });
      refreshGraph();
    } })) : null,
    CLASS_COUNT.template ? el("div", { class: "areas" }, DATA.regions.slice(0, 12).filter((r) => r.people.length > 1).map((r) => el("span", {}, el("i", { style: { background: TINTS[r.tint] + (dark() ? "99" : "55") } }), nameOf(r.template)))) : null,
    BROKERS.length ? el("div", { class: "areas" }, BROKERS.slice(0, 3).map((b, i) => el("span", {}, el("i", { style: { background: "transparent", border: "2.5px solid " + (dark() ? lighter(BROKER_LINES[i]) : BROKER_LINES[i]), borderRadius: "6px" } }), b.id))) : null,
    el("p", { class: "note" }, [CLASS_COUNT.template ? t("note_area") : "", BROKERS.length ? t("note_line") : "", N_FRAGILE ? t("note_fragile") : "", CLASS_COUNT.template || BROKERS.length ? t("note_hub") : ""].join(language === "en" ? " " : "")));
}

// what a source table is called; a case of tables of one's own has its names as they are
const tableWord = (names) => String(names || "").split(";").map((name) => (Object.hasOwn(DATA.sources, name) ? DATA.sources[name][language === "en" ? 1 : 0] : name)).join("; ");

function tableColumns() {
  const col = (key, label, value, show, cls, down) => ({ key: key, label: label, value: value, show: show, class: cls, down: down });
  const shares = (p) => [...new Set((LINKS_OF.get(p.key) || []).filter((l) => datedIn(l.since)).map((l) => l.i))];
  return {
    people: [
      col("id", t("col_id"), (p) => p.id, (p) => [el("b", {}, p.id)], "nowrap"), col("name", t("col_name"), (p) => p.name, null, "nowrap"),
      col("role", t("role"), (p) => ["core", "member", "associate"].indexOf(p.role), (p) => code("role", p.role), "nowrap"),
      col("strength", t("strength"), (p) => p.strength, (p) => [el("span", { class: "strength" }, el("i", { style: { width: 100 * (p.strength || 0) + "%" } })), decimal(p.strength, 2)], "nowrap", true),
      col("joined", t("joined"), (p) => p.since, null, "nowrap"),
      col("overpaid", t("overpaid"), (p) => p.overpaid, (p) => cents.format(p.overpaid || 0), "num", true),
      col("complaints", t("complaints"), (p) => p.complaints, null, "num", true),
      col("shares", t("col_shares"), (p) => shares(p).length, (p) => shares(p).map(nameOf).join(", "), "shares", true),
      col("reason", t("col_reason"), said, null, "reason"),
    ],
    ids: [
      col("id", t("col_id"), (i) => i.id, (i) => [el("b", {}, i.id)], "nowrap"), col("kind", t("col_kind"), typeWord, null, "nowrap"),
      col("value", t("col_value"), (i) => i.value, null, "mono value"),
      col("inRing", t("in_ring"), heldBy, null, "num", true), col("total", t("in_all"), (i) => i.total, (i) => count(i.total), "num", true),
      col("use", t("col_use"), (i) => i.role, (i) => code("use", i.role), "use"), col("carries", t("carries"), (i) => i.carries, (i) => (i.carries ? count(i.carries) : ""), "num", true), col("reason", t("col_reason"), said, null, "reason"),
    ],
    links: [
      col("who", t("col_id"), (l) => nameOf(l.h), (l) => [el("b", {}, nameOf(l.h))], "nowrap"), col("name", t("col_name"), (l) => PEOPLE.get(l.h).name, null, "nowrap"),
      col("item", t("col_item"), (l) => nameOf(l.i), (l) => [el("b", {}, nameOf(l.i))], "nowrap"), col("kind", t("col_kind"), (l) => typeWord(ITEMS.get(l.i)), null, "nowrap"), col("value", t("col_value"), (l) => ITEMS.get(l.i).value, null, "mono value"),
      col("role", t("col_as"), (l) => code("link", l.role), null, "nowrap"), col("since", t("first_use"), (l) => l.since, null, "nowrap"),
      col("fragile", t("col_fragile"), (l) => (l.fragile ? 1 : 0), (l) => (l.fragile ? el("span", { class: "tag hot" }, t("fragile")) : ""), "nowrap", true), col("row", t("col_row"), (l) => l.row, null, "mono"),
    ],
    forms: [
      col("id", t("col_template"), (f) => f.id, (f) => [el("b", {}, f.id)], "nowrap"), col("here", t("in_ring"), (f) => lettersOf(f.key).length, null, "num", true),
      col("all", t("in_all"), (f) => f.complaints, (f) => count(f.complaints), "num", true), col("users", t("people"), (f) => f.policyholders, (f) => count(f.policyholders), "num", true),
      col("carries", t("carries"), (f) => f.carries, (f) => count(f.carries), "num", true), col("pattern", t("pattern"), (f) => f.pattern, null, "reason"),
    ],
    evidence: [
      col("id", t("col_id"), (e) => e.id, null, "mono nowrap"), col("direction", t("col_direction"), (e) => e.direction, (e) => el("span", { class: "tag " + (e.direction === "for" ? "hot" : "plain") }, t(e.direction === "for" ? "for" : "against")), "nowrap"),
      col("channel", t("col_kind"), (e) => channelWord(e.channel), null, "nowrap"), col("statement", t("col_statement"), said, null, ""),
      col("weight", t("col_weight"), (e) => e.weight, (e) => decimal(e.weight, 2), "num", true),
      col("rows", t("source_rows"), (e) => e.cited, (e) => tableWord(e.table) + " ×" + e.cited, "nowrap"),
    ],
    events: [
      col("day", t("col_day"), (e) => e.day, null, "nowrap"), col("who", t("col_id"), (e) => nameOf(e.h), null, "nowrap"),
      col("name", t("col_name"), (e) => PEOPLE.get(e.h).name, null, "nowrap"), col("kind", t("col_kind"), (e) => code("event", e.kind), null, "nowrap"),
      col("overpaid", t("overpaid"), (e) => e.overpaid, (e) => (e.overpaid ? cents.format(e.overpaid) : ""), "num", true), col("row", t("col_row"), (e) => e.row, null, "mono"),
    ],
  };
}

// a filtered-out node is out of the tables too; identifiers stay while one of their people does
function tableRows(tab) {
  const found = (row) => !state.query || Object.values(row).some((v) => typeof v === "string" && v.toLowerCase().includes(state.query));
  if (tab === "people") return DATA.people.filter((p) => lastShown.has(p.key) && matches(p.key));
  if (tab === "ids") return DATA.identifiers.filter((i) => (lastShown.has(i.key) || (i.role === "guarded" && (!state.until || holdersOf(i.key).size))) && matches(i.key));
  if (tab === "forms") return DATA.templates.filter((f) => lastShown.has(f.key) && matches(f.key));
  if (tab === "links") return DATA.links.filter((l) => lastShown.has(l.h) && (lastShown.has(l.i) || ITEMS.get(l.i).role === "guarded") && datedIn(l.since) && (matches(l.h) || matches(l.i)));
  if (tab === "evidence") return DATA.evidence.filter(found);
  return DATA.events.filter((e) => lastShown.has(e.h) && datedIn(e.day) && matches(e.h));
}

function drawTables() {
  const all = { people: DATA.people, ids: DATA.identifiers, links: DATA.links, forms: DATA.templates, evidence: DATA.evidence, events: DATA.events };
  const rows = tableRows(state.tab);
  const tabs = Object.keys(all).map((tab) => el("button", { type: "button", "data-tab": tab, "aria-pressed": String(tab === state.tab), onclick: () => { state.tab = tab; drawTables(); } }, t("tab_" + tab)));
  const pick = { people: (r) => select(r.key), ids: (r) => select(r.key), forms: (r) => select(r.key), links: (r) => select(r.h), events: (r) => select(r.h) }[state.tab];
  const old = document.querySelector("#view-table .body");
  const scroll = old && old.dataset.tab === state.tab ? old.scrollTop : 0;
  const body = el("div", { class: "body", "data-tab": state.tab }, makeTable(state.tab, tableColumns()[state.tab], rows, {
    most: state.all ? Infinity : 1500, showAll: () => { state.all = true; drawTables(); }, redraw: drawTables, pick: pick, selected: (r) => state.selected && (r.key === state.selected || ((state.tab === "events" || state.tab === "links") && r.h === state.selected)) }));
  fill(byId("view-table"), el("div", { class: "tabs" }, el("div", { class: "segmented" }, tabs), el("span", { class: "muted" }, t("rows_shown", { a: rows.length, b: all[state.tab].length }))), asOfNote(), body);
  body.scrollTop = scroll;
  root.dataset.rows = String(rows.length);
}

// for print: every table, one after another, what is said first; a filter counts here too
function drawAllTables() {
  const running = (tab, n) => runningHead(DATA.ring.ring_id + " " + t("tab_" + tab) + " (" + n + ")");
  fill(byId("view-table"), ["evidence", "people", "ids", "forms", "events", "links"].map((tab) => [tab, tableRows(tab)]).map(([tab, rows]) => [el("h3", {}, t("tab_" + tab)), makeTable(tab, tableColumns()[tab], rows, { running: running(tab, rows.length), redraw: () => {} })]));
}

function drawLetters() {
  const forms = DATA.templates.filter((f) => LETTERS_LIKE.has(f.key));
  const chosen = (l) => state.template === null || (state.template === "own" ? !(l.t && LETTERS_LIKE.has(l.t)) : l.t === state.template);
  const letters = DATA.letters.filter((l) => chosen(l) && (!l.h || lastShown.has(l.h)) && datedIn(l.day) && (!state.query || (l.text + " " + l.id + " " + (l.h ? nameOf(l.h) : "")).toLowerCase().includes(state.query)));
  const tab = (key, label) => el("button", { type: "button", "data-template": key || "all", "aria-pressed": String(state.template === key), onclick: () => { state.template = key; drawLetters(); } }, label);
  const form = FORMS.get(state.template), most = state.all ? Infinity : 300;
  fill(byId("view-letters"),
    el("div", { class: "tabs" }, el("div", { class: "segmented" }, tab(null, t("all_letters")), forms.map((f) => tab(f.key, f.id + " · " + lettersOf(f.key).length)), tab("own", t("own_letters"))), el("span", { class: "muted" }, t("n_letters", { n: letters.length }) + " · " + t("marked_note"))),
    form ? [el("h3", {}, t("pattern")), patternText(form.pattern || "")] : null,
    el("div", { class: "letters-grid" }, letters.slice(0, most).map((l) => letterCard(l, true))),
    letters.length > most ? el("button", { type: "button", class: "button", id: "all-of-letters", onclick: () => { state.all = true; drawLetters(); } }, t("show_all", { n: letters.length })) : null);
  root.dataset.letters = String(letters.length);
}
