// Scatter of rings and histogram of events, as SVG.
const WIDE = 400;

const dayNumber = (day) => (day ? Date.parse(day + "T00:00:00Z") / 864e5 : null);

const dayText = (day) => new Date(day * 864e5).toISOString().slice(0, 10);

// A pull over a chart: `onArea` gets both corners in the chart's units. A press that stays in place is a click.
function startBrush(chart, high, onArea) {
  let from = null, box = null;
  const at = (event) => {
    const frame = chart.getBoundingClientRect();
    return [Math.min(Math.max((event.clientX - frame.left) * WIDE / frame.width, 0), WIDE), Math.min(Math.max((event.clientY - frame.top) * high / frame.height, 0), high)];
  };
  const drop = () => { if (box) box.remove(); from = box = null; };
  chart.addEventListener("pointerdown", (event) => { if (event.button === 0) from = at(event); });
  chart.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = at(event);
    if (!box && Math.hypot(to[0] - from[0], to[1] - from[1]) < 5) return;
    if (!box) { box = svg("rect", { class: "brush" }); chart.append(box); chart.setPointerCapture(event.pointerId); }
    for (const [name, value] of Object.entries({ x: Math.min(from[0], to[0]), y: Math.min(from[1], to[1]), width: Math.abs(to[0] - from[0]), height: Math.abs(to[1] - from[1]) })) box.setAttribute(name, value);
  });
  chart.addEventListener("pointerup", (event) => {
    const start = from, is_area = box, to = at(event);
    drop();
    if (is_area) onArea(start, to);
  });
  chart.addEventListener("pointercancel", drop);
}

function drawScatter() {
  const high = 270, left = 34, right = 12, top = 10, bottom = 26;
  const dated = DATA.rings.filter((r) => r.last_seen);
  // the more rings, the smaller; no bubble, however large, reaches over an axis
  const largest = Math.min(19.5, Math.max(5.5, 150 / Math.sqrt(dated.length || 1))), least = Math.min(3.5, largest / 3), inset = largest + 3;
  const days = dated.map((r) => dayNumber(r.last_seen));
  const first = Math.min(...days), last = Math.max(...days);
  const along = (day) => left + inset + (last > first ? (day - first) / (last - first) : 0.5) * (WIDE - left - right - 2 * inset);
  const y = (score) => high - bottom - inset - score * (high - top - bottom - 2 * inset);
  const most = Math.max(...dated.map((r) => r.overpaid || 0), 1);
  const radius = (r) => least + (largest - least) * Math.sqrt(Math.max(0, r.overpaid || 0) / most);
  const shown = new Set(shownRings());
  const rows = [0, 0.25, 0.5, 0.75, 1].map((s) => svg("g", {}, svg("line", { x1: left, x2: WIDE - right, y1: y(s), y2: y(s), class: "grid" }),
    svg("text", { x: left - 6, y: y(s) + 3.5, class: "axis", "text-anchor": "end" }, s.toFixed(2).replace(/0$/, ""))));
  const months = new Map([first, last, (first + last) / 2].map((day) => [Number.isFinite(day) ? new Date(day * 864e5).toISOString().slice(0, 7) : "", day]).reverse());
  months.delete("");
  const frame = svg("path", { d: "M" + left + " " + top + "V" + (high - bottom) + "H" + (WIDE - right), class: "frame" });
  const labels = [...months].map(([month, day]) => svg("text", { x: along(day), y: high - 8, class: "axis", "text-anchor": "middle" }, month));
  // small ones on top of large ones
  const dots = dated.slice().sort((a, b) => (b.overpaid || 0) - (a.overpaid || 0)).map((r) => svg("circle", {
    cx: along(dayNumber(r.last_seen)), cy: y(r.score || 0), r: radius(r), class: "dot " + r.status + (dated.length > 150 ? " many" : "") + (shown.has(r) ? "" : " out") + (state.selected === r.ring_id ? " selected" : ""), "data-ring": r.ring_id, onclick: () => pickRing(r.ring_id, true),
  }, svg("title", {}, r.ring_id + " · " + t("col_size") + " " + r.size + " · " + money(r.overpaid) + " · " + t("score") + " " + decimal(r.score, 2))));
  const a = state.area, picked = a && svg("rect", { class: "picked-area", x: along(a.from), width: Math.max(along(a.to) - along(a.from), 1), y: y(a.high), height: Math.max(y(a.low) - y(a.high), 1) });
  const chart = svg("svg", { viewBox: "0 0 " + WIDE + " " + high, role: "img", "aria-label": t("scatter"), class: "pulled" }, frame, rows, labels, picked, dots);
  const span = WIDE - left - right - 2 * inset, dayAt = (x) => first + ((x - left - inset) / span) * (last - first), scoreAt = (v) => (high - bottom - inset - v) / (high - top - bottom - 2 * inset);
  if (dated.length) startBrush(chart, high, ([x1, y1], [x2, y2]) => {
    // where all rings have one day, its middle place stands for it
    state.area = { from: last > first ? Math.ceil(dayAt(Math.min(x1, x2))) : first, to: last > first ? Math.floor(dayAt(Math.max(x1, x2))) : last, low: scoreAt(Math.max(y1, y2)), high: scoreAt(Math.min(y1, y2)) };
    redraw();
  });
  fill(byId("scatter"), chart);
}

