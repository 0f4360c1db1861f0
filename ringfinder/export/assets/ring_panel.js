// The panel on the right: the ring as a whole, or what was picked and the evidence for it.
function iconOf(key, size) {
  const node = groupOf.get(key);
  return icon(node ? CLASS.get(key) : key, size || 18);
}

// legend icon: the same shape, colour and outline as in the picture
function icon(name, size) {
  const line = dark() ? "#f1f5fa" : "#1b2838", soft = dark() ? "#9fb0c4" : "#66768a";
  const shapes = {
    phone: ["path", { d: "M10 2.6 18 16.4H2Z" }], account: ["rect", { x: 3, y: 3, width: 14, height: 14 }],
    mail: ["path", { d: "M10 17.4 2 3.6H18Z" }], other: ["path", { d: "M5.8 2.7h8.4L18.4 10l-4.2 7.3H5.8L1.6 10Z" }],
    template: ["path", { d: "M10 1.5 18.5 10 10 18.5 1.5 10Z" }],
    broker: ["path", { d: "M10 1l2.6 6.1 6.6.6-5 4.4 1.5 6.5L10 15.2l-5.7 3.4 1.5-6.5-5-4.4 6.6-.6Z" }],
    guarded: ["path", { d: "M10 2.6 18 16.4H2Z" }], household: ["path", { d: "M5.8 2.7h8.4L18.4 10l-4.2 7.3H5.8L1.6 10Z" }],
    "role.core": ["circle", { cx: 10, cy: 10, r: 8 }], "role.member": ["circle", { cx: 10, cy: 10, r: 6.8 }], "role.associate": ["circle", { cx: 10, cy: 10, r: 5.8 }],
  };
  const pair = shapes[name] || shapes.other;
  const muted = name === "guarded" || name === "household" || name === "role.associate";
  const fills = { "role.core": dark() ? "#8296ad" : "#56687c", "role.member": "#B8C4CE" };
  const paint = muted ? (dark() ? "#1b2533" : "#ffffff") : fills[name] || FILL[name] || FILL.other;
  return svg("svg", { viewBox: "0 0 20 20", width: size, height: size, "aria-hidden": "true" },
    svg(pair[0], { ...pair[1], fill: paint, stroke: muted ? soft : line, "stroke-width": name === "role.core" ? 2 : 1.3, "stroke-dasharray": muted ? "2.6 2" : null }));
}

const chip = (key) => el("button", { type: "button", class: "chip", "data-pick": key, onclick: () => select(key, true) }, iconOf(key, 15), nameOf(key));
const head = (label, n) => el("h3", {}, label, n === undefined ? null : el("span", { class: "count" }, n));
const pairs = (...cells) => el("dl", { class: "pairs" }, cells.map(([label, value]) => el("div", {}, el("dt", {}, label), el("dd", {}, value))));

let inPanel = "", panelOf = null;

// drawn again only if it is to show something else: what the reader opened stays open while the picture is filtered
function drawPanel() {
  const key = state.selected, panel = byId("panel");
  const kept = byId("as-of");
  if (kept) fill(kept, asOfNote());
  const wanted = [key, key && state.until, language, root.dataset.theme, root.dataset.revealed].join(" ");
  if (wanted === inPanel) return;
  inPanel = wanted;
  root.dataset.selected = key ? nameOf(key) : "";
  if (key !== panelOf) panel.scrollTop = 0;
  panelOf = key;
  if (!key) { fill(panel, ringPanel()); return; }
  const top = el("div", { class: "top no-print" },
    el("button", { type: "button", class: "button small", id: "back", onclick: () => select(null) }, "← " + t("back")),
    el("button", { type: "button", class: "button small", id: "copy", onclick: copyPanel }, t("copy")));
  const body = PEOPLE.has(key) ? personPanel(PEOPLE.get(key)) : ITEMS.has(key) ? itemPanel(ITEMS.get(key)) : formPanel(FORMS.get(key));
  fill(panel, top, body);
}

function copyPanel() {
  const done = () => { byId("copy").textContent = t("copied"); };
  const text = [...byId("panel").children].filter((part) => !part.classList.contains("top")).map((part) => part.innerText).join("\n");
  if (navigator.clipboard && navigator.clipboard.writeText) navigator.clipboard.writeText(text).then(done, () => {});
}

// with the slider on a day: how many of the rows below came later, and what is of all days whatever the slider says
function asOfNote(days = []) {
  if (!state.until) return null;
  const n = days.filter((day) => !datedIn(day)).length;
  return el("p", { class: "quiet as-of" }, n ? t("later_rows", { day: state.until, n: count(n) }) + " " : null, t("as_of", { day: state.until }));
}
const laterMark = (day) => (datedIn(day) ? null : "later-row");

