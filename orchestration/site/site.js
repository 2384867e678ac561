// The charts, tables and filters of a page of the site. Every number is one that a script in data/ holds, at its address;
// none is added up here. What is chosen stands in the part of the address after #, so that a link leads to it.
"use strict";

const page = JSON.parse(document.getElementById("page-data").textContent);
const { words, columns } = page;
const YEARS = [...new Set(Object.keys(page.periods).map((period) => period.slice(0, 4)))].sort();
const files = new Map(); // by measure and kind of period; of one that is being read, who waits for it
const FEW = 24; // so many lines of a table are open from the start, and half as many columns have their numbers above them

// what each script in data/ calls
const casebook = {
  take(measure, kind, file) {
    file.places = new Map(file.periods.map((each, place) => [each.period, place]));
    file.addresses = Object.keys(file.lines).map((address) => [address, membersAt(address)]);
    files.set(`${measure}-${kind}`, Promise.resolve(file));
  },
};

function fetched(measure, kind) {
  const name = `${measure}-${kind}`;
  if (!page.measures[measure].includes(kind)) return Promise.resolve(null);
  if (!files.has(name)) {
    const script = document.createElement("script");
    const read = new Promise((resolve, reject) => {
      script.onload = () => resolve(files.get(name));
      script.onerror = () => reject(new Error(`data/${name}.js`));
    });
    files.set(name, read);
    script.src = `data/${name}.js`;
    document.head.append(script);
  }
  return files.get(name);
}

// addresses, as orchestration/report/figures.py has them

const membersAt = (address) =>
  Object.fromEntries(address.split(" ").filter(Boolean).map((each) => each.split("=")));

const addressOf = (members) =>
  Object.keys(members).sort().map((name) => `${name}=${members[name]}`).join(" ");

function without(members, dimension) {
  const { [dimension]: _, ...rest } = members;
  return rest;
}

// the members of a dimension for which there are lines within some others
function membersOf(file, dimension, within) {
  const of = Object.entries(without(within, dimension));
  return file.addresses
    .filter(([, members]) => dimension in members && Object.keys(members).length === of.length + 1)
    .filter(([, members]) => of.every(([name, code]) => members[name] === code))
    .map(([, members]) => members[dimension]);
}

// the numbers at an address in a period, by category; null where the release has none
function cellAt(view, address, period) {
  const place = view.file.places.get(period);
  const numbers = (view.file.lines[address] || [])[place];
  if (!numbers) return null;
  const versions = (view.file.versions[address] || [])[place] || numbers.map(() => 1);
  return { measure: view.measure, period, address, numbers, versions, of: view.file.periods[place] };
}

// words

const filled = (sentence, by) => sentence.replace(/{(\w+)}/g, (_, name) => by[name]);

function called(dimension, code, scheme) {
  const ofScheme = (each) => new Map(page.parties[each] || []).get(code);
  const party = dimension === "party" && [scheme, ...Object.keys(page.parties)].map(ofScheme).find(Boolean);
  return party || (page.names[dimension] || {})[code] || columns[code] || code;
}

const schemeOf = (view) => (view.file.periods[view.file.places.get(view.period)] || {}).scheme;

const membersCalled = (view) =>
  Object.entries(view.members).map(([name, code]) => called(name, code, view.file && schemeOf(view)));

const captionOf = (view, period) =>
  [page.names.measure[view.measure], ...membersCalled(view), period].filter(Boolean).join(page.and);

const digits = (number) => number.toLocaleString("en");

// elements

function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function figure(cell, category) {
  const value = cell && cell.numbers[page.categories.indexOf(category)];
  if (value === undefined || value === null) return "–";
  const address = ["number", cell.measure, cell.period, category, cell.address].filter(Boolean).join(" ");
  return made("data", { value: String(value), "data-figure": address }, digits(value));
}

