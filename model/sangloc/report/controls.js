// Filters, orders and buttons, and what happens when they are used.

function drawLabels() {
  data.labels.forEach((label, number) => {
    const box = make("input", { type: "checkbox", checked: true, value: String(number) });
    const chip = make("label", { className: `chip g${data.groupOf[number] % 6}`, title: `group ${data.groups[data.groupOf[number]]}` });
    chip.append(box, ` ${label} `, make("kbd", {}, keyOfLabel(number)));
    byId("labels").append(chip);
  });
  byId("labels").append(make("button", { type: "button", id: "all-labels" }, "all"), make("button", { type: "button", id: "no-labels" }, "none"));
}

function drawConfidence() {
  const limit = Number(byId("confidence").value);
  byId("confidence-text").textContent = limit < 100 ? `Only up to ${limit} % sure` : "However sure";
}

/** Draw again after a filter changed, with the same paragraph current where it is still there and not far down. */
function refilter() {
  matches.clear();
  draw(view.current);
  drawPageCounts();
  say(byId("shown").textContent);
}

/** Give the current paragraph a label, show it, and tell. */
function relabel(page, row, label) {
  if (!correct(page, row, label)) return;
  shown(page, row, `line ${pages[page].at[row] + 1} is now ${data.labels[label]}`);
}

function takeBack() {
  const last = undo();
  if (!last) return say("Nothing to undo");
  if (!elementOf(last.page, last.row)) openPage(last.page, last.row);
  else makeCurrent(elementOf(last.page, last.row));
  return shown(last.page, last.row, `line ${pages[last.page].at[last.row] + 1} is ${data.labels[last.before]} again`);
}

function shown(page, row, message) {
  const item = elementOf(page, row);
  if (item) paint(item);
  drawPageCounts(page);
  say(message);
}

function listen() {
  const on = (name, event, handler) => byId(name).addEventListener(event, handler);
  let waiting = 0;
  on("search", "input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      filters.query = pattern(event.target.value);
      refilter();
    }, 150);
  });
  for (const name of ["scope", "order", "layout"]) {
    on(name, "change", (event) => {
      filters[name] = event.target.value;
      refilter();
    });
  }
  on("confidence", "input", drawConfidence);
  on("confidence", "change", (event) => {
    filters.limit = (Number(event.target.value) * SHARES) / 100;
    refilter();
  });
  on("labels", "change", chooseLabels);
  on("all-labels", "click", () => setLabels(true));
  on("no-labels", "click", () => setLabels(false));
  on("page-order", "change", drawPages);
  on("pages", "click", (event) => {
    const button = event.target.closest(".page");
    if (button) openPage(Number(button.dataset.page));
  });
  on("more", "click", () => {
    const place = view.drawn;
    drawMore();
    makeCurrent(elementOf(...view.rows[place]));
  });
  on("undo", "click", takeBack);
  on("download-page", "click", () => downloadPage(view.page));
  on("download-zip", "click", downloadZip);
  on("download-stream", "click", downloadStream);
  on("help-button", "click", () => byId("help").showModal());
  on("help-close", "click", () => byId("help").close());
  on("lines", "click", clicked);
  on("lines", "change", (event) => {
    const item = event.target.closest(".line");
    relabel(...placeOf(item), Number(event.target.value));
    makeCurrent(item);
  });
}

function clicked(event) {
  const item = event.target.closest(".line");
  if (!item) return;
  if (event.target.closest(".from")) {
    openPage(...placeOf(item));
    return;
  }
  const inside = event.target.closest("select, button");
  // Not while a piece of text is being selected.
  if (inside || !window.getSelection().toString()) makeCurrent(item, !inside);
  if (event.target.closest(".why")) toggleWhy(item);
}

function chooseLabels() {
  filters.labels = new Set([...byId("labels").querySelectorAll("input:checked")].map((box) => Number(box.value)));
  refilter();
}

function setLabels(checked) {
  for (const box of byId("labels").querySelectorAll("input")) box.checked = checked;
  chooseLabels();
}
