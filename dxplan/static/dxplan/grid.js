// The entry grid: Enter goes down a line, Ctrl+S saves, leaving with unsaved input is asked about,
// cells that a check finds wrong are marked as such.
"use strict";

const grid = document.querySelector("[data-grid]");

if (grid) {
  let isDirty = grid.hasAttribute("data-unsaved");

  grid.addEventListener("input", () => { isDirty = true; });
  grid.addEventListener("grid:filled", () => { isDirty = true; });
  grid.addEventListener("submit", () => { isDirty = false; });
  window.addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });

  grid.addEventListener("htmx:afterRequest", () => {
    const wrong = new Set([...grid.querySelectorAll("[data-error-of]")].map((error) => error.dataset.errorOf));
    for (const cell of grid.querySelectorAll("[data-cell]")) {
      if (wrong.has(cell.name)) cell.setAttribute("aria-invalid", "true");
      else cell.removeAttribute("aria-invalid");
    }
  });

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
    event.preventDefault();
    if (grid.querySelector("[type=submit]")) grid.requestSubmit();
  });

  grid.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("input:not([type=checkbox], [type=radio]), select[data-value]")) return;
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