const versionsOf = (cell) =>
  cell ? (new Set(cell.versions).size === 1 ? cell.versions.slice(0, 1) : cell.versions).join(" · ") : "–";

const byCalled = (dimension) => words.by[dimension] || filled(words.by.other, { dimension: columns[dimension] || dimension });

const coverOf = (cell) => filled(words.covered, { present: cell.of.present, expected: cell.of.expected });

// a view: a measure in a kind of periods, within some members, and what of it is chosen

async function viewOf(measure, state) {
  const file = await fetched(measure, page.periods[state.period].kind);
  const has = file && Object.values(file.lines)[0].find(Boolean).length;
  return { ...state, measure, file, categories: page.categories.slice(0, has || 1) };
}

const chosenIn = (view, cell) => cell && cell.numbers[view.categories.indexOf(view.category)];

// lines of a chart: what each is called, its cell, and the number that is drawn
const lineOf = (view, name, address, period, more = {}) => {
  const cell = cellAt(view, address, period);
  return { name, cell, drawn: chosenIn(view, cell) ?? null, ...more };
};

function linesOver(view) {
  const address = addressOf(view.members);
  const isAmong = ({ period }) => (!view.from || period >= view.from) && (!view.to || period.slice(0, 4) <= view.to);
  return view.file.periods.filter(isAmong).map(({ period }) =>
    lineOf(view, page.periods[period].name, address, period, { isChosen: period === view.period, period }));
}

function linesBy(view, dimension) {
  const scheme = schemeOf(view);
  const printed = (page.parties[scheme] || []).map(([code]) => code);
  const place = (line) => (dimension === "party" && printed.includes(line.code) ? printed.indexOf(line.code) : Infinity);
  return membersOf(view.file, dimension, view.members)
    .map((code) => lineOf(view, called(dimension, code, scheme), addressOf({ ...view.members, [dimension]: code }), view.period, { code }))
    .filter((line) => line.cell)
    .sort((one, other) =>
      (place(one) === place(other) ? 0 : place(one) - place(other)) || other.drawn - one.drawn ||
      other.cell.numbers[0] - one.cell.numbers[0] || (one.code < other.code ? -1 : 1));
}

// charts; a table stands beneath each, so that these are pictures

function columnsOf(lines, caption) {
  const most = Math.max(1, ...lines.map((line) => line.drawn || 0));
  const isFew = lines.length <= FEW / 2;
  const highest = lines.find((line) => line.drawn === most);
  const box = made("div", { class: `columns${isFew ? " few" : ""}`, role: "img", "aria-label": filled(words.picture, { caption }) });
  for (const line of lines) {
    const bar = made("i");
    bar.style.height = `${(85 * (line.drawn || 0)) / most}%`;
    const text = line.drawn === null ? "–" : digits(line.drawn);
    const isTold = isFew || line.isChosen || line === highest;
    const column = made("span", { title: `${line.name}: ${text}` }, ...(isTold ? [made("b", {}, text)] : []), bar);
    column.className = `${line.isChosen ? "is-chosen" : ""} ${line.drawn === null ? "is-empty" : ""}`;
    box.append(column);
  }
  const ends = isFew ? lines : [lines[0], lines[lines.length - 1]];
  return [box, made("div", { class: "ends", "aria-hidden": "true" }, ...ends.map((line) => made("span", {}, line.name)))];
}

function barsOf(lines, caption) {
  const most = Math.max(1, ...lines.map((line) => line.drawn || 0));
  const box = made("div", { class: "bars", role: "img", "aria-label": filled(words.picture, { caption }) });
  for (const line of lines) {
    const bar = made("i");
    bar.style.width = `${(80 * (line.drawn || 0)) / most}%`;
    box.append(made("span", {}, line.name), made("span", { class: "lane" }, bar, line.drawn === null ? "–" : digits(line.drawn)));
  }
  return [box];
}

