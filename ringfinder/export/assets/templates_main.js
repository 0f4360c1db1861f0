// The templates page: wording with slots, where it is used; searched by typing.
let query = "", hit = -1;
const found = () => DATA.templates.filter((f) => !query || [f.template_id, f.pattern, ...f.rings].filter(Boolean).join("\n").toLowerCase().includes(query));

function redraw() {
  fill(byId("badges"), el("span", { class: "badge masked", title: t("masked_note") }, "✓ " + t("masked")));
  drawFooter();
  const rows = found();
  const ring = (form) => (id) => { const file = form.files[form.rings.indexOf(id)]; return file ? el("a", { class: "ring-link", href: file }, id) : id; };
  fill(byId("forms"), el("p", { class: "muted" }, t("rows_shown", { a: rows.length, b: DATA.templates.length }) + " · " + t("slots_note")), el("div", { class: "forms" }, rows.map((f) => formCard(f, ring(f)))));
  if (paper) for (const closed of document.querySelectorAll("details")) closed.open = true;
  root.dataset.rows = String(rows.length);
  byId("hits").textContent = query ? String(rows.length) : "";
}

function show(id) {
  const card = id && document.getElementById(id);
  for (const other of document.querySelectorAll(".form.selected")) other.classList.remove("selected");
  if (card && card.classList.contains("form")) { card.classList.add("selected"); card.scrollIntoView({ block: "center" }); }
}

applyWords();
startControls(redraw);
startSearch((text) => { query = text; hit = -1; redraw(); }, (step) => {
  const rows = found();
  if (!rows.length) return;
  hit = (hit + step + rows.length) % rows.length;
  show(rows[hit].template_id);
});
redraw();
// a link from a ring's page names its template
try { show(decodeURIComponent(window.location.hash.slice(1))); } catch (error) { show(""); }
root.dataset.drawn = "1";
root.dataset.ready = "1";
