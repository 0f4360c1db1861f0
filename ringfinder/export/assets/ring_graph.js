// The picture: vis-network draws nodes and links at the places computed beforehand, we draw areas and labels.
const FILL = { phone: "#E69F00", account: "#0072B2", mail: "#56B4E9", other: "#CC79A7", template: "#009E73", broker: "#882255" };
const TINTS = ["#0072B2", "#E69F00", "#CC79A7", "#009E73", "#7B5BD6", "#8C6D31"];
const BROKER_LINES = ["#882255", "#D55E00", "#117733"];
const SANS = '"Segoe UI", "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "DejaVu Sans", sans-serif';
const dark = () => root.dataset.theme === "dark";
let network = null, nodeSet = null, edgeSet = null, lastShown = new Set();

function brokerOf(key) {
  const at = BROKERS.findIndex((b) => (LINKS_OF.get(key) || []).some((l) => l.i === b.key && datedIn(l.since)));
  return at < 0 ? null : BROKER_LINES[Math.min(at, BROKER_LINES.length - 1)];
}

function personLook(key) {
  const role = PEOPLE.get(key).role;
  const line = brokerOf(key);
  const edge = dark() ? "#dce5f0" : "#243244";
  if (role === "core") return { fill: dark() ? "#8296ad" : "#56687c", line: line && !dark() ? line : line ? lighter(line) : edge, width: line ? 3 : 1.8 };
  if (role === "associate") return { fill: dark() ? "#151d29" : "#ffffff", line: dark() ? "#9fb0c4" : "#66768a", width: 1.4, dashed: true };
  return { fill: "#B8C4CE", line: line ? (dark() ? lighter(line) : line) : dark() ? "#e8edf5" : "#5a6b7e", width: line ? 2.4 : 1.2 };
}
const LIGHTER = { "#882255": "#e06aa6", "#D55E00": "#ff9d5c", "#117733": "#5fcf83" };
const lighter = (colour) => LIGHTER[colour] || colour;

function lookOf(node) {
  if (node.group === "person") return personLook(node.id);
  const line = dark() ? "#f1f5fa" : "#1b2838";
  if (node.role === "guarded" || node.role === "household") return { fill: dark() ? "#26323f" : "#eef1f5", line: dark() ? "#9fb0c4" : "#66768a", width: 1.4, dashed: true };
  return { fill: FILL[node.group] || FILL.other, line: line, width: node.group === "broker" ? 1.6 : 1.2 };
}

// thin lines need more light on a dark page than the shapes, which have an outline
const ON_DARK = { account: "#4c9ed9", template: "#3cc79a" };

function edgeColour(edge, to) {
  if (edge.kind === "template") return dark() ? ON_DARK.template : FILL.template;
  if (edge.kind === "broker") return dark() ? "#e06aa6" : FILL.broker;
  if (edge.kind !== "evidence") return dark() ? "#8392a6" : "#8b98a8";
  return (dark() && ON_DARK[to.group]) || FILL[to.group] || FILL.other;
}

const groupOf = new Map(NODES.map((n) => [n.id, n]));

function nodeView(node, shown, bright) {
  const look = lookOf(node);
  const faded = bright && !bright.has(node.id);
  return {
    id: node.id, x: node.x, y: node.y, shape: node.shape, size: node.size, label: undefined, hidden: !shown.has(node.id),
    color: { background: look.fill, border: look.line, highlight: { background: look.fill, border: look.line }, hover: { background: look.fill, border: look.line } },
    borderWidth: look.width * fine, borderWidthSelected: look.width * fine, opacity: faded ? 0.13 : 1,
    shapeProperties: { borderDashes: look.dashed ? [3, 2.5] : false },
  };
}

