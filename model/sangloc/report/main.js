// Start.

restore();
unsaved.clear();
past.length = 0;
drawLabels();
drawConfidence();
drawKeys();
drawPages();
if (window.matchMedia("(max-width: 48rem)").matches) for (const name of ["page-drawer", "filters"]) byId(name).open = false;
listen();
document.addEventListener("keydown", pressed);
window.addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});
draw();
drawPageCounts();
