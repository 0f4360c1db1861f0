// Real values from a key file that the reader picks by hand: kept in memory, marked on every part of the page.
const MASKED = new Map(ROWS.map((row) => [row.key, [row.name, row.value]]));
let leave = null;

function readKey(text) {
  const key = JSON.parse(text);
  if (!key || key.format !== "ringfinder key" || typeof key.people !== "object" || typeof key.identifiers !== "object") throw new Error("shape");
  if (key.ring_id !== DATA.ring.ring_id || key.fingerprint !== DATA.manifest.fingerprint) throw new Error("other");
  return key;
}

function reveal(key) {
  const own = (of, id) => (Object.hasOwn(of, id) && of[id] ? String(of[id]) : null);
  leave = key;
  for (const row of ROWS) {
    const real = key && (PEOPLE.has(row.key) ? own(key.people, row.id) : ITEMS.has(row.key) ? own(key.identifiers, row.id) : null);
    const before = MASKED.get(row.key);
    if (PEOPLE.has(row.key)) row.name = real || before[0];
    if (ITEMS.has(row.key)) row.value = real || before[1];
  }
  gatherWords();
  root.dataset.revealed = key ? "1" : "0";
}

// the mark on every view and every printed page: whose leave it is
function drawReveal() {
  const mark = leave ? [t("unmasked"), leave.reason, leave.approved_by].filter(Boolean).join(" · ") : "";
  byId("watermark").hidden = byId("key-off").hidden = !leave;
  fill(byId("watermark"), leave ? Array.from({ length: 12 }, () => el("span", {}, mark)) : null);
}

function startReveal(redrawn) {
  const say = (word) => { byId("key-note").textContent = word ? t(word) : ""; };
  byId("key-file").addEventListener("change", (event) => {
    const file = event.target.files[0];
    event.target.value = "";
    if (!file) return;
    file.text().then((text) => { reveal(readKey(text)); say(""); redrawn(); }).catch((error) => say(error.message === "other" ? "key_other" : "key_broken"));
  });
  byId("key-off").addEventListener("click", () => { reveal(null); say(""); redrawn(); });
}
