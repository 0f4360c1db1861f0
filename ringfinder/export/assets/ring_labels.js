// Names on the picture, each where it hides no other and no node, and the picture once more for paper.
const SIDES = ["b", "t", "r", "l"];
// how far a shape reaches beyond its nominal radius, as in ring_graph.py
const REACH = { square: 1.22, triangle: 1.12, triangleDown: 1.12, star: 1.1 };
const reachOf = (node) => node.size * (REACH[node.shape] || 1);
// pixels of the picture per pixel of the screen: 1, on paper more
let fine = 1;

const CELL = 64;
let cells = new Map(), nCelled = 0;

// nodes near a box, from cells: places never change, a hidden person who was picked is added
function nodesNear(box) {
  if (nCelled !== NODES.length) {
    cells = groupRows(NODES.map((n) => ({ node: n, cell: Math.floor(n.x / CELL) + ":" + Math.floor(n.y / CELL) })), "cell");
    nCelled = NODES.length;
  }
  const found = [], wide = 0.75;
  for (let i = Math.floor(box[0] / CELL - wide); i <= Math.floor(box[2] / CELL + wide); i += 1)
    for (let j = Math.floor(box[1] / CELL - wide); j <= Math.floor(box[3] / CELL + wide); j += 1)
      for (const one of cells.get(i + ":" + j) || []) found.push(one.node);
  return found;
}

// the largest share of another node's radius that a label would hide; faded nodes may be written over
function hides(box, node, bright) {
  let most = 0;
  for (const other of nodesNear(box)) {
    if (other === node || !lastShown.has(other.id) || (bright && !bright.has(other.id))) continue;
    const dx = Math.max(box[0] - other.x, 0, other.x - box[2]), dy = Math.max(box[1] - other.y, 0, other.y - box[3]);
    most = Math.max(most, 1 - Math.hypot(dx, dy) / reachOf(other));
  }
  return most;
}

function labelBox(node, side, wide, high) {
  const reach = reachOf(node) + 3, x = node.x, y = node.y;
  if (side === "c") return [x - wide / 2, y - high / 2, x + wide / 2, y + high / 2];
  if (side === "r" || side === "l") return [side === "r" ? x + reach : x - reach - wide, y - high / 2, side === "r" ? x + reach + wide : x - reach, y + high / 2];
  return [x - wide / 2, side === "b" ? y + reach : y - reach - high, x + wide / 2, side === "b" ? y + reach + high : y - reach];
}

// places for the name of a hub that finds none beside it: around it, farther and farther off, with a leader
function* furtherPlaces(node, wide, high) {
  const reach = reachOf(node) + 3;
  for (let far = 0; far < 30; far += 1) {
    for (let turn = 0; turn < 16; turn += 1) {
      const dx = Math.cos((turn * Math.PI) / 8), dy = Math.sin((turn * Math.PI) / 8);
      const x = node.x + dx * (reach + far * high + wide / 2), y = node.y + dy * (reach + (far + 0.5) * high);
      yield [x - wide / 2, y - high / 2, x + wide / 2, y + high / 2];
    }
  }
}

// of some boxes the first that hides nothing to speak of, else the one that hides least, and less than what is known
function clearest(boxes, allowed, node, bright, known) {
  let best = known;
  for (const box of boxes) {
    if (best.box && best.hidden < 0.1) break;
    const hidden = allowed(box) ? hides(box, node, bright) : 9;
    if (hidden < best.hidden) best = { box: box, hidden: hidden };
  }
  return best;
}

const within = (box, view) => box[0] > view[0] && box[1] > view[1] && box[2] < view[2] && box[3] < view[3];

// a thin line from a node to its name, where the name stands apart from it
function drawLeader(ctx, node, box, high) {
  const x = Math.min(Math.max(node.x, box[0]), box[2]), y = Math.min(Math.max(node.y, box[1]), box[3]);
  const far = Math.hypot(x - node.x, y - node.y), reach = reachOf(node);
  if (far < reach + high) return;
  ctx.beginPath();
  ctx.moveTo(node.x + ((x - node.x) * reach) / far, node.y + ((y - node.y) * reach) / far);
  ctx.lineTo(x, y);
  ctx.lineWidth = high * 0.08;
  ctx.strokeStyle = dark() ? "#dfe7f1" : "#26344a";
  ctx.stroke();
}