function edgeView(edge, shown, bright) {
  const picked = state.selected && (edge.from === state.selected || edge.to === state.selected);
  const faded = bright && !(picked || (edge.kind === "evidence" && bright.has(edge.from) && bright.has(edge.to)));
  const colour = edgeColour(edge, groupOf.get(edge.to));
  const thin = edge.kind === "template" || edge.kind === "broker";
  const behind = faded || (state.fragile && !bright && !edge.fragile);
  return {
    id: edge.id, from: edge.from, to: edge.to, hidden: !edgeShown(edge, shown), dashes: edge.dashed ? [5, 4] : edge.fragile ? [9, 3, 2, 3] : false,
    width: picked || (state.fragile && edge.fragile) ? 2.6 : thin ? 0.8 : 1.5,
    color: { color: colour, highlight: colour, hover: colour, opacity: behind ? (faded ? 0.06 : 0.2) : thin ? 0.55 : dark() ? 0.72 : 0.8 },
  };
}

// what stays bright: the picked node's neighbourhood, else what the search found and what it shares
function brightNodes() {
  if (state.selected) return neighbourhood(state.selected);
  if (!state.query || !state.hits.length) return null;
  const bright = new Set(state.hits);
  for (const key of state.hits) for (const edge of edgesNow(key)) if (edge.kind === "evidence") bright.add(edge.from).add(edge.to);
  return bright;
}

function refreshGraph() {
  const shown = shownNodes();
  const bright = brightNodes();
  lastShown = shown;
  root.dataset.nodes = String(NODES.filter((n) => shown.has(n.id)).length);
  root.dataset.people = String(DATA.people.filter((p) => shown.has(p.key)).length);
  if (!network) return;
  nodeSet.update(NODES.map((n) => nodeView(n, shown, bright)));
  const edges = EDGES.map((e) => edgeView(e, shown, bright));
  root.dataset.edges = String(edges.filter((e) => !e.hidden).length);
  edgeSet.update(edges);
  network.redraw();
}

let layer = null;

// areas of one template: discs around its people so far and bands along the links between near ones, as one flat tint
function drawRegions(ctx) {
  if (!state.regions || state.off.has("template")) return;
  const canvas = ctx.canvas, bright = brightNodes();
  layer = layer || document.createElement("canvas");
  if (layer.width !== canvas.width || layer.height !== canvas.height) { layer.width = canvas.width; layer.height = canvas.height; }
  const pen = layer.getContext("2d");
  for (const region of DATA.regions) {
    if (!lastShown.has(region.template)) continue;
    const people = region.people.map((key, i) => ({ ...groupOf.get(key), free: region.radii[i] })).filter((p) => lastShown.has(p.id) && writersOf(region.template).has(p.id));
    if (people.length < 2) continue;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, layer.width, layer.height);
    pen.setTransform(ctx.getTransform());
    pen.fillStyle = pen.strokeStyle = TINTS[region.tint];
    pen.lineCap = "round";
    pen.beginPath();
    for (const p of people) { pen.moveTo(p.x + p.free, p.y); pen.arc(p.x, p.y, p.free, 0, 7); }
    pen.fill();
    for (const j of people.length === region.people.length ? region.joins : []) {
      pen.lineWidth = 2 * j[4];
      pen.beginPath();
      pen.moveTo(j[0], j[1]);
      pen.lineTo(j[2], j[3]);
      pen.stroke();
    }
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    const other = bright && !bright.has(region.template);
    ctx.globalAlpha = other || (state.selected && !FORMS.has(state.selected)) ? 0.035 : dark() ? 0.3 : 0.14;
    ctx.drawImage(layer, 0, 0);
    ctx.restore();
  }
}

// rings around what the search found and around the picked node
function drawHalos(ctx) {
  const halo = (key, colour, width) => {
    const node = groupOf.get(key);
    if (!node || !lastShown.has(key)) return;
    ctx.beginPath();
    ctx.arc(node.x, node.y, node.size + 5, 0, 7);
    ctx.lineWidth = width;
    ctx.strokeStyle = colour;
    ctx.stroke();
  };
  if (state.query) for (const key of state.hits) halo(key, dark() ? "#f0c866" : "#d39b00", 2);
  if (state.selected) halo(state.selected, dark() ? "#7fb4ee" : "#14539a", 3);
}

