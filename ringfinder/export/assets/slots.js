// A template's wording; what stands in brackets is a slot that each writer fills.
function slotParts(text) {
  return text.split(/(\{[^{}\n]{0,24}\}|\[[^[\]\n]{0,24}\]|〔[^〔〕\n]{0,24}〕|＿+|_{2,}|…+)/);
}
const slotName = (part) => part.replace(/^[{[〔]|[}\]〕]$/g, "") || "…";
const slots = (text) => slotParts(text).map((part, i) => (i % 2 ? el("span", { class: "slot" }, code("slot", slotName(part))) : part));
const patternText = (text) => el("div", { class: "pattern" }, slots(text));

// how often each slot stands in a template
function slotCounts(text) {
  const found = new Map();
  slotParts(text).forEach((part, i) => { if (i % 2) found.set(slotName(part), (found.get(slotName(part)) || 0) + 1); });
  return [...found];
}

function formCard(form, ringNode) {
  const found = slotCounts(form.pattern || "");
  return el("article", { class: "form", id: form.template_id, "data-template": form.template_id }, el("div", { class: "meta" }, el("b", {}, form.template_id), t("use", { a: count(form.complaints), b: count(form.policyholders) }),
    el("span", {}, [form.first_filed, form.last_filed].filter(Boolean).map((d) => String(d).slice(0, 10)).join(" – "))),
    el("div", { class: "text" }, slots(form.pattern || "")),
    form.slots && form.slots.length ? slotTable(form)
      : found.length ? el("div", { class: "slots" }, t("slots"), found.map(([name, n]) => [" ", el("span", { class: "slot" }, code("slot", name)), n > 1 ? " ×" + n : ""])) : null,
    form.rings.length ? el("div", { class: "rings" }, form.rings.map(ringNode)) : form.n_rings ? el("div", { class: "rings" }, t("in_rings", { n: count(form.n_rings) })) : null);
}

// each slot in the template's order: its kind, in how many letters it is filled, and what stands there most often
function slotTable(form) {
  const rows = form.slots.map((s) => el("tr", {}, el("td", { class: "nowrap" }, el("span", { class: "slot" }, code("slot", s.name))), el("td", { class: "num" }, s.n),
    el("td", {}, s.fillers.length ? s.fillers.map(([text, n]) => [el("span", { class: "filler" }, text, n > 1 ? el("b", {}, " ×" + n) : null), " "]) : s.n ? el("span", { class: "muted" }, t("slot_names")) : "")));
  return el("details", { class: "fillers", open: form.slots.length <= 8 }, el("summary", {}, t("slots_filled", { n: form.slots.length, m: count(form.compared) })),
    el("table", { class: "table" }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("slot")), el("th", { scope: "col", class: "num" }, t("slot_n")), el("th", { scope: "col" }, t("slot_fillers")))), el("tbody", {}, rows)));
}