function ringPanel() {
  const ring = DATA.ring;
  const pro = DATA.evidence.filter((e) => e.direction === "for"), contra = DATA.evidence.filter((e) => e.direction !== "for");
  const most = Math.max(...DATA.evidence.map((e) => e.weight || 0), 1);
  return [
    el("h2", {}, t("overview")), el("p", { class: "quiet no-print" }, t("pick_hint")), el("p", { class: "quiet no-print", id: "keys-hint" }, t("keys_hint")),
    el("div", { id: "as-of" }, asOfNote()), head(t("summary")), el("p", { class: "box" }, (language === "en" ? ring.summary_en : ring.summary_zh) || ring.summary || ""),
    ring.stories.length ? [head(t("stories"), ring.stories.length), ring.stories.map((s) => el("p", { class: "story" }, code("story", s)))] : null,
    head(t("evidence_for"), pro.length), pro.length ? shortList("all-claims", pro, (e) => claim(e, most), true) : el("p", { class: "quiet" }, t("none")),
    head(t("evidence_against"), contra.length), contra.length ? contra.map((e) => claim(e, most)) : el("p", { class: "quiet" }, t("none")),
    DATA.intermediaries.length ? [head(t("intermediaries"), DATA.intermediaries.length), brokerList()] : null,
    DATA.signals.length ? [head(t("signals")), signalTable()] : null,
  ];
}

const SHORT_LIST = 4;

// the heaviest rows, the rest on request: what stands below must not drown; paper has them all, here or in a table
function shortList(id, rows, show, inTable) {
  const rest = rows.slice(SHORT_LIST);
  if (rest.length < 2) return rows.map(show);
  const printed = inTable ? [el("p", { class: "quiet print-only" }, t("rest_below", { n: rest.length }))] : rest.map(show);
  if (!inTable) for (const row of printed) row.classList.add("print-only");
  const more = el("button", { type: "button", class: "button small no-print", id: id, onclick: () => {
    for (const row of printed) row.remove();
    more.replaceWith(...rest.map(show));
  } }, t("show_all", { n: rows.length }));
  return [rows.slice(0, SHORT_LIST).map(show), more, printed];
}

function claim(row, most) {
  const rows = row.rows.length ? el("details", {}, el("summary", {}, t("source_rows") + " " + tableWord(row.table) + " ×" + row.cited),
    el("div", { class: "rows" }, row.rows.join("  ") + (row.cited > row.rows.length ? "  … " + t("more_rows", { n: row.cited - row.rows.length }) : ""))) : null;
  return el("div", { class: "claim " + (row.direction === "for" ? "for" : "against") }, said(row),
    el("div", { class: "meta" }, el("span", { class: "bar", title: t("col_weight") + " " + decimal(row.weight, 2) }, el("i", { style: { width: Math.max(4, (100 * (row.weight || 0)) / most) + "%" } })),
      el("span", {}, channelWord(row.channel)), el("span", { class: "mono", title: row.id }, String(row.id || "").replace(DATA.ring.ring_id + "-", "")), rows));
}

const brokerList = () => el("ul", { class: "rowlist" }, shortList("all-brokers", DATA.intermediaries, (b) => el("li", {}, icon("broker", 17), el("div", {},
  el("div", { class: "line" }, el("b", {}, b.id), b.name, el("span", { class: "tag plain" }, code("broker", b.kind))),
  el("div", { class: "fine" }, [code("link", b.role), t("clients", { a: count(b.inRing), b: count(b.total) })].filter(Boolean).join(" · ")))), false));

const signalTable = () => el("table", { class: "signals" }, el("tbody", {}, DATA.signals.map((s) => el("tr", {},
  el("td", {}, code("signal", s.name)), el("td", { class: "faint" }, code("side", s.side)), el("td", { class: "num" }, decimal(s.value, 2))))));

