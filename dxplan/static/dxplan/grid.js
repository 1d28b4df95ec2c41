// The entry grid: Enter goes down a line, and leaving with unsaved input is asked about.
"use strict";

const grid = document.querySelector("[data-grid]");

if (grid) {
  let isDirty = document.querySelector("[aria-invalid], .conflict") !== null;

  grid.addEventListener("input", () => { isDirty = true; });
  grid.addEventListener("submit", () => { isDirty = false; });
  window.addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });

  grid.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("input:not([type=checkbox], [type=radio])")) return;
    event.preventDefault();
    const cells = [...grid.querySelectorAll("[data-value]")];
    const own = event.target.closest("tr").querySelector("[data-value]");
    const next = cells[cells.indexOf(own) + (event.shiftKey ? -1 : 1)];
    if (next) {
      next.focus();
      if (next.select) next.select();
    }
  });
}
