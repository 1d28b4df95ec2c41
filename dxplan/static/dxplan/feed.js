// The figures that checklists give, taken over into the entry grid in place. Without scripts the
// same buttons send the form, and the page comes back with the cells filled.
"use strict";

(() => {
  const grid = document.querySelector("[data-grid]");
  if (!grid) return;

  const cellOf = (row, name) => row.querySelector(`[data-cell="${name}"]`);

  function changesOf(button) {
    const row = button.closest("tr");
    const texts = { ...button.dataset, value: "" };
    return ["numerator", "denominator", "value", "state"]
      .map((name) => ({ cell: cellOf(row, name), text: texts[name] }))
      .filter(({ cell, text }) => cell.value !== text);
  }

  // Nobody has said anything of the year: no figure, no state without one.
  function isUntouched(button) {
    const row = button.closest("tr");
    const figures = ["value", "numerator", "denominator"].map((name) => cellOf(row, name).value.trim());
    return !figures.some(Boolean) && cellOf(row, "state").value === button.dataset.state;
  }

  function takeOver(buttons) {
    const told = buttons.length
      ? `${buttons.length}件に一覧の値を入れました（まだ保存していません）。`
      : "一覧の値を入れる指標はありませんでした。";
    if (buttons.length) cellOf(buttons[0].closest("tr"), "numerator").focus();
    const detail = { changes: buttons.flatMap(changesOf), told, undo: "一覧の値を取り消す" };
    grid.dispatchEvent(new CustomEvent("grid:fill", { detail }));
  }

  grid.addEventListener("click", (event) => {
    const button = event.target.closest("[data-feed], [data-feed-all]");
    if (!button) return;
    event.preventDefault();
    const isAll = button.matches("[data-feed-all]");
    takeOver(isAll ? [...grid.querySelectorAll("[data-feed]")].filter(isUntouched) : [button]);
  });
})();
