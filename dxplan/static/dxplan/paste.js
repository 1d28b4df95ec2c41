// A block copied from a spreadsheet, pasted into the entry grid: it fills the cells downwards.
// One column goes into the same cell of each row; two go into 分子 and 分母 where a row has them.
// A blank leaves a cell as it is. fill.js fills the cells, has them checked and takes them back.
"use strict";

(() => {
  const grid = document.querySelector("[data-grid]");
  const PARTS = ["numerator", "denominator"];
  // A cell of a spreadsheet's text and what ends it; quoted where it holds tabs or line breaks.
  const CELL = /("(?:[^"]|"")*"|[^\t\r\n]*)(\t|\r\n|\r|\n|$)/y;
  if (!grid) return;

  function linesOf(text) {
    const lines = [[]];
    CELL.lastIndex = 0;
    while (CELL.lastIndex < text.length) {
      const [, cell, end] = CELL.exec(text) ?? [null, text.slice(CELL.lastIndex), ""];
      const isQuoted = cell.length > 1 && cell.startsWith('"');
      lines.at(-1).push((isQuoted ? cell.slice(1, -1).replaceAll('""', '"') : cell).trim());
      if (!end) break;
      if (end !== "\t") lines.push([]);
    }
    if (!lines.at(-1).length) lines.pop();
    return lines;
  }

  // The cells of a row that a line's texts go into, for a block that was pasted into `name`.
  function cellsOf(row, name, width) {
    const cell = (wanted) => row.querySelector(`[data-cell="${wanted}"]:enabled`);
    if (!["value", ...PARTS].includes(name)) return [cell(name)];
    if (!cell(PARTS[0])) return [cell("value")];
    return width > 1 ? PARTS.map(cell) : [cell(name)];
  }

  // What a cell holds for a text; nothing where it is chosen from a list without it.
  function held(cell, text) {
    if (!cell?.options) return cell && text;
    return [...cell.options].find((item) => item.text === text || item.value === text)?.value;
  }

  function paste(lines, start) {
    const all = [...grid.querySelectorAll("tr:has([data-cell])")];
    const rows = all.slice(all.indexOf(start.closest("tr")));
    const width = Math.max(...lines.map((line) => line.length));
    const changes = [];
    let unused = 0;
    lines.slice(0, rows.length).forEach((line, place) => {
      const cells = cellsOf(rows[place], start.dataset.cell, width);
      line.forEach((text, column) => {
        if (!text) return;
        const cell = cells[column];
        const value = held(cell, text);
        if (value === undefined || value === null) unused += 1;
        else changes.push({ cell, text: value });
      });
    });
    const told = toldOf(changes.length, unused, Math.max(0, lines.length - rows.length));
    const detail = { changes, told, undo: "貼り付けを取り消す" };
    grid.dispatchEvent(new CustomEvent("grid:fill", { detail }));
  }

  function toldOf(filled, unused, left) {
    const parts = [filled ? `${filled}個の欄に貼り付けました（まだ保存していません）。` : "貼り付けませんでした。"];
    if (left) parts.push(`行が足りないため、${left}行は使っていません。`);
    if (unused) parts.push(`入る欄がないため、${unused}個の値は使っていません。`);
    return parts.join("");
  }

  grid.addEventListener("paste", (event) => {
    const lines = linesOf(event.clipboardData.getData("text/plain"));
    const isBlock = lines.length > 1 || lines[0]?.length > 1;
    if (!isBlock || !event.target.matches("input[data-cell]")) return;
    event.preventDefault();
    paste(lines, event.target);
  });
})();
