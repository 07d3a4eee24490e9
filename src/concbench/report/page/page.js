"use strict";
// Sorting, filtering and a plain CSV. The page says all it has to say without this script.

const WORTH =
  /^(?:[a-z_]+ )?[+×]?(-?\d[\d\u202f]*(?:\.\d+)?)%?(?: \[[^\]]*\])?(?: (ns|µs|ms|s|B|KiB|MiB|GiB))?(?:,? .*)?$/;
const SCALES = { ns: 1, "µs": 1e3, ms: 1e6, s: 1e9, B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

// What a figure is worth, as the page's maker reads it too; NaN for what is none.
function worth(words) {
  const found = WORTH.exec(words);
  return found ? Number(found[1].replaceAll("\u202f", "")) * (SCALES[found[2]] || 1) : NaN;
}

function order(cell) {
  const given = cell.dataset.order;
  if (given === undefined) return worth(cell.textContent.trim());
  return given === "" ? NaN : Number(given);
}

function words(cell) {
  return cell.dataset.order ?? cell.textContent.trim();
}

function sortBy(table, header, column) {
  const descending = header.getAttribute("aria-sort") === "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const body = table.tBodies[0];
  const known = [], unknown = [];
  for (const row of body.rows) {
    const cell = row.cells[column];
    (cell.classList.contains("faint") || !cell.hasChildNodes() ? unknown : known).push(row);
  }
  const figures = known.every((row) => !Number.isNaN(order(row.cells[column])));
  const keys = new Map(known.map((row) => [row, (figures ? order : words)(row.cells[column])]));
  known.sort((a, b) => figures
    ? keys.get(a) - keys.get(b)
    : keys.get(a).localeCompare(keys.get(b), "en", { numeric: true }));
  if (descending) known.reverse();
  body.append(...known, ...unknown);
}

function makeSortable(table) {
  [...table.tHead.rows[0].cells].forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    button.addEventListener("click", () => sortBy(table, header, column));
    header.replaceChildren(button);
  });
}

function select(label, values, changed) {
  const shell = document.createElement("label");
  const box = document.createElement("select");
  box.append(new Option("all", ""), ...values.map((value) => new Option(value, value)));
  box.addEventListener("change", changed);
  shell.append(label + " ", box);
  return [shell, box];
}

function makeFilterable(holder) {
  const rows = [...holder.querySelectorAll("tbody tr")];
  const by = holder.dataset.filters;
  const heads = (row) => [...row.querySelectorAll("th")].map((head) => head.textContent);
  const modelsOf = (row) => (row.dataset.models ?? heads(row).at(-1)).split("\n").filter(Boolean);
  const about = new Map(rows.map((row) => [row, {
    workload: by.includes("workload") ? row.dataset.workload ?? heads(row)[0] : "",
    models: by.includes("model") ? modelsOf(row) : [],
  }]));
  const workloads = [...new Set(rows.map((row) => about.get(row).workload).filter(Boolean))];
  const known = [...new Set(rows.flatMap((row) => about.get(row).models))];
  const count = document.createElement("span");
  count.setAttribute("role", "status");
  const changed = () => {
    let shown = 0;
    for (const row of rows) {
      const fits = (!workload.value || about.get(row).workload === workload.value)
        && (!model.value || about.get(row).models.includes(model.value));
      row.hidden = !fits;
      shown += fits;
    }
    count.textContent = `${shown} of ${rows.length} rows`;
  };
  const [workloadBox, workload] = select("workload", workloads, changed);
  const [modelBox, model] = select("model", known, changed);
  const bar = document.createElement("div");
  bar.className = "filters";
  if (workloads.length > 1) bar.append(workloadBox);
  if (known.length > 1) bar.append(modelBox);
  if (!bar.hasChildNodes()) return;
  bar.append(count);
  changed();
  holder.prepend(bar);
}

// What a mark of a chart stands for is said beside the pointer, a finger, or the mark that arrow keys came to.
const tip = document.createElement("div");
tip.className = "tip";
tip.setAttribute("role", "status");
tip.hidden = true;
const REACH = 18;

function marksOf(chart) {
  chart.marks ||= [...chart.querySelectorAll("title")].flatMap((title) => {
    const mark = title.parentElement, told = title.textContent;
    const marks = [...mark.querySelectorAll("use")];
    title.remove();
    if (!marks.length) return [{ mark, told }];
    const [head, ...lines] = told.split("\n");
    return marks.map((one, place) => ({ mark: one, told: `${head}\n${lines[place]}` }));
  });
  return chart.marks;
}