function mapOf(lines, caption, chosen) {
  const map = document.getElementById("map").content.firstElementChild.cloneNode(true);
  const byCode = new Map(lines.map((line) => [line.code, line]));
  const numbers = lines.filter((line) => line.drawn !== null).map((line) => line.drawn);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  map.setAttribute("aria-label", filled(words.picture, { caption }));
  for (const path of map.querySelectorAll("path")) {
    const line = byCode.get(page.governorates[path.dataset.iso]);
    path.classList.toggle("is-chosen", Boolean(chosen) && page.governorates[path.dataset.iso] === chosen);
    if (!line || line.drawn === null) continue;
    path.classList.add("is-known");
    path.style.setProperty("--share", `${most === least ? 100 : (100 * (line.drawn - least)) / (most - least)}%`);
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.append(`${line.name}: ${digits(line.drawn)}`);
    path.append(title);
  }
  const scale = made("p", { class: "scale", "aria-hidden": "true" }, digits(least), made("i"), digits(most));
  return numbers.length ? [map, scale] : [map];
}

function categoryBars(view, caption) {
  const cell = cellAt(view, addressOf(view.members), view.period);
  const lines = view.categories.slice(1).map((category) => ({
    name: columns[category] || category, drawn: cell ? cell.numbers[view.categories.indexOf(category)] : null,
  }));
  return barsOf(lines, caption);
}

// tables, and what is downloaded of them

function tableOf(view, caption, first, lines, isOver) {
  const head = [first, ...view.categories.map((each) => columns[each] || each), words.version];
  if (isOver) head.push(words.standing, words.covers);
  const body = lines.map((line) => {
    const row = made("tr", {}, made("th", { scope: "row" }, line.name));
    row.append(...view.categories.map((each) => made("td", { class: "number" }, figure(line.cell, each))));
    row.append(made("td", { class: "number small" }, versionsOf(line.cell)));
    if (isOver) {
      row.append(made("td", { class: "small" }, page.periods[line.period].standing));
      row.append(made("td", { class: "small" }, line.cell ? coverOf(line.cell) : "–"));
    }
    if (line.isChosen) row.className = "is-chosen";
    return row;
  });
  const cells = head.map((name, place) =>
    made("th", { scope: "col", ...(place > 0 && place <= view.categories.length + 1 ? { class: "number" } : {}) }, name));
  const table = made("table", {}, made("caption", {}, caption), made("thead", {}, made("tr", {}, ...cells)), made("tbody", {}, ...body));
  const region = { class: `scroll${lines.length > FEW ? " is-long" : ""}`, role: "region", tabindex: "0", "aria-label": caption };
  return made("details", { open: lines.length <= FEW }, made("summary", {}, words.table), made("div", region, table));
}

const HEAD = ["value", "version", "standing", "months_present", "months_expected", "release"];

function csvOf(lines) {
  const names = [...new Set(lines.flatMap((line) => (line.cell ? Object.keys(membersAt(line.cell.address)) : [])))];
  const rows = [["measure", "period", ...names, "category", ...HEAD]];
  for (const { cell } of lines.filter((line) => line.cell)) {
    const members = membersAt(cell.address);
    const { present, expected, release } = cell.of;
    cell.numbers.forEach((value, place) => rows.push([
      cell.measure, cell.period, ...names.map((name) => members[name] || ""), page.categories[place],
      value, cell.versions[place], page.periods[cell.period].state, present, expected, release,
    ]));
  }
  return rows.map((row) => `${row.join(",")}\r\n`).join("");
}

