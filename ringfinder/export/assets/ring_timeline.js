// Histogram of events with a slider: what came after the chosen day is hidden: people, links, areas, counts.
const BINS = DATA.timeline.bins;
let timer = null;

function drawTimeline() {
  const chart = byId("histogram"), slider = byId("slider");
  if (BINS.length < 2) { byId("time").hidden = true; return; }
  slider.max = String(BINS.length - 1);
  const at = state.until ? BINS.findIndex((b) => b.end >= state.until) : BINS.length - 1;
  slider.value = String(at);
  const width = 1000, high = 34, step = width / BINS.length;
  const most = Math.max(...BINS.map((b) => b.complaint + b.negotiated + b.other), 1);
  const bars = BINS.map((bin, i) => {
    let y = high;
    const parts = [["a", bin.complaint], ["b", bin.negotiated], ["c", bin.other]].map(([name, n]) => {
      const h = (n / most) * (high - 2);
      y -= h;
      return n ? svg("rect", { x: i * step + step * 0.1, y: y, width: step * 0.8, height: h, class: "bar-" + name + (i > at ? " later" : "") }) : null;
    });
    const title = svg("title", {}, bin.start + " – " + bin.end + ": " + t("complaints") + " " + bin.complaint + ", " + t("negotiated") + " " + bin.negotiated);
    return svg("g", {}, title, svg("rect", { x: i * step, y: 0, width: step, height: high, fill: "transparent" }), parts);
  });
  chart.setAttribute("viewBox", "0 0 " + width + " " + high);
  chart.setAttribute("preserveAspectRatio", "none");
  fill(chart, bars);
  drawNow(at);
  drawYears();
  const key = (name, label) => el("span", {}, el("i", { class: "bar-" + name }), label);
  fill(byId("keys"), key("a", t("complaints")), key("b", t("negotiated")), BINS.some((b) => b.other) ? key("c", t("other_events")) : null);
  byId("play").title = t(timer ? "pause" : "play");
  byId("play").textContent = timer ? "❚❚" : "▶";
}

// the people of the ring so far, as the header counts them, and beside them its associates
function drawNow(at) {
  const so_far = DATA.people.filter((p) => datedIn(p.since)), kin = so_far.filter((p) => p.role === "associate").length;
  const n = count(so_far.length - kin);
  const title = code("role", "core") + " + " + code("role", "member") + " " + n + (kin ? " · " + code("role", "associate") + " " + kin : "");
  fill(byId("now"), el("b", {}, el("small", {}, t("until") + " "), BINS[at].end), el("span", { title: title }, t("visible_people", { n: kin ? n + " + " + kin : n })));
  byId("slider").setAttribute("aria-valuetext", BINS[at].end + ", " + title);
}

// where each year begins, and the first month unless a year follows at once
function drawYears() {
  const marks = BINS.map((bin, i) => [i, i ? bin.start.slice(0, 4) : bin.start.slice(0, 7)]).filter(([i]) => !i || BINS[i].start.slice(0, 4) !== BINS[i - 1].start.slice(0, 4));
  const free = marks.filter(([i], k) => k || !marks[1] || marks[1][0] / BINS.length > 0.08);
  fill(byId("years"), free.map(([i, label]) => el("span", { style: { left: (100 * i) / BINS.length + "%" } }, label)));
}

function setUntil(index) {
  state.until = index >= BINS.length - 1 ? null : BINS[index].end;
  refresh();
}

function stopPlay() {
  if (timer) window.clearInterval(timer);
  timer = null;
}

function togglePlay() {
  if (timer) { stopPlay(); drawTimeline(); return; }
  const still = window.matchMedia && window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  let at = state.until ? Number(byId("slider").value) : -1;
  timer = window.setInterval(() => {
    at += 1;
    if (at >= BINS.length - 1) stopPlay();
    setUntil(Math.min(at, BINS.length - 1));
  }, still ? 1200 : Math.max(140, 9000 / BINS.length));
  drawTimeline();
}

function startTimeline() {
  byId("slider").addEventListener("input", (event) => { stopPlay(); setUntil(Number(event.target.value)); });
  byId("play").addEventListener("click", togglePlay);
}
