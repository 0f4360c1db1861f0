// A sortable table. A column is {key, label, class, value(row) for sorting, show(row) for the cell}. On paper the heads
// are plain text, for a browser does not repeat buttons on the next sheet, and `options.running` stands above them.
const sortState = {};

function compare(a, b) {
  const empty = (v) => v === null || v === undefined || v === "";
  if (empty(a) || empty(b)) return empty(a) - empty(b);
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "zh-CN", { numeric: true });
}

function makeTable(name, columns, rows, options) {
  const wanted = sortState[name];
  const column = wanted && columns.find((c) => c.key === wanted.key);
  const sorted = rows.slice();
  if (column) sorted.sort((a, b) => wanted.direction * compare(column.value(a), column.value(b)));
  const heads = columns.map((c) => el("th", {
    scope: "col", class: c.class, "aria-sort": wanted && wanted.key === c.key ? (wanted.direction > 0 ? "ascending" : "descending") : null,
  }, paper ? c.label : el("button", { type: "button", "data-column": c.key, onclick: () => {
    const same = sortState[name] && sortState[name].key === c.key;
    sortState[name] = { key: c.key, direction: same ? -sortState[name].direction : c.down ? -1 : 1 };
    options.redraw();
  } }, c.label)));
  // a table of thousands is drawn in part first: sorting and searching go over all rows
  const most = options.most || Infinity;
  const body = sorted.slice(0, most).map((row) => {
    const pick = options.pick ? () => options.pick(row) : null;
    return el("tr", {
      tabindex: pick ? 0 : null, class: options.selected && options.selected(row) ? "selected" : null, "data-key": row.key || row.ring_id || null,
      onclick: pick || (() => {}), onkeydown: (event) => { if (pick && event.key === "Enter" && event.target === event.currentTarget) pick(); },
    }, columns.map((c) => el("td", { class: c.class }, c.show ? c.show(row) : c.value(row) ?? "")));
  });
  if (sorted.length > most) body.push(el("tr", {}, el("td", { colspan: columns.length }, el("button", { type: "button", class: "button small", "data-all": name, onclick: options.showAll }, t("show_all", { n: sorted.length })))));
  return el("table", { class: "table", "data-table": name }, el("thead", {}, paper && options.running ? el("tr", {}, el("th", { colspan: columns.length, class: "running" }, options.running)) : null, el("tr", {}, heads)), el("tbody", {}, body));
}
