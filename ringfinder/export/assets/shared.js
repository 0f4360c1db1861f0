// Data, words, DOM building and the controls that every page has. Text reaches the page through textContent only.
const root = document.documentElement;
const DATA = JSON.parse(document.getElementById("data").textContent);

// tables come by column; repeated values and clauses by number
function unpack(table) {
  const names = Object.keys(table);
  const value = (of, at) => (Array.isArray(at) ? at.map((i) => of[i]).join("") : of[at]);
  const lists = names.map((name) => (Array.isArray(table[name]) ? table[name] : table[name].at.map((at) => value(table[name].of, at))));
  return lists[0].map((_, row) => Object.fromEntries(names.map((name, i) => [name, lists[i][row]])));
}
for (const [name, table] of Object.entries(DATA.tables)) DATA[name] = unpack(table);

let language = DATA.language;
// while the page is being printed
let paper = false;
const byId = (id) => document.getElementById(id);

function t(key, values) {
  const pair = DATA.words[key];
  let text = pair ? pair[language === "en" ? 1 : 0] : key;
  for (const name of Object.keys(values || {})) text = text.replace("{" + name + "}", () => String(values[name]));
  return text;
}

// the word for a code such as a role or a verdict; the code itself where there is none
function code(group, value) {
  if (value === null || value === undefined || value === "") return "";
  return Object.hasOwn(DATA.words, group + "." + value) ? t(group + "." + value) : String(value);
}

function channelWord(channel) {
  if (Object.hasOwn(DATA.words, "channel." + channel)) return t("channel." + channel);
  return Object.hasOwn(DATA.kinds, channel) ? DATA.kinds[channel][language === "en" ? 1 : 0] : String(channel);
}

const said = (row) => (language === "en" ? row.en : row.zh) || "";

const SVG = "http" + "://www.w3.org/2000/svg";

