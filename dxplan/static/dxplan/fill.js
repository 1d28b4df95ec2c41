// Many cells of the entry grid filled at once, from a spreadsheet or from checklists: one check for
// all their rows, one button (or Ctrl+Z) that takes it back. Nothing is saved.
//
// Others ask for it with an event "grid:fill" on the form: detail.changes are {cell, text} pairs,
// detail.told is what is said afterwards, detail.undo the label of the button.
"use strict";

(() => {
  const grid = document.querySelector("[data-grid]");
  const panel = document.querySelector("[data-fill]");
  if (!grid || !panel) return;
  const message = panel.querySelector("[data-fill-message]");
  const button = panel.querySelector("[data-fill-undo]");
  const blocks = [];
  let isTypedSince = false;

  // A row's own check that is still on its way would answer for what its cells held before.
  function check(cells) {
    const rows = [...new Set(cells.map((cell) => cell.closest("[data-kpi]")))];
    for (const row of rows) htmx.trigger(row, "htmx:abort");
    const ids = rows.map((row) => `&kpi=${row.dataset.kpi}`).join("");
    htmx.ajax("POST", grid.dataset.check + ids, { source: grid, swap: "none" });
    grid.dispatchEvent(new Event("grid:filled"));
  }

  function tell(text) {
    panel.hidden = false;
    message.textContent = text;
    button.hidden = !blocks.length;
    if (blocks.length) button.textContent = blocks.at(-1).undo;
  }

  function mark(changes) {
    for (const cell of grid.querySelectorAll("[data-filled]")) delete cell.dataset.filled;
    for (const { cell } of changes) cell.dataset.filled = "";
  }

  function fill({ changes, told, undo }) {
    if (changes.length) {
      blocks.push({ undo, changes: changes.map((change) => ({ ...change, before: change.cell.value })) });
      for (const { cell, text } of changes) cell.value = text;
      mark(changes);
      isTypedSince = false;
      check(changes.map(({ cell }) => cell));
    }
    tell(told);
  }

  // Back to what the cells held; what was typed over the block since stays.
  function takeBack() {
    const { changes } = blocks.pop();
    const restored = changes.filter(({ cell, text }) => cell.value === text);
    for (const { cell, before } of restored) cell.value = before;
    mark([]);
    isTypedSince = true;
    if (restored.length) check(restored.map(({ cell }) => cell));
    const kept = changes.length - restored.length;
    changes[0].cell.focus();
    tell(`${restored.length}個の欄を元に戻しました。${kept ? `後から入力し直した${kept}個の欄はそのままです。` : ""}`);
  }

  grid.addEventListener("grid:fill", ({ detail }) => fill(detail));
  grid.addEventListener("input", () => { isTypedSince = true; });
  button.addEventListener("click", takeBack);
  grid.addEventListener("keydown", (event) => {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z";
    if (!isUndo || isTypedSince || !blocks.length) return;
    event.preventDefault();
    takeBack();
  });
})();
