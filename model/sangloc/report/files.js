// Label files: a page with a label and a tab in front of every paragraph, as `sangloc tag` prints it; one by one, in one, or zipped.

function labelFile(page) {
  const { header, lines, at } = pages[page];
  const out = [...header];
  let row = 0;
  const last = lines.length - (lines.at(-1) === "" ? 1 : 0);
  for (let number = 0; number < last; number++) {
    if (number === at[row]) out.push(`${data.labels[labelOf(page, row++)]}\t${lines[number]}`);
    else out.push(lines[number]);
  }
  return out.map((line) => `${line}\n`).join("");
}

function download(name, content, type) {
  const link = make("a", { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function chosenPages() {
  const all = pages.map((page) => page.number);
  return byId("only-corrected").checked ? all.filter((page) => corrections[page].size) : all;
}

function downloadPage(page) {
  download(pages[page].file.split("/").at(-1), labelFile(page), "text/tab-separated-values");
  downloaded([page]);
}

function downloadStream() {
  const chosen = chosenPages();
  if (!chosen.length) return say("No page has corrections");
  download("labels.tsv", chosen.map(labelFile).join(""), "text/tab-separated-values");
  return downloaded(chosen);
}

function downloadZip() {
  const chosen = chosenPages();
  if (!chosen.length) return say("No page has corrections");
  const files = chosen.map((page) => [pages[page].file, new TextEncoder().encode(labelFile(page))]);
  download("labels.zip", zipped(files), "application/zip");
  return downloaded(chosen);
}

function downloaded(chosen) {
  for (const page of chosen) unsaved.delete(page);
  say(`Labels of ${plural(chosen.length, "page")} downloaded`);
}

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Return a zip archive of [name, bytes], stored without compression (APPNOTE.TXT 4.3: local headers, central directory, end). */
function zipped(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [name, bytes] of files) {
    const encoded = new TextEncoder().encode(name);
    // Version 2.0, names in UTF-8, stored, 1 January 1980.
    const common = [[2, 20], [2, 0x800], [2, 0], [2, 0], [2, 0x21], [4, crc32(bytes)], [4, bytes.length], [4, bytes.length], [2, encoded.length], [2, 0]];
    const local = packed([[4, 0x04034b50], ...common]);
    parts.push(local, encoded, bytes);
    directory.push(packed([[4, 0x02014b50], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), encoded);
    offset += local.length + encoded.length + bytes.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = packed([[4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, size], [4, offset], [2, 0]]);
  return new Blob([...parts, ...directory, end]);
}

/** Return numbers of so many bytes each, little-endian. */
function packed(fields) {
  const bytes = [];
  for (const [size, value] of fields) for (let byte = 0; byte < size; byte++) bytes.push(Math.floor(value / 256 ** byte) % 256);
  return Uint8Array.from(bytes);
}
