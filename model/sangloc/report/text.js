// Elements, and texts of pages shown as text: nothing of a page ever becomes markup.

const LONGEST = 5000; // characters of a paragraph that are shown; label files have it whole
const HIDDEN = /([\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}])/u; // control, direction and zero-width characters, which are shown by number
const JOINERS = /[\u200c\u200d\ufe0f]/; // they make emoji and letters, and stay

/** Return a new element with properties (`class`, `data-…` and `aria-…` as attributes) and children, texts or elements. */
function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element && !key.includes("-")) element[key] = value;
    else if (value !== null) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

function byId(name) {
  return document.getElementById(name);
}

function percent(share) {
  return `${share >= SHARES ? 100 : Math.min(Math.round((share * 100) / SHARES), 99)} %`;
}

function signed(hundredths) {
  return (hundredths < 0 ? "−" : "+") + (Math.abs(hundredths) / 100).toFixed(1);
}

function plural(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}

/** Return a text's pieces as nodes: what can't be seen as its number, what is searched for marked. */
function visible(text, query) {
  const shown = text.length > LONGEST ? text.slice(0, LONGEST) : text;
  const nodes = [];
  for (const piece of shown.split(HIDDEN)) {
    if (piece && piece !== "\t" && HIDDEN.test(piece) && !JOINERS.test(piece)) nodes.push(code(piece));
    else nodes.push(...marked(piece, query));
  }
  if (shown.length < text.length) nodes.push(make("em", {}, ` … ${(text.length - LONGEST).toLocaleString("en")} more characters`));
  return nodes;
}

function code(character) {
  const number = `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  return make("span", { className: "code", title: "a character that is not seen" }, number);
}

function marked(text, query) {
  if (!query) return text ? [text] : [];
  const nodes = [];
  let done = 0;
  for (const found of text.matchAll(new RegExp(query.source, "giu"))) {
    if (found.index > done) nodes.push(text.slice(done, found.index));
    if (found[0]) nodes.push(make("mark", {}, found[0]));
    done = found.index + found[0].length;
  }
  if (done < text.length) nodes.push(text.slice(done));
  return nodes;
}

/** Return the pattern that finds a text whatever its case, or null for an empty one. */
function pattern(text) {
  const wanted = text.trim().normalize("NFC");
  return wanted ? new RegExp(wanted.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"), "iu") : null;
}

/** Tell people who hear the page what happened. */
function say(message) {
  byId("said").textContent = message;
}