function build(node, attributes, children) {
  for (const name of Object.keys(attributes || {})) {
    const value = attributes[name];
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(node.style, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(9)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}
const el = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) => build(document.createElementNS(SVG, tag), attributes, children);

// how to find what has the focus in a part that is about to be drawn again; "" where nothing there has it
function focusIn(node) {
  const at = document.activeElement;
  if (!at || at === node || !node.contains(at)) return "";
  const marks = Object.keys(at.dataset).map((name) => "[data-" + name.replace(/[A-Z]/g, (c) => "-" + c.toLowerCase()) + '="' + CSS.escape(at.dataset[name]) + '"]');
  return at.id ? "#" + CSS.escape(at.id) : marks.length ? at.localName + marks.join("") : "";
}

// drawn anew, with the focus where it was: the page stays usable by keyboard
function fill(node, ...children) {
  const focus = focusIn(node);
  node.replaceChildren();
  build(node, {}, children);
  const again = focus ? node.querySelector(focus) : null;
  if (again) again.focus({ preventScroll: true });
  return node;
}

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const cents = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const count = (n) => (n === null || n === undefined ? "–" : whole.format(n));

function money(yuan) {
  const n = Number(yuan) || 0;
  if (language === "en") return n >= 1e9 ? "¥" + (n / 1e9).toFixed(2) + "bn" : n >= 1e6 ? "¥" + (n / 1e6).toFixed(2) + "m" : "¥" + whole.format(n);
  if (n >= 1e8) return (n / 1e8).toFixed(2) + " 亿元";
  return n >= 1e4 ? (n / 1e4).toFixed(n >= 1e6 ? 0 : 1) + " 万元" : whole.format(n) + " 元";
}
const exactMoney = (yuan) => "¥" + cents.format(Number(yuan) || 0);

function decimal(value, digits) {
  if (value === null || value === undefined) return "–";
  const n = Number(value);
  const small = 10 ** -digits;
  return n > 0 && n < small ? "<" + small.toFixed(digits) : n.toFixed(digits);
}

function fact(label, value, title, small) {
  return el("div", { title: title }, el("dt", {}, label), el("dd", {}, value, small ? el("small", {}, " " + small) : null));
}

function applyWords() {
  root.lang = language === "en" ? "en" : "zh-CN";
  root.dataset.language = language;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-t-title]")) node.title = t(node.dataset.tTitle);
  for (const node of document.querySelectorAll("[data-t-placeholder]")) node.placeholder = t(node.dataset.tPlaceholder);
  for (const node of document.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
}

function setTheme(theme) {
  root.dataset.theme = theme;
}

const caseWord = () => (DATA.manifest.case ? t("case_name") + " " + DATA.manifest.case : "");
const maskWord = () => (root.dataset.revealed === "1" ? t("unmasked") : t("masked"));

// what stands above a table on every sheet, so that none is taken for another case's
const runningHead = (title) => [title, caseWord(), t("run") + " " + DATA.manifest.fingerprint, maskWord(), t("lead_short")].filter(Boolean).join(" · ");

function drawFooter() {
  const made = DATA.manifest;
  const first = made.inputs.length ? made.inputs[0].sha256.slice(0, 12) + "…" : "";
  const parts = [caseWord(), "ringfinder " + made.version, made.seed === null ? "" : t("seed") + " " + made.seed];
  parts.push(t("run") + " " + made.fingerprint, t("inputs") + " ×" + made.inputs.length + (first ? " " + first : ""), maskWord());
  byId("made").textContent = parts.filter(Boolean).join(" · ");
}

function drawAbout(place) {
  const made = DATA.manifest;
  const rows = made.inputs.map((file) => el("tr", {}, el("td", { class: "nowrap" }, file.name), el("td", { class: "mono" }, file.sha256)));
  fill(byId(place || "about"), el("div", { class: "inner" },
    el("h2", {}, t("provenance"), place ? null : el("button", { class: "button small", type: "button", onclick: () => byId("about").close() }, t("close"))),
    el("p", {}, t("lead_note")), el("p", { class: "muted" }, t("masked_note")),
    el("h3", {}, t("case_name")), el("p", { class: "mono" }, (made.case || "–") + " · " + t("run") + " " + made.fingerprint),
    el("h3", {}, t("version")), el("p", { class: "mono" }, "ringfinder " + made.version + " · " + t("seed") + " " + (made.seed ?? "–")),
    el("h3", {}, t("inputs")), el("table", { class: "table" }, el("tbody", {}, rows)),
    made.warnings.length ? [el("h3", {}, t("unseen")), el("ul", { id: "unseen" }, made.warnings.map((said) => el("li", {}, said)))] : null,
    el("h3", {}, t("configuration")), el("pre", {}, JSON.stringify(made.configuration, null, 2))));
}

// language, theme, print and provenance buttons; `redraw` is called after a change of language or theme
function startControls(redraw) {
  byId("language").addEventListener("click", () => {
    language = language === "en" ? "zh" : "en";
    applyWords();
    redraw();
  });
  byId("theme").addEventListener("click", () => {
    setTheme(root.dataset.theme === "dark" ? "light" : "dark");
    redraw();
  });
  byId("print").addEventListener("click", () => window.print());
  byId("provenance").addEventListener("click", () => { drawAbout(); byId("about").showModal(); });
  let before = "light";
  window.addEventListener("beforeprint", () => { before = root.dataset.theme; paper = true; setTheme("light"); redraw(); });
  window.addEventListener("afterprint", () => { paper = false; setTheme(before); redraw(); });
  setTheme(window.matchMedia && window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

function startSearch(onText, onNext) {
  const box = byId("search");
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement ? document.activeElement.tagName : "");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) { event.preventDefault(); box.focus(); box.select(); }
    if (event.key === "Escape" && !byId("about").open) { box.value = ""; onText(""); box.blur(); }
  });
  box.addEventListener("input", () => onText(box.value.trim().toLowerCase()));
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") onNext(event.shiftKey ? -1 : 1); });
}
