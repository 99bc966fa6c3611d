// The data of the report, the corrections made to it, and which paragraphs the filters let through.
// A paragraph is known by its page's number and its own number on that page.

const data = JSON.parse(document.getElementById("data").textContent);
const pages = data.pages;
const SHARES = 1000; // probabilities are whole thousandths
const UNSURE = 800; // below it a paragraph counts as unsure
const STORE = `sangloc-report-${data.id}`;

const filters = { query: null, labels: new Set(data.labels.keys()), limit: SHARES, scope: "page", order: "page", layout: "one" };
const corrections = pages.map(() => new Map()); // per page: paragraph -> number of the label
const matches = new Map(); // page -> what the filters let through
const past = []; // what undo takes back: {page, row, before}
const unsaved = new Set(); // pages with corrections that have not been downloaded

pages.forEach((page, number) => {
  page.number = number;
  page.lines = page.text.split("\n");
});

function textOf(page, row) {
  return pages[page].lines[pages[page].at[row]];
}

function labelOf(page, row) {
  return corrections[page].get(row) ?? pages[page].codes[row];
}

function isCorrected(page, row) {
  return corrections[page].has(row);
}

function isKept(page, row) {
  return data.kept[labelOf(page, row)];
}

/** Give a paragraph another label; giving back the model's own removes the correction. */
function correct(page, row, label, remember = true) {
  const before = labelOf(page, row);
  if (before === label) return false;
  if (remember) past.push({ page, row, before });
  if (label === pages[page].codes[row]) corrections[page].delete(row);
  else corrections[page].set(row, label);
  matches.delete(page);
  unsaved.add(page);
  store();
  return true;
}

/** Take the last correction back and return where it was. */
function undo() {
  const last = past.pop();
  if (last) correct(last.page, last.row, last.before, false);
  return last;
}

function correctionCount() {
  return corrections.reduce((sum, page) => sum + page.size, 0);
}

// A browser may forbid storage to files from disk; corrections then last as long as the page is open.
function store() {
  try {
    const content = corrections.flatMap((page, number) => [...page].map(([row, label]) => [number, row, label]));
    localStorage.setItem(STORE, JSON.stringify(content));
  } catch {
    // Nothing to be done: leaving the page asks first (see main.js).
  }
}

function restore() {
  let content = [];
  try {
    content = JSON.parse(localStorage.getItem(STORE) ?? "[]");
  } catch {
    return;
  }
  for (const [page, row, label] of content) {
    if (pages[page]?.at[row] !== undefined && data.labels[label] !== undefined) correct(page, row, label, false);
  }
}

function passes(page, row) {
  if (pages[page].probs[row] > filters.limit || !filters.labels.has(labelOf(page, row))) return false;
  return !filters.query || filters.query.test(textOf(page, row).normalize("NFC"));
}

/** Return the paragraphs of a page that the filters let through, as [page, row]; kept until a filter or label changes. */
function matching(page) {
  if (!matches.has(page)) {
    const found = [];
    for (let row = 0; row < pages[page].at.length; row++) if (passes(page, row)) found.push([page, row]);
    matches.set(page, found);
  }
  return matches.get(page);
}

function isFiltered() {
  return filters.query !== null || filters.limit < SHARES || filters.labels.size < data.labels.length;
}

/** Return all paragraphs to show, in the order to show them. */
function selected(current) {
  const found = filters.scope === "all" ? pages.flatMap((page) => matching(page.number)) : pages.length ? [...matching(current)] : [];
  if (filters.order === "unsure") found.sort((a, b) => pages[a[0]].probs[a[1]] - pages[b[0]].probs[b[1]]);
  return found;
}

/** Return how many paragraphs of a page are kept, unsure, and corrected. */
function counts(page) {
  let kept = 0;
  let unsure = 0;
  pages[page].probs.forEach((share, row) => {
    kept += isKept(page, row);
    unsure += share < UNSURE && !isCorrected(page, row);
  });
  return { all: pages[page].at.length, kept, unsure, corrected: corrections[page].size };
}

/** Return the next paragraph after this one that the model is unsure of and nobody has corrected, or null. */
function nextUnsure(page, row) {
  for (let number = page; number < pages.length; number++) {
    const probs = pages[number].probs;
    for (let i = number === page ? row + 1 : 0; i < probs.length; i++) {
      if (probs[i] < UNSURE && !isCorrected(number, i)) return [number, i];
    }
  }
  return null;
}