function downloadOf(name, lines) {
  const button = made("button", { type: "button", class: "download" }, words.download);
  button.addEventListener("click", () => {
    const url = URL.createObjectURL(new Blob([csvOf(lines)], { type: "text/csv" }));
    made("a", { href: url, download: `${name}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  });
  return button;
}

// a chart with its heading, what it is of, its table and its download; a sentence where the release has no such figure
function article(view, { heading, part, lines, draw, first, isOver = false, isWide = false }) {
  const box = made("article", { class: isWide ? "wide" : "" }, made("h3", {}, heading));
  const caption = [captionOf(view, isOver ? "" : page.periods[view.period].name), heading.toLocaleLowerCase("en")].join(page.and);
  if (!lines.some((line) => line.drawn !== null)) {
    box.append(made("p", { class: "none" }, words.none));
    return box;
  }
  const cell = cellAt(view, addressOf(view.members), view.period) || lines.map((line) => line.cell).find(Boolean);
  const { standing } = page.periods[view.period];
  const about = filled(words.about, { release: `\u2066${cell.of.release}\u2069`, standing, covered: coverOf(cell) });
  const name = [view.measure, isOver ? page.periods[view.period].kind : view.period.replace("/", "_"), part, ...Object.values(view.members)];
  const drawnOf = view.category === "total" || part === "category" ? caption : `${caption}${page.and}${columns[view.category]}`;
  box.append(...draw(drawnOf), tableOf(view, caption, first, lines, isOver), downloadOf(name.join("-"), lines));
  if (!isOver) box.append(made("p", { class: "about" }, about));
  return box;
}

function overTime(view, heading, isWide) {
  const lines = view.file ? linesOver(view) : [];
  const draw = (caption) => columnsOf(lines, caption);
  return article(view, { heading, part: "over", lines, draw, first: words.period, isOver: true, isWide });
}

function byCategory(view) {
  const line = lineOf({ ...view, category: "total" }, page.names.measure[view.measure], addressOf(view.members), view.period);
  // what is not given by category, as a place, has the total alone
  const lines = line.cell && line.cell.numbers.length > 1 ? [line] : [];
  return article(view, { heading: words.category, part: "category", lines, draw: (caption) => categoryBars(view, caption), first: columns.measure });
}

function byDimension(view, dimension) {
  const lines = linesBy(view, dimension);
  const first = columns[dimension] || dimension;
  const draw = (caption) => (dimension === "governorate" ? mapOf(lines, caption, view.members[dimension]) : barsOf(lines, caption));
  const whole = lineOf(view, columns.total, addressOf(view.members), view.period);
  // a breakdown that is not given by category, as that by place, has no columns of them
  const most = Math.max(1, ...lines.map((line) => (line.cell ? line.cell.numbers.length : 0)));
  return article({ ...view, categories: view.categories.slice(0, most) }, { heading: byCalled(dimension), part: dimension, lines: whole.cell ? [...lines, whole] : lines, draw, first });
}

// filters

const form = document.getElementById("filters");
const selects = {};

function filter(name, label) {
  selects[name] = made("select", { id: `filter-${name}`, name });
  form.append(made("div", {}, made("label", { for: `filter-${name}` }, label), selects[name]));
}

function offer(name, value, options, isClosed = false, isUnknown = false) {
  const listed = options.some((each) => each.options) || options.some(([code]) => code === value) ? options : [...options, [value, value]];
  const option = ([code, text]) => made("option", { value: code }, text);
  selects[name].replaceChildren(...listed.map((each) =>
    each.options ? made("optgroup", { label: each.label }, ...each.options.map(option)) : option(each)));
  selects[name].value = value;
  selects[name].disabled = isClosed;
  selects[name].parentElement.hidden = isUnknown;
}

function buildFilters() {
  filter("measure", columns.measure);
  filter("period", words.period);
  filter("from", words.from);
  filter("to", words.to);
  filter("category", words.category);
  for (const dimension of page.dimensions) filter(dimension, columns[dimension] || dimension);
  const reset = made("button", { type: "button" }, words.reset);
  reset.addEventListener("click", () => ask({}));
  form.append(reset);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () =>
    ask(Object.fromEntries(Object.entries(selects).map(([name, select]) => [name, select.value]).filter(([, value]) => value))));
}

function showFilters(view) {
  const periods = (kind) => Object.entries(page.periods).filter(([, each]) => each.kind === kind).map(([period, each]) => [period, each.name]);
  offer("measure", view.measure, Object.keys(page.measures).map((each) => [each, page.names.measure[each]]));
  offer("period", view.period, Object.entries(words.kinds).map(([kind, label]) => ({ label, options: periods(kind) })));
  for (const name of ["from", "to"]) offer(name, view[name], [["", words.all], ...YEARS.map((year) => [year, year])]);
  offer("category", view.category, page.categories.map((each) => [each, each === "total" ? words.all : columns[each]]));
  for (const dimension of page.dimensions) {
    const codes = view.file ? membersOf(view.file, dimension, view.members) : [];
    const named = codes.map((code) => [code, called(dimension, code, view.file && schemeOf(view))]);
    named.sort((one, other) => one[1].localeCompare(other[1], document.documentElement.lang));
    const isUnknown = !view.file || !view.file.addresses.some(([, members]) => dimension in members);
    const code = view.members[dimension] || "";
    offer(dimension, code, [["", words.all], ...named], !codes.length && !code, isUnknown && !code);
  }
}

// what is chosen, as the address of the page says it

function asked() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const of = (name, known, otherwise) => (known.includes(hash.get(name)) ? hash.get(name) : otherwise);
  return {
    measure: of("measure", Object.keys(page.measures), page.headline[0]),
    period: of("period", Object.keys(page.periods), page.latest),
    from: of("from", YEARS, ""),
    to: of("to", YEARS, ""),
    category: of("category", page.categories, "total"),
    members: Object.fromEntries(page.dimensions.filter((name) => hash.get(name)).map((name) => [name, hash.get(name)])),
  };
}

const ask = (choice) => {
  location.hash = new URLSearchParams(choice).toString();
};

let shown = 0;

async function show() {
  const turn = ++shown;
  const state = asked();
  const charts = document.getElementById("charts");
  const chosen = document.getElementById("chosen");
  const other = document.getElementById("other");
  other.href = other.getAttribute("href").replace(/#.*/, "") + location.hash;
  try {
    const view = await viewOf(state.measure, state);
    const others = page.headline.filter((measure) => measure !== state.measure);
    const beside = await Promise.all(others.map((measure) => viewOf(measure, state)));
    if (turn !== shown) return; // something else has been chosen meanwhile
    showFilters(view);
    const { kind, name } = page.periods[view.period];
    const cell = view.file && cellAt(view, addressOf(view.members), view.period);
    const of = view.category === "total" ? "" : columns[view.category];
    chosen.replaceChildren(filled(words.chosen, { what: [captionOf(view, name), of].filter(Boolean).join(page.and) }), ": ", figure(cell, view.category));
    const hasCategories = view.file && view.categories.length > 1;
    const dimensions = page.dimensions.filter((each) => view.file && isThere(view, each));
    charts.replaceChildren(
      overTime(view, words.over[kind], true),
      ...(hasCategories ? [byCategory(view)] : []),
      ...dimensions.map((dimension) => byDimension(view, dimension)),
      made("h2", {}, words.more),
      ...beside.map((each) => overTime(each, `${page.names.measure[each.measure]}${page.and}${words.over[kind]}`)),
    );
    document.body.dataset.shown = location.hash;
  } catch (error) {
    chosen.textContent = filled(words.unread, { file: error.message });
  }
}

// whether a measure is broken down by a dimension that is not chosen; one that stands within another alone only there
const isThere = (view, dimension) =>
  !(dimension in view.members) &&
  [{}, view.members].some((within) => membersOf(view.file, dimension, within).length);

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("figures").focus();
});
addEventListener("hashchange", show);
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((each) => (each.open = true)));
document.addEventListener("DOMContentLoaded", () => {
  buildFilters();
  show();
});