function personPanel(p) {
  const links = LINKS_OF.get(p.key) || [], letters = LETTERS_OF.get(p.key) || [], events = EVENTS_OF.get(p.key) || [];
  return [
    el("h2", {}, p.id + " ", p.name || ""), el("p", { class: "subtitle" }, code("role", p.role) + " · " + t("joined") + " " + (p.joined || p.since || "–")),
    asOfNote([...links.map((l) => l.since), ...letters.map((l) => l.day), ...events.map((e) => e.day)]),
    pairs([t("strength"), decimal(p.strength, 2)], [t("overpaid"), el("span", { title: exactMoney(p.overpaid) }, money(p.overpaid))], [t("complaints_paid"), count(p.complaints) + " / " + count(p.negotiated)]),
    head(t("why")), el("p", { class: "box" }, said(p) || "–"),
    head(t("path")), p.path.length ? [el("ol", { class: "steps", id: "steps" }, pathWords(p.path).map((line, i) => el("li", { class: p.path.slice(2 * i, 2 * i + 3).some((key) => PEOPLE.has(key) && !holdersOf(p.path[2 * i + 1]).has(key)) ? "later-row" : null }, line))), el("div", { class: "path" }, p.path.map((key, i) => [i ? el("span", { class: "faint" }, "→") : null, chip(key)]))] :
      el("p", { class: "quiet" }, p.role === "core" ? t("path_core") : t("path_none")),
    p.cites.length ? [head(t("cited_in"), p.cites.length), shortList("all-cites", p.cites.map((i) => DATA.evidence[i]), citedLine, false)] : null,
    head(t("shared_ids"), new Set(links.filter((l) => datedIn(l.since)).map((l) => l.i)).size), links.length ? el("ul", { class: "rowlist" }, links.map(linkRow)) : el("p", { class: "quiet" }, t("none")),
    head(t("history"), events.filter((e) => datedIn(e.day)).length), el("ul", { class: "rowlist" }, events.map((e) => el("li", { class: laterMark(e.day) }, el("span", {}, e.kind === "complaint" ? "✉" : "¥"), el("div", {},
      el("div", { class: "line" }, el("b", {}, e.day || "–"), code("event", e.kind), e.overpaid ? el("span", { class: "tag hot" }, "+" + exactMoney(e.overpaid)) : null), el("div", { class: "fine mono" }, e.row))))),
    head(t("letter"), letters.filter((l) => datedIn(l.day)).length), letters.length ? [letters.some((l) => l.t) ? el("p", { class: "quiet" }, t("marked_note")) : null, letters.map((l) => letterCard(l, false))] : el("p", { class: "quiet" }, t("no_letter")),
  ];
}

// the evidence path in words: who shares what with whom, since when, by which row
function pathWords(path) {
  const lines = [];
  for (let i = 0; i + 2 < path.length; i += 2) {
    const item = ITEMS.get(path[i + 1]);
    const since = (who) => { const link = (LINKS_OF.get(who) || []).find((l) => l.i === item.key); return link ? t("path_row", { who: nameOf(who), since: link.since || "–", row: link.row || "–" }) : ""; };
    lines.push([t("path_step", { a: nameOf(path[i]), b: nameOf(path[i + 2]), kind: typeWord(item), id: item.id, value: item.value || "", role: code("role", PEOPLE.get(path[i + 2]).role), n: count(item.total) }),
      el("div", { class: "fine mono" }, [since(path[i]), since(path[i + 2])].filter(Boolean).join("; "))]);
  }
  return lines;
}

const citedLine = (row) => el("div", { class: "claim " + (row.direction === "for" ? "for" : "against") }, said(row), el("div", { class: "meta" }, el("span", {}, channelWord(row.channel)), el("span", { class: "mono" }, row.id)));

function linkRow(link) {
  const item = ITEMS.get(link.i);
  return el("li", { class: laterMark(link.since) }, iconOf(link.i), el("div", {},
    el("div", { class: "line" }, el("button", { type: "button", class: "link", "data-pick": link.i, onclick: () => select(link.i, true) }, item.id), el("span", {}, item.value || ""),
      item.role === "evidence" ? null : el("span", { class: "tag plain" }, code("use", item.role)), link.fresh ? el("span", { class: "tag" }, t("fresh")) : null, link.fragile ? el("span", { class: "tag hot", title: t("fragile_hint") }, t("fragile")) : null),
    el("div", { class: "fine" }, t("others", { a: count(Math.max(0, heldBy(item) - datedIn(link.since))), b: count(item.total) })),
    el("div", { class: "fine" }, [code("link", link.role), link.since, link.row].filter(Boolean).join(" · "))));
}