function startGraph() {
  const shown = shownNodes();
  lastShown = shown;
  nodeSet = new vis.DataSet(NODES.map((n) => nodeView(n, shown, null)));
  edgeSet = new vis.DataSet(EDGES.map((e) => edgeView(e, shown, null)));
  network = new vis.Network(byId("canvas"), { nodes: nodeSet, edges: edgeSet }, {
    autoResize: true, physics: false, layout: { improvedLayout: false, randomSeed: 1 },
    edges: { smooth: false, selectionWidth: 0, hoverWidth: 0 }, nodes: { chosen: false, font: { size: 0 } },
    interaction: { hover: NODES.length < 1500, hideEdgesOnDrag: NODES.length > 1200, dragNodes: false, selectConnectedEdges: false, keyboard: false, tooltipDelay: 1e9, zoomSpeed: 0.6 },
  });
  network.on("beforeDrawing", (ctx) => { drawRegions(ctx); });
  network.on("afterDrawing", (ctx) => { drawHalos(ctx); drawLabels(ctx); if (!root.dataset.drawn) performance.mark("drawn"); root.dataset.drawn = "1"; });
  network.on("click", (event) => select(event.nodes.length ? event.nodes[0] : null));
  network.on("doubleClick", (event) => { if (event.nodes.length) focusOn(event.nodes[0]); });
  network.on("hoverNode", (event) => showTip(event.node));
  network.on("blurNode", () => { byId("tip").hidden = true; });
  network.on("dragStart", () => { byId("tip").hidden = true; });
  network.on("zoom", () => { byId("tip").hidden = true; });
  byId("fit").addEventListener("click", fitGraph);
  byId("zoom-in").addEventListener("click", () => network.moveTo({ scale: network.getScale() * 1.35 }));
  byId("zoom-out").addEventListener("click", () => network.moveTo({ scale: network.getScale() / 1.35 }));
  network.on("resize", () => fitGraph());
  fitGraph();
}

// in a ring too large to draw, somebody who was picked is set beside what they share
function drawHidden(key) {
  if (groupOf.has(key) || !PEOPLE.has(key) || !network) return;
  const links = (LINKS_OF.get(key) || []).filter((l) => groupOf.has(l.i));
  const at = links.length ? groupOf.get(links[0].i) : NODES[0];
  const turn = 2.4 * NODES.length, far = (at ? at.size : 0) + 22;
  const node = { id: key, label: nameOf(key), shape: "dot", size: 8, group: "person", role: PEOPLE.get(key).role, side: "b", x: (at ? at.x : 0) + far * Math.cos(turn), y: (at ? at.y : 0) + far * Math.sin(turn) };
  NODES.push(node);
  groupOf.set(key, node);
  NEAR.set(key, []);
  nodeSet.add(nodeView(node, lastShown, null));
  for (const item of new Set(links.map((l) => l.i))) {
    const link = links.find((l) => l.i === item), days = links.filter((l) => l.i === item && l.since).map((l) => l.since).sort();
    const edge = { id: "x" + EDGES.length, from: key, to: item, kind: link.kind, dashed: link.kind === "household", fragile: link.fragile, since: days[0] || null };
    EDGES.push(edge);
    NEAR.get(key).push(edge);
    NEAR.get(item).push(edge);
    edgeSet.add(edgeView(edge, lastShown, null));
  }
  DATA.hidden.people -= 1;
  drawHiddenNote();
}

// all that is shown, with room for labels; small rings are not blown up; nothing stands under the zoom buttons
function fitGraph() {
  const box = byId("canvas").getBoundingClientRect();
  if (network && !paper && box.width >= 20) fitInto(box.width, box.height, 1.7);
}

