// The paragraphs: drawn as far as needed, one of them the current one.

const STEP = 200; // paragraphs drawn at a time
const FAR = 1000; // paragraphs that are drawn to keep the current one in sight when others are filtered in
const view = { page: 0, rows: [], drawn: 0, current: null };
const keyOf = (page, row) => `${page}:${row}`;

/** Draw the paragraphs that are to be seen, from the top, and make one the current one. */
function draw(current = null) {
  view.rows = selected(view.page);
  view.drawn = 0;
  const lines = byId("lines");
  lines.replaceChildren();
  if (filters.layout === "beside") {
    lines.append(column("Kept", "kept-column"), column("Removed", "removed-column"));
  } else {
    lines.append(make("ol", { className: "column", "aria-label": "Paragraphs" }));
  }
  lines.classList.toggle("beside", filters.layout === "beside");
  drawMore();
  drawTitle();
  const first = document.querySelector(".line");
  const wanted = current && (elementOf(...current) ?? drawUpTo(...current, filters.scope === "page" ? Infinity : FAR));
  makeCurrent(wanted ?? first, false);
}

function column(title, name) {
  return make("section", { className: name }, make("h3", {}, title), make("ol", { className: "column", "aria-label": `${title} paragraphs` }));
}

function drawMore() {
  const end = Math.min(view.drawn + STEP, view.rows.length);
  const columns = [...document.querySelectorAll("#lines .column")];
  const pieces = columns.map(() => document.createDocumentFragment());
  for (; view.drawn < end; view.drawn++) {
    const [page, row] = view.rows[view.drawn];
    pieces[columns.length > 1 && !isKept(page, row) ? 1 : 0].append(line(page, row));
  }
  columns.forEach((list, number) => list.append(pieces[number]));
  byId("more").hidden = view.drawn >= view.rows.length;
  byId("more").textContent = `Show more (${view.rows.length - view.drawn} left)`;
}

/** Draw as far as a paragraph, unless it is further down than `limit`. */
function drawUpTo(page, row, limit) {
  const place = view.rows.findIndex((found) => found[0] === page && found[1] === row);
  while (place < limit && place >= view.drawn) drawMore();
  return elementOf(page, row);
}

function drawTitle() {
  const all = filters.scope === "all";
  byId("page-title").replaceChildren(...(all ? ["All pages"] : visible(pages[view.page]?.name ?? "No pages")));
  byId("download-page").hidden = all || !pages.length;
  const total = all ? pages.reduce((sum, page) => sum + page.at.length, 0) : (pages[view.page]?.at.length ?? 0);
  const number = view.rows.length;
  byId("shown").textContent = number === total ? plural(total, "paragraph") : `${number} of ${plural(total, "paragraph")}`;
}

function elementOf(page, row) {
  return document.querySelector(`.line[data-key="${keyOf(page, row)}"]`);
}

function placeOf(element) {
  return element.dataset.key.split(":").map(Number);
}

function line(page, row) {
  const { at, others, otherProbs, probs } = pages[page];
  const number = at[row] + 1;
  const choice = make("select", { className: "badge", "aria-label": `Label of line ${number}`, tabIndex: -1 });
  data.labels.forEach((label, i) => choice.append(make("option", { value: i }, label)));
  const share = make("span", { className: "share", title: `next: ${data.labels[others[row]]} ${percent(otherProbs[row])}` }, percent(probs[row]));
  const tag = make("div", { className: "tag" }, choice, share);
  if (pages[page].why) tag.append(make("button", { type: "button", className: "why", "aria-expanded": "false", tabIndex: -1 }, "why"));
  tag.append(make("span", { className: "was" }));
  const text = make("p", { className: "text", dir: "auto" }, ...visible(textOf(page, row), filters.query));
  const item = make("li", { className: "line", tabIndex: -1, "data-key": keyOf(page, row) }, tag, text);
  if (filters.scope === "all") item.prepend(make("button", { type: "button", className: "from", tabIndex: -1 }, ...visible(pages[page].name)));
  else if (row && at[row] - at[row - 1] > 1) item.classList.add("gap");
  paint(item);
  return item;
}

/** Show a paragraph's label as it is now. */
function paint(item) {
  const [page, row] = placeOf(item);
  const label = labelOf(page, row);
  const group = data.groupOf[label];
  const corrected = isCorrected(page, row);
  for (const name of [...item.classList]) if (/^g\d$/.test(name)) item.classList.remove(name);
  item.classList.add(`g${group % 6}`);
  item.classList.toggle("removed", !data.kept[label]);
  item.classList.toggle("unsure", pages[page].probs[row] < UNSURE && !corrected);
  item.classList.toggle("corrected", corrected);
  item.querySelector(".badge").value = label;
  item.querySelector(".was").textContent = corrected ? `was ${data.labels[pages[page].codes[row]]}` : "";
}

function makeCurrent(item, focus = true) {
  if (!item) {
    view.current = null;
    return;
  }
  const old = document.querySelector(".line[aria-current]");
  if (old) {
    old.removeAttribute("aria-current");
    reachable(old, -1);
  }
  item.setAttribute("aria-current", "true");
  reachable(item, 0);
  view.current = placeOf(item);
  if (!focus) return;
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

// Only the current paragraph and what is in it are stops of the tabulator key: a page has hundreds.
function reachable(item, index) {
  item.tabIndex = index;
  for (const control of item.querySelectorAll("select, button")) control.tabIndex = index;
}

/** Make the paragraph so many further down (negative: up) the current one. */
function move(by) {
  const items = [...document.querySelectorAll(".line")];
  const place = items.indexOf(view.current && elementOf(...view.current));
  if (place + by >= items.length && view.drawn < view.rows.length) {
    drawMore();
    move(by);
    return;
  }
  makeCurrent(items[Math.max(0, Math.min(place + by, items.length - 1))]);
}

/** Open or close the reasons of a paragraph's label. */
function toggleWhy(item) {
  const button = item.querySelector(".why");
  if (!button) return;
  const open = item.querySelector(".reasons");
  if (open) open.remove();
  else item.append(reasons(...placeOf(item)));
  button.setAttribute("aria-expanded", String(!open));
}

function reasons(page, row) {
  const { why, codes, others } = pages[page];
  const versus = `${data.labels[codes[row]]} over ${data.labels[others[row]]}`;
  const [final, first] = why[row];
  return make(
    "div",
    { className: "reasons" },
    make("h4", {}, `Why ${versus}`),
    account(final, versus),
    make("h4", {}, "Why the line by itself seems so"),
    account(first, versus),
  );
}

/** List an account: the margin, then theme, phrase and share of it for each reason; the rest is what a usual line has, and small things. */
function account([margin, ...found], versus) {
  const list = make("ul");
  let rest = margin;
  for (let i = 0; i < found.length; i += 3) {
    const [theme, phrase, share] = found.slice(i, i + 3);
    rest -= share;
    list.append(reason(share, make("b", {}, data.themes[theme]), ": ", ...visible(data.phrases[phrase])));
  }
  list.append(reason(rest, "all other reasons, and what a usual line has"));
  list.append(make("li", { className: "sum" }, make("span", { className: "number" }, `= ${signed(margin)}`), make("span", {}, versus)));
  return list;
}

function reason(share, ...said) {
  return make("li", { className: share < 0 ? "against" : "for" }, make("span", { className: "number" }, signed(share)), make("span", {}, ...said));
}
