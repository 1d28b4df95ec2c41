// Draws the figures of #charts into the elements with data-chart, each when it comes into view.
"use strict";

const CONFIG = {
  responsive: true,
  displaylogo: false,
  showSendToCloud: false,
  locale: "ja",
  modeBarButtons: [["toImage"]],
  toImageButtonOptions: { format: "png", scale: 2 },
};

Plotly.register({
  moduleType: "locale",
  name: "ja",
  dictionary: {
    "Download plot as a PNG": "画像（PNG）として保存",
    "Download plot": "画像として保存",
    "Preparing image - this may take a few seconds": "画像を作成しています",
    "Image download succeeded": "画像を保存しました",
  },
  format: { date: "%Y年%-m月%-d日", year: "%Y年", decimal: ".", thousands: "," },
});

const NARROW = 600;
const LEGEND_FOOT = 48;
const LEGEND_LINE = 22;
const figures = JSON.parse(document.getElementById("charts").textContent);
const places = document.querySelectorAll("[data-chart]");

function draw(place) {
  const figure = figures[place.dataset.chart];
  if (!figure || place.dataset.drawn) return;
  place.dataset.drawn = "true";
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", `グラフ: ${figure.layout.meta.title}。同じ内容を表でも示しています。`);
  if (place.clientWidth < NARROW) shortenNames(figure.layout.yaxis, figure.data);
  Plotly.newPlot(place, figure.data, figure.layout, CONFIG);
}

// On a narrow screen long names would leave no room for the bars: only their number stays.
function shortenNames(axis, traces) {
  if (axis.type !== "category") return;
  axis.tickvals = traces[0].y;
  axis.ticktext = traces[0].y.map((name) => name.split(" ")[0]);
}

// On a phone the legend below takes a line for each entry: without room it would cover the axis.
function makeRoomForLegend({ data, layout }, height) {
  if (innerWidth >= NARROW || layout.legend?.yref !== "container" || layout.height) return;
  const bottom = LEGEND_FOOT + LEGEND_LINE * data.length;
  layout.height = height - layout.margin.b + bottom;
  layout.margin = { ...layout.margin, b: bottom };
}

const watcher = new IntersectionObserver(
  (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => draw(entry.target)),
  { rootMargin: "300px" },
);
// Room for a tall chart before it is drawn: later, what is being read would be pushed away.
places.forEach((place) => {
  const figure = figures[place.dataset.chart];
  if (figure) makeRoomForLegend(figure, place.clientHeight);
  const height = figure?.layout.height;
  if (height) place.style.minHeight = `${height}px`;
  watcher.observe(place);
});

// Paper is narrower than most windows, and a drawn chart does not shrink by itself.
const paperWidth = (place) => (place.classList.contains("chart--small") ? 320 : 680);
window.addEventListener("beforeprint", () => {
  places.forEach((place) => {
    draw(place);
    Plotly.relayout(place, { width: paperWidth(place) });
  });
});
window.addEventListener("afterprint", () => {
  places.forEach((place) => Plotly.relayout(place, { width: null, autosize: true }));
});