function fitInto(width, height, most) {
  const seen = NODES.filter((n) => lastShown.has(n.id)), edge = 52 * fine;
  if (!seen.length) return;
  const left = Math.min(...seen.map((n) => n.x - n.size)), right = Math.max(...seen.map((n) => n.x + n.size));
  const top = Math.min(...seen.map((n) => n.y - n.size)), bottom = Math.max(...seen.map((n) => n.y + n.size));
  for (const below of paper ? [0] : [0, 50]) {
    const scale = Math.min((width - edge) / (right - left), (height - below - edge) / (bottom - top), most);
    const at = { x: (left + right) / 2, y: (top + bottom) / 2 + below / 2 / scale };
    network.moveTo({ position: at, scale: scale });
    if (!seen.some((n) => width / 2 + (n.x + n.size - at.x) * scale > width - 160 && height / 2 + (n.y + n.size - at.y) * scale + 18 > height - 50)) break;
  }
}

function focusOn(key) {
  const node = groupOf.get(key);
  if (!network || !node) return;
  network.moveTo({ position: { x: node.x, y: node.y }, scale: Math.max(network.getScale(), 1.15) });
}

function showTip(key) {
  const tip = byId("tip");
  const at = network.canvasToDOM({ x: groupOf.get(key).x, y: groupOf.get(key).y });
  const box = byId("canvas").getBoundingClientRect();
  fill(tip, tipLines(key));
  tip.hidden = false;
  const left = Math.min(Math.max(at.x + 14, 6), box.width - tip.offsetWidth - 8);
  const top = at.y + 16 + tip.offsetHeight > box.height ? at.y - tip.offsetHeight - 14 : at.y + 14;
  Object.assign(tip.style, { left: left + "px", top: top + "px" });
}

function tipLines(key) {
  const person = PEOPLE.get(key), item = ITEMS.get(key), form = FORMS.get(key);
  if (person) return [el("b", {}, person.id + " " + (person.name || "")), code("role", person.role) + " · " + t("joined") + " " + (person.since || "–")];
  if (item) return [el("b", {}, item.id + " " + (item.value || "")), typeWord(item) + " · " + t("in_ring") + " " + count(heldBy(item)) + " / " + t("in_all") + " " + count(item.total)];
  return [el("b", {}, form.id), t("type_template") + " · " + t("n_letters", { n: lettersOf(key).length })];
}

function typeWord(item) {
  return item.type === "other" && Object.hasOwn(DATA.kinds, item.kind) ? DATA.kinds[item.kind][language === "en" ? 1 : 0] : t("type_" + item.type);
}

// the picture by keyboard: arrows walk from node to node, + - 0 zoom; 1 2 3 choose the view, p plays
function startKeys() {
  const canvas = byId("canvas");
  canvas.addEventListener("keydown", (event) => {
    const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const seen = NODES.filter((n) => lastShown.has(n.id) && n.id !== state.selected);
    const here = groupOf.get(state.selected) || { x: 0, y: 0 };
    const cost = (n) => {
      const dx = n.x - here.x, dy = n.y - here.y, along = dx * way[0] + dy * way[1];
      return along > 0 ? Math.hypot(dx, dy) + 2 * Math.abs(dx * way[1] + dy * way[0]) : Infinity;
    };
    const next = seen.reduce((best, n) => (cost(n) < cost(best) ? n : best), seen[0]);
    if (next && cost(next) < Infinity) select(next.id, true);
  });
  document.addEventListener("keydown", (event) => {
    const at = document.activeElement ? document.activeElement.tagName : "";
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(at) || event.ctrlKey || event.metaKey || event.altKey || byId("about").open) return;
    const act = { 1: () => setView("graph"), 2: () => setView("table"), 3: () => setView("letters"), p: togglePlay, 0: fitGraph, "+": () => byId("zoom-in").click(), "-": () => byId("zoom-out").click() }[event.key];
    if (act) { event.preventDefault(); act(); }
  });
}
