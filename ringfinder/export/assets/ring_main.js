// Wiring: one choice at a time changes `state`, then everything that depends on it is drawn again.
function select(key, move) {
  state.selected = key && key !== state.selected ? key : move ? key : null;
  if (state.selected && !lastShown.has(state.selected)) state.off.delete(CLASS.get(state.selected));
  if (state.selected) drawHidden(state.selected);
  refresh();
  if (move && state.selected && state.view === "graph" && network && groupOf.has(key)) {
    const at = network.canvasToDOM({ x: groupOf.get(key).x, y: groupOf.get(key).y });
    const box = byId("canvas").getBoundingClientRect();
    if (at.x < 20 || at.y < 20 || at.x > box.width - 20 || at.y > box.height - 20) focusOn(key);
  }
}

function refresh() {
  drawLegend();
  refreshGraph();
  drawPanel();
  drawTimeline();
  if (state.view === "table") drawTables();
  if (state.view === "letters") drawLetters();
}

function setView(view) {
  state.view = view;
  root.dataset.view = view;
  for (const button of byId("views").querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.view === view));
  for (const name of ["graph", "table", "letters"]) byId("view-" + name).hidden = name !== view;
  refresh();
}

function search(query) {
  state.query = query;
  state.hit = -1;
  state.hits = query ? ROWS.map((row) => row.key).filter((key) => lastShown.has(key) && matches(key)) : [];
  if (state.selected) state.selected = null;
  byId("hits").textContent = query ? String(state.hits.length) : "";
  root.dataset.hits = String(state.hits.length);
  refresh();
}

function nextHit(step) {
  if (!state.hits.length) return;
  state.hit = (state.hit + step + state.hits.length) % state.hits.length;
  byId("hits").textContent = state.hit + 1 + "/" + state.hits.length;
  state.selected = null;
  select(state.hits[state.hit], true);
}

// on paper: the picture, what is said about the ring or about who was picked, every table, where it all comes from
function redraw() {
  drawHeader();
  drawFooter();
  (paper ? byId("view-graph") : document.querySelector("main.view")).after(byId("panel"));
  if (!paper) {
    Object.assign(byId("canvas").style, { width: "", height: "" });
    setView(state.view);
    return;
  }
  refresh();
  for (const name of ["graph", "table"]) byId("view-" + name).hidden = false;
  drawSheet();
  drawAllTables();
  drawAbout("proof");
}

applyWords();
drawHeader();
drawFooter();
startControls(redraw);
startSearch(search, nextHit);
startTimeline();
for (const button of byId("views").querySelectorAll("button")) button.addEventListener("click", () => setView(button.dataset.view));
startReveal(redraw);
startGraph();
startKeys();
setView("graph");
fitGraph();
root.dataset.ready = "1";
