// Scatter of rings and histogram of events, as SVG.
const WIDE = 400;

const dayNumber = (day) => (day ? Date.parse(day + "T00:00:00Z") / 864e5 : null);

function drawScatter() {
  const high = 270, left = 34, right = 12, top = 10, bottom = 26;
  // no bubble, however large, reaches over an axis
  const largest = 19.5, inset = largest + 3;
  const dated = DATA.rings.filter((r) => r.last_seen);
  const days = dated.map((r) => dayNumber(r.last_seen));
  const first = Math.min(...days), last = Math.max(...days);
  const along = (day) => left + inset + (last > first ? (day - first) / (last - first) : 0.5) * (WIDE - left - right - 2 * inset);
  const y = (score) => high - bottom - inset - score * (high - top - bottom - 2 * inset);
  const most = Math.max(...dated.map((r) => r.overpaid || 0), 1);
  const radius = (r) => 3.5 + (largest - 3.5) * Math.sqrt(Math.max(0, r.overpaid || 0) / most);
  const shown = new Set(shownRings());
  const rows = [0, 0.25, 0.5, 0.75, 1].map((s) => svg("g", {}, svg("line", { x1: left, x2: WIDE - right, y1: y(s), y2: y(s), class: "grid" }),
    svg("text", { x: left - 6, y: y(s) + 3.5, class: "axis", "text-anchor": "end" }, s.toFixed(2).replace(/0$/, ""))));
  const months = new Map([first, last, (first + last) / 2].map((day) => [Number.isFinite(day) ? new Date(day * 864e5).toISOString().slice(0, 7) : "", day]).reverse());
  months.delete("");
  const frame = svg("path", { d: "M" + left + " " + top + "V" + (high - bottom) + "H" + (WIDE - right), class: "frame" });
  const labels = [...months].map(([month, day]) => svg("text", { x: along(day), y: high - 8, class: "axis", "text-anchor": "middle" }, month));
  // small ones on top of large ones
  const dots = dated.slice().sort((a, b) => (b.overpaid || 0) - (a.overpaid || 0)).map((r) => svg("circle", {
    cx: along(dayNumber(r.last_seen)), cy: y(r.score || 0), r: radius(r), class: "dot " + r.status + (shown.has(r) ? "" : " out") + (state.selected === r.ring_id ? " selected" : ""), "data-ring": r.ring_id, onclick: () => pickRing(r.ring_id, true),
  }, svg("title", {}, r.ring_id + " · " + t("col_size") + " " + r.size + " · " + money(r.overpaid) + " · " + t("score") + " " + decimal(r.score, 2))));
  fill(byId("scatter"), svg("svg", { viewBox: "0 0 " + WIDE + " " + high, role: "img", "aria-label": t("scatter") }, frame, rows, labels, dots));
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
    svg("rect", { x: left + i * step, y: 0, width: step, height: high - bottom, class: "month-hit" + (state.month === i ? " on" : ""), "data-month": month, onclick: () => { state.month = state.month === i ? null : i; redraw(); } }, svg("title", {}, month + ": " + all[i]))));
  const years = months.map((month, i) => (month.endsWith("-01") || i === 0 ? svg("text", { x: left + i * step, y: high - 3, class: "axis" }, i === 0 ? month : month.slice(0, 4)) : null))
    .filter((node, i, list) => node && !(i === 0 && list.slice(1, Math.ceil(44 / step)).some(Boolean)));
  fill(byId("activity"), svg("svg", { viewBox: "0 0 " + WIDE + " " + high, role: "img", "aria-label": t("activity") }, columns, years));
}
