// Warns before the session ends. The server counts the time and tells it with every answer; tabs
// of one browser tell each other, so that work in one of them keeps the others quiet.
"use strict";

const notice = document.querySelector("[data-session-ends-in]");

if (notice) {
  const KEY = "dxplan.session-ends-at";
  const WARNED_BEFORE = 5 * 60 * 1000;
  const warning = notice.querySelector("[data-session-warning]");
  const ended = notice.querySelector("[data-session-ended]");
  let endsAt = 0;

  const show = () => {
    const left = endsAt - Date.now();
    const isEnded = left <= 0;
    const isNear = !isEnded && left <= WARNED_BEFORE;
    notice.querySelector("[data-session-time]").textContent =
      new Date(endsAt).toLocaleTimeString("ja-JP", { hour: "numeric", minute: "2-digit" });
    warning.hidden = !isNear;
    ended.hidden = !isEnded;
    notice.hidden = !isNear && !isEnded;
  };

  const setEnd = (time) => {
    endsAt = time;
    show();
  };

  const tellEnd = (seconds) => {
    setEnd(Date.now() + Number(seconds) * 1000);
    try { localStorage.setItem(KEY, endsAt); } catch { /* a browser may forbid it */ }
  };

  window.addEventListener("storage", (event) => {
    if (event.key === KEY && event.newValue) setEnd(Number(event.newValue));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr } = event.detail;
    if (xhr.getResponseHeader("X-Session-Ended")) tellEnd(0);
    else if (xhr.getResponseHeader("X-Session-Ends-In")) tellEnd(xhr.getResponseHeader("X-Session-Ends-In"));
  });

  tellEnd(notice.dataset.sessionEndsIn);
  setInterval(show, 1000);
}
