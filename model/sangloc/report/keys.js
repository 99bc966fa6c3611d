// Keys: one for each label (its number, and a letter of its name), and those to move and look.

const COMMANDS = {
  j: ["next paragraph", () => move(1)],
  k: ["paragraph before", () => move(-1)],
  n: ["next paragraph that the model is unsure of, on later pages too", goUnsure],
  "]": ["next page", () => movePage(1)],
  "[": ["page before", () => movePage(-1)],
  e: ["why this label", () => view.current && toggleWhy(elementOf(...view.current))],
  u: ["undo", takeBack],
  "/": ["search", () => byId("search").focus()],
  "?": ["this help", () => byId("help").showModal()],
};
const ALIASES = { ArrowDown: "j", ArrowUp: "k", Enter: "e" };
const letters = lettersOf(data.labels);

/** Choose a letter for each label: the first of its name that is not taken. */
function lettersOf(labels) {
  const taken = new Set(Object.keys(COMMANDS));
  return labels.map((label) => {
    const letter = [...label.toLowerCase()].find((found) => /\p{L}/u.test(found) && !taken.has(found));
    if (letter) taken.add(letter);
    return letter;
  });
}

function keyOfLabel(number) {
  return [number < 9 ? String(number + 1) : null, letters[number]].filter(Boolean).join(" ");
}

function goUnsure() {
  const [page, row] = view.current ?? [view.page, -1];
  const found = nextUnsure(page, row);
  if (!found) {
    say("No unsure paragraph further down");
    return;
  }
  if (found[0] === view.page && elementOf(...found)) makeCurrent(elementOf(...found));
  else openPage(...found);
}

function drawKeys() {
  const list = byId("keys");
  for (const [key, [meaning]] of Object.entries(COMMANDS)) list.append(make("dt", {}, make("kbd", {}, key)), make("dd", {}, meaning));
  data.labels.forEach((label, number) => {
    const keys = keyOfLabel(number).split(" ").filter(Boolean);
    list.append(make("dt", {}, ...keys.map((key) => make("kbd", {}, key))), make("dd", {}, `label ${label}`));
  });
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
  const typing = event.target.closest?.("input, select, textarea, summary");
  if (event.key === "Escape" && typing) {
    const item = (view.current && elementOf(...view.current)) ?? document.querySelector(".line");
    byId("lines").focus(); // where nothing matched there is no paragraph
    makeCurrent(item);
    return;
  }
  // A slider or a box of a filter takes its own keys, a button the one that presses it.
  if (typing || (event.key === "Enter" && event.target.closest?.("button"))) return;
  const key = ALIASES[event.key] ?? event.key;
  const label = /^[1-9]$/.test(key) ? Number(key) - 1 : letters.indexOf(key);
  if (label >= 0 && label < data.labels.length) {
    if (view.current) relabel(...view.current, label);
  } else if (key in COMMANDS) COMMANDS[key][1]();
  else return;
  event.preventDefault();
}