function labelText(node) {
  if (node.group === "template") return node.label + " (" + writersOf(node.id).size + ")";
  if (node.group === "broker") return node.label + " (" + heldBy(ITEMS.get(node.id)) + ")";
  return node.label;
}

// ids of people are drawn when asked for or near what was picked; a label stands only where it hides no other and no
// node, so that the rest appears on zooming in; hubs are always named, if need be at the end of a leader
function drawLabels(ctx) {
  const scale = network.getScale() / fine;
  const bright = brightNodes();
  const base = Math.min(Math.max(12.5 * scale, 10), 17) / scale;
  const taken = [];
  const corners = [{ x: 0, y: 0 }, { x: ctx.canvas.clientWidth, y: ctx.canvas.clientHeight }].map((at) => network.DOMtoCanvas(at));
  const view = [corners[0].x, corners[0].y, corners[1].x, corners[1].y];
  let ids = 0;
  const rank = (node) => (node.id === state.selected ? 0 : node.group === "template" || node.group === "broker" ? 1 : bright && bright.has(node.id) ? 2 : node.group !== "person" ? 3 : 4) - node.size / 1000;
  ctx.lineJoin = "round";
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  for (const node of NODES.slice().sort((a, b) => rank(a) - rank(b))) {
    if (!lastShown.has(node.id)) continue;
    const near = bright && bright.has(node.id);
    const person = node.group === "person";
    const picked = state.selected === node.id;
    if (person && !state.names && !(near && bright.size <= 14) && !picked) continue;
    const hub = node.group === "template" || node.group === "broker";
    const size = base * (person ? 0.86 : hub ? 1.12 : 1), text = labelText(node);
    ctx.font = (picked || hub ? "600 " : "") + size + "px " + SANS;
    const wide = ctx.measureText(text).width;
    const free = (box) => !taken.some((b) => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3]);
    const beside = [node.side, ...SIDES].map((side) => labelBox(node, side, wide, size));
    const found = clearest(beside, free, node, bright, { box: null, hidden: picked || hub ? 9 : person ? 0.25 : 0.4 });
    const afar = hub && within([node.x, node.y, node.x, node.y], view);
    let best = (afar ? clearest(furtherPlaces(node, wide, size), (box) => within(box, view) && free(box), node, bright, found) : found).box;
    // no room beside a shape that is wide enough: on it
    if (!best && !person && wide <= 2 * node.size && free(labelBox(node, "c", wide, size))) best = labelBox(node, "c", wide, size);
    if (!best && picked) best = labelBox(node, node.side, wide, size);
    if (!best) continue;
    taken.push(best);
    if (person) ids += 1;
    ctx.globalAlpha = bright && !near ? 0.16 : 1;
    if (hub) drawLeader(ctx, node, best, size);
    ctx.lineWidth = size * 0.28;
    ctx.strokeStyle = dark() ? "rgba(21,29,41,.92)" : "rgba(255,255,255,.92)";
    ctx.strokeText(text, best[0], (best[1] + best[3]) / 2);
    ctx.fillStyle = dark() ? (hub ? "#ffffff" : "#dfe7f1") : hub ? "#0d1726" : "#26344a";
    ctx.fillText(text, best[0], (best[1] + best[3]) / 2);
  }
  ctx.globalAlpha = 1;
  root.dataset.ids = String(ids);
}

// room for the picture on a sheet of A4, in pixels of a printed page
const SHEET_WIDTH = 1040, SHEET_HEIGHT = 570;

// the picture for paper, fitted to the sheet whatever the window's shape; then the screen's is as it was
function drawSheet() {
  if (!network) return;
  const before = { position: network.getViewPosition(), scale: network.getScale() }, copy = byId("sheet");
  // on paper the screen's picture keeps its size, out of sight: else it would be fitted anew afterwards
  const box = byId("canvas").getBoundingClientRect();
  Object.assign(byId("canvas").style, { width: box.width + "px", height: box.height + "px" });
  fine = 2;
  refreshGraph();
  network.setSize(SHEET_WIDTH * fine + "px", SHEET_HEIGHT * fine + "px");
  fitInto(SHEET_WIDTH * fine, SHEET_HEIGHT * fine, 1.7 * fine);
  network.redraw();
  const drawn = document.querySelector("#canvas canvas");
  copy.width = drawn.width;
  copy.height = drawn.height;
  copy.getContext("2d").drawImage(drawn, 0, 0);
  fine = 1;
  network.setSize("100%", "100%");
  network.moveTo(before);
  refreshGraph();
}