function itemPanel(item) {
  const links = (LINKS_TO.get(item.key) || []).slice().sort((a, b) => compare(a.since, b.since));
  const days = links.map((l) => l.since).filter(Boolean).sort(), holders = groupRows(links, "h");
  return [
    el("h2", {}, item.id + " ", item.value || ""), el("p", { class: "subtitle" }, typeWord(item) + " · " + code("use", item.role)), asOfNote(days),
    pairs([t("in_ring") + " / " + t("in_all"), count(heldBy(item)) + " / " + count(item.total)], [t("first_use"), days.find(datedIn) || "–"], [t("last_use"), days.filter(datedIn).pop() || "–"]),
    head(t("why")), el("p", { class: "box" }, said(item) || "–"), item.carries ? el("p", { class: "story", id: "carries" }, t("carries_n", { n: count(item.carries) })) : null,
    head(t("holders"), state.until ? holdersOf(item.key).size : holders.size), el("ul", { class: "rowlist" }, [...holders].map(([who, uses]) => el("li", { class: holdersOf(item.key).has(who) ? null : "later-row" }, iconOf(who), el("div", {},
      el("div", { class: "line" }, el("button", { type: "button", class: "link", "data-pick": who, onclick: () => select(who, true) }, nameOf(who)), PEOPLE.get(who).name || "", uses.some((l) => l.fresh) ? el("span", { class: "tag" }, t("fresh")) : null),
      uses.map((l) => el("div", { class: datedIn(l.since) ? "fine" : "fine later-row" }, [code("link", l.role), l.since, l.row].filter(Boolean).join(" · "))))))),
  ];
}

function formPanel(form) {
  const letters = lettersOf(form.key), every = LETTERS_LIKE.get(form.key) || [];
  const writer = (key) => { const own = chip(key); if (!writersOf(form.key).has(key)) own.classList.add("later-row"); return own; };
  return [
    el("h2", {}, form.id), el("p", { class: "subtitle" }, t("type_template")), asOfNote(every.map((l) => l.day)),
    pairs([t("in_ring"), t("n_letters", { n: letters.length })], [t("in_all"), t("n_letters", { n: count(form.complaints) })], [t("people"), count(form.policyholders)]),
    form.carries ? el("p", { class: "story" }, t("carries_n", { n: count(form.carries) })) : null,
    DATA.pages.templates ? el("p", {}, el("a", { class: "ring-link", href: DATA.pages.templates + "#" + encodeURIComponent(form.id) }, t("templates_page") + " · " + form.id)) : null,
    head(t("pattern")), patternText(form.pattern || ""),
    head(t("users"), letters.length), el("div", { class: "chips" }, [...new Set(every.map((l) => l.h))].filter(Boolean).map(writer)),
  ];
}

const GRAM = 7;
const gramsOf = new Map();
function grams(form) {
  if (!gramsOf.has(form.key)) {
    const text = form.pattern || "", set = new Set();
    for (let i = 0; i + GRAM <= text.length; i += 1) set.add(text.slice(i, i + GRAM));
    gramsOf.set(form.key, set);
  }
  return gramsOf.get(form.key);
}

// the letter with the wording it shares with its template marked
function markedText(letter) {
  const text = letter.text || "", form = letter.t ? FORMS.get(letter.t) : null;
  if (!form) return [text];
  const set = grams(form), same = new Uint8Array(text.length);
  for (let i = 0; i + GRAM <= text.length; i += 1) if (set.has(text.slice(i, i + GRAM))) same.fill(1, i, i + GRAM);
  const parts = [];
  for (let from = 0; from < text.length;) {
    let to = from + 1;
    while (to < text.length && same[to] === same[from]) to += 1;
    parts.push(same[from] ? el("mark", {}, text.slice(from, to)) : text.slice(from, to));
    from = to;
  }
  return parts;
}

function letterCard(letter, named) {
  const body = el("div", { class: "text short" }, markedText(letter), letter.cut ? el("span", { class: "faint" }, " " + t("cut", { n: count(letter.cut) })) : null);
  const toggle = letter.text.length > 120 ? el("button", { type: "button", class: "toggle", onclick: (event) => {
    const short = body.classList.toggle("short");
    event.currentTarget.textContent = t(short ? "more" : "less");
  } }, t("more")) : null;
  if (toggle) window.requestAnimationFrame(() => { toggle.hidden = body.scrollHeight <= body.clientHeight + 2 && body.classList.contains("short"); });
  const verdict = { linked: "tag hot", possible: "tag", own_words: "tag good" }[letter.verdict] || "tag plain";
  return el("article", { class: datedIn(letter.day) ? "letter" : "letter later-row" }, el("div", { class: "meta" },
    named && letter.h ? chip(letter.h) : null, el("b", {}, letter.day || "–"), el("span", { class: "mono" }, letter.id),
    letter.t ? chip(letter.t) : null, el("span", { class: verdict, title: t("similarity") }, code("verdict", letter.verdict) + (letter.similarity === null ? "" : " " + decimal(letter.similarity, 2)))), body, toggle);
}
