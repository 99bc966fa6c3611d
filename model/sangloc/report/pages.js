// The list of pages, each with its counts.

const ORDERS = {
  given: (a, b) => a.number - b.number,
  unsure: (a, b) => b.counts.unsure - a.counts.unsure || a.number - b.number,
  corrected: (a, b) => b.counts.corrected - a.counts.corrected || a.number - b.number,
};

function drawPages() {
  const found = pages.map((page) => ({ number: page.number, counts: counts(page.number) }));
  found.sort(ORDERS[byId("page-order").value]);
  byId("pages").replaceChildren(...found.map(({ number }) => make("li", {}, pageButton(number))));
  byId("page-count").textContent = `(${pages.length})`;
  drawPageCounts();
}

function pageButton(number) {
  const button = make("button", { type: "button", className: "page", "data-page": String(number) });
  const parts = pages[number].name.split("/");
  const name = parts.pop();
  if (parts.length) button.append(make("span", { className: "folder" }, ...visible(`${parts.join("/")}/`)));
  button.append(make("span", { className: "name" }, ...visible(name)), make("span", { className: "counts" }));
  return button;
}

/** Bring the counts of one page, or of all, up to date, and which page is open. */
function drawPageCounts(only = null) {
  const filtered = isFiltered();
  for (const button of document.querySelectorAll(only === null ? ".page" : `.page[data-page="${only}"]`)) {
    const number = Number(button.dataset.page);
    const { all, kept, unsure, corrected } = counts(number);
    const matches = filtered ? matching(number).length : all;
    const said = [filtered ? `${matches} of ${all} shown` : `${kept} of ${all} kept`];
    if (unsure) said.push(`${unsure} unsure`);
    if (corrected) said.push(`${corrected} corrected`);
    button.querySelector(".counts").textContent = said.join(" · ");
    button.classList.toggle("empty", !matches);
    if (number === view.page && filters.scope === "page") button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  drawSummary();
}

function drawSummary() {
  const number = correctionCount();
  const paragraphs = pages.reduce((sum, page) => sum + page.at.length, 0);
  byId("summary").textContent = `${plural(pages.length, "page")}, ${plural(paragraphs, "paragraph")}, ${plural(number, "correction")}`;
  byId("filtered").textContent = isFiltered() ? "(some set)" : "";
  byId("undo").disabled = !past.length;
}

/** Show one page, with a paragraph as the current one. */
function openPage(number, row = null, focus = true) {
  if (!pages[number]) return;
  view.page = number;
  if (filters.scope === "all") {
    filters.scope = "page";
    byId("scope").value = "page";
  }
  draw(row === null ? null : [number, row]);
  drawPageCounts();
  const button = document.querySelector(`.page[data-page="${number}"]`);
  button?.scrollIntoView({ block: "nearest" });
  if (!focus) return;
  if (row === null) window.scrollTo(0, 0);
  makeCurrent(view.current && elementOf(...view.current));
  say(`Page ${pages[number].name}`);
}

/** Open the page so many further down the list. */
function movePage(by) {
  const buttons = [...document.querySelectorAll(".page")];
  const place = buttons.findIndex((button) => Number(button.dataset.page) === view.page);
  const target = buttons[place + by];
  if (target) openPage(Number(target.dataset.page));
}