function drawActivity() {
  const months = DATA.activity.months, high = 104, bottom = 16, left = 4;
  if (!months.length) { fill(byId("activity"), el("p", { class: "muted" }, t("none"))); return; }
  const shown = new Set(shownRings(true).map((r) => r.ring_id));
  const all = months.map(() => 0), mine = months.map(() => 0);
  for (const [ring, month, n] of DATA.activity.rows) {
    if (shown.has(ring)) all[month] += n;
    if (ring === state.selected) mine[month] += n;
  }
  const most = Math.max(...all, 1), step = (WIDE - left * 2) / months.length, room = high - bottom - 4;
  const bar = (n, i, cls) => (n ? svg("rect", { x: left + i * step + step * 0.1, width: step * 0.8, y: high - bottom - (n / most) * room, height: (n / most) * room, class: cls }) : null);
  const columns = months.map((month, i) => svg("g", {}, bar(all[i], i, "month"), bar(mine[i], i, "month mine"),
    svg("rect", { x: left + i * step, y: 0, width: step, height: high - bottom, class: "month-hit" + (state.months && i >= state.months[0] && i <= state.months[1] ? " on" : ""), "data-month": month, onclick: () => setMonths(i, i) }, svg("title", {}, month + ": " + all[i]))));
  const years = months.map((month, i) => (month.endsWith("-01") || i === 0 ? svg("text", { x: left + i * step, y: high - 3, class: "axis" }, i === 0 ? month : month.slice(0, 4)) : null))
    .filter((node, i, list) => node && !(i === 0 && list.slice(1, Math.ceil(44 / step)).some(Boolean)));
  const chart = svg("svg", { viewBox: "0 0 " + WIDE + " " + high, role: "group", "aria-label": t("activity"), class: "pulled", id: "months", tabindex: 0, onkeydown: moveMonths }, columns, years);
  const monthAt = (x) => Math.min(Math.max(Math.floor((x - left) / step), 0), months.length - 1);
  startBrush(chart, high, ([x1], [x2]) => setMonths(monthAt(Math.min(x1, x2)), monthAt(Math.max(x1, x2))));
  fill(byId("activity"), chart);
}

// the same months once more: no filter
function setMonths(a, b) {
  state.months = state.months && state.months[0] === a && state.months[1] === b ? null : [a, b];
  redraw();
}

// arrows move along the months, with shift they widen what is picked
function moveMonths(event) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key], last = DATA.activity.months.length - 1;
  if (!step) return;
  event.preventDefault();
  const [a, b] = state.months || (step > 0 ? [-1, -1] : [last + 1, last + 1]), place = (m) => Math.min(Math.max(m, 0), last);
  state.months = event.shiftKey && state.months ? (step > 0 ? [a, place(b + 1)] : [place(a - 1), b]) : [place((step > 0 ? b : a) + step), place((step > 0 ? b : a) + step)];
  redraw();
}

// ring of rings: a dot is a ring, a line what two of them share, as wide as that is much
function drawWeb() {
  const web = DATA.web, box = byId("web");
  box.parentElement.hidden = !web.nodes.length;
  if (!web.nodes.length) return;
  const pad = 34, xs = web.nodes.map((n) => n.x), ys = web.nodes.map((n) => n.y);
  const left = Math.min(...xs) - pad, top = Math.min(...ys) - pad, wide = Math.max(Math.max(...xs) + pad - left, 260), high = Math.max(...ys) + pad - top;
  const shown = new Set(shownRings().map((r) => r.ring_id)), few = web.nodes.length <= 30;
  const near = new Set([state.selected]);
  const lines = web.links.map(([a, b, shared, people]) => {
    const one = web.nodes[a], two = web.nodes[b], mine = one.id === state.selected || two.id === state.selected;
    if (mine) { near.add(one.id); near.add(two.id); }
    return svg("line", { x1: one.x, y1: one.y, x2: two.x, y2: two.y, class: "tie" + (people ? "" : " ids") + (mine ? " on" : ""), "stroke-width": Math.min(1 + shared + people, 7) },
      svg("title", {}, one.id + " – " + two.id + ": " + t("col_shared") + " " + shared + ", " + t("col_both") + " " + people));
  });
  const dots = web.nodes.map((n) => {
    const ring = RINGS.get(n.id);
    return svg("g", { class: "web-node" + (shown.has(n.id) ? "" : " out"), "data-web": n.id, tabindex: 0, role: "button", "aria-label": n.id, onclick: () => pickRing(n.id, true), onkeydown: (e) => { if (e.key === "Enter") pickRing(n.id, true); } },
      svg("title", {}, n.id + " · " + t("col_size") + " " + ring.size + " · " + money(ring.overpaid)), svg("circle", { cx: n.x, cy: n.y, r: n.r, class: "dot " + ring.status + (n.id === state.selected ? " selected" : "") }),
      few || near.has(n.id) ? svg("text", { x: n.x, y: n.y + n.r + 11, class: "axis", "text-anchor": "middle" }, n.id) : null);
  });
  fill(box, svg("svg", { viewBox: [left, top, wide, high].join(" "), role: "group", "aria-label": t("web") }, lines, dots), web.left ? el("p", { class: "note" }, t("web_left", { n: count(web.left) })) : null);
}