function say({ mark, told }, x, y) {
  tip.textContent = told;
  tip.hidden = false;
  tip.style.left = `${Math.max(4, Math.min(x + 12, innerWidth - tip.offsetWidth - 4))}px`;
  tip.style.top = `${y + 14 + tip.offsetHeight > innerHeight ? y - 10 - tip.offsetHeight : y + 14}px`;
}

function middle(mark) {
  const { left, right, top, bottom } = mark.getBoundingClientRect();
  return [(left + right) / 2, (top + bottom) / 2];
}

function near(event) {
  const chart = event.target.closest?.("svg.chart");
  const marks = chart ? marksOf(chart) : [];
  let best = marks.find(({ mark }) => mark === event.target), least = REACH;
  for (const one of marks) {
    const [x, y] = middle(one.mark);
    const away = Math.hypot(x - event.clientX, y - event.clientY);
    if (one.mark.tagName === "use" && away < least) [best, least] = [one, away];
  }
  if (best) say(best, event.clientX, event.clientY);
  else tip.hidden = true;
}

function step(event) {
  const marks = marksOf(event.currentTarget);
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") tip.hidden = true;
  if (!by || !marks.length) return;
  event.preventDefault();
  const chart = event.currentTarget;
  chart.at = ((chart.at ?? (by > 0 ? -1 : 0)) + by + marks.length) % marks.length;
  say(marks[chart.at], ...middle(marks[chart.at].mark));
}

document.body.append(tip);
for (const type of ["pointermove", "pointerdown"]) document.addEventListener(type, near);
document.addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
for (const chart of document.querySelectorAll("svg.chart:has(title)")) {
  chart.tabIndex = 0;
  chart.addEventListener("keydown", step);
  chart.addEventListener("blur", () => { tip.hidden = true; });
}

async function unpack(link) {
  const packed = Uint8Array.from(atob(link.href.split(",")[1]), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const plain = await new Response(stream).blob();
  const copy = document.createElement("a");
  copy.href = URL.createObjectURL(new Blob([plain], { type: "text/csv" }));
  copy.download = link.dataset.name;
  copy.click();
  URL.revokeObjectURL(copy.href);
}

// What is linked to is shown, though it be folded; so is all that is printed, as long as it takes.
function unfold(target) {
  for (let at = target; at; at = at.parentElement) {
    if (at.tagName === "DETAILS") at.open = true;
  }
}

const reveals = [];  // what brings back what was left out of sight

function show() {
  let target = null;
  try { target = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { /* no address */ }
  if (!target) return;
  if (target.closest("[hidden]")) for (const reveal of reveals) reveal();
  unfold(target.querySelector("details.part") || target);
  target.scrollIntoView();
}

// Of the groups of answers one can be looked at alone; "all" brings back the others.
function makePickable(line) {
  const links = [...line.querySelectorAll("a")];
  const groups = links.map((link) => document.querySelector(link.hash));
  const all = document.createElement("a");
  all.href = "#answer";
  all.textContent = "all";
  const pick = (chosen) => {
    groups.forEach((group, place) => { group.hidden = chosen !== all && links[place] !== chosen; });
    for (const link of [...links, all]) link.toggleAttribute("aria-current", false);
    chosen.setAttribute("aria-current", "true");
  };
  for (const link of [...links, all]) {
    link.addEventListener("click", (event) => { event.preventDefault(); pick(link); line.scrollIntoView(); });
  }
  line.append(" ", all);
  pick(all);
  reveals.push(() => pick(all));
}

window.addEventListener("hashchange", show);
for (const link of document.querySelectorAll("[popover] a")) {
  link.addEventListener("click", () => { link.closest("[popover]").hidePopover(); show(); });
}
let unfolded = [];
window.addEventListener("beforeprint", () => {
  for (const reveal of reveals) reveal();
  unfolded = [...document.querySelectorAll("details:not([open])")];
  for (const one of unfolded) one.open = true;
});
window.addEventListener("afterprint", () => {
  for (const one of unfolded) one.open = false;
});
for (const line of document.querySelectorAll(".picks")) makePickable(line);
show();
for (const table of document.querySelectorAll(".table table")) makeSortable(table);
for (const holder of document.querySelectorAll("[data-filters]")) makeFilterable(holder);
if ("DecompressionStream" in window) {
  for (const link of document.querySelectorAll("a.download")) {
    link.addEventListener("click", (event) => { event.preventDefault(); unpack(link); });
  }
}
