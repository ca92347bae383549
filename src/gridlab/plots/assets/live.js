/* Keeps a page of `gridlab serve` fresh: asks the server that it came from, and nobody else, for what has changed. */
(function () {
  "use strict";
  const { from, every, drawn, tag: first } = gridlab.data.live;
  const pulse = document.getElementById("live");
  const shown = new Map();
  let tag = first || "";
  let pressed = false;
  let waiting = null;

  /* The server has escaped every value, and the page's policy runs no script that came with one. */
  function fill(parts) {
    for (const [id, html] of Object.entries(parts)) {
      if (shown.get(id) === html) continue;
      shown.set(id, html);
      document.getElementById(id).innerHTML = html;
    }
  }

  /* Whether all of it is shown: the picture waits while candidates are chosen in it. */
  function show(fresh) {
    document.title = fresh.title;
    fill(fresh.parts);
    if (fresh.parallel && !drawn) location.reload(); /* what there is to draw with comes with the page */
    return !fresh.parallel || gridlab.renew(fresh.parallel);
  }

  async function look() {
    if (document.hidden) return;
    try {
      const answer = await fetch(from, { cache: "no-store", headers: tag ? { "If-None-Match": tag } : {} });
      if (answer.status === 200) {
        tag = answer.headers.get("ETag");
        waiting = await answer.json();
      }
      pulse.textContent = answer.ok || answer.status === 304 ? "" : await answer.text();
    } catch {
      pulse.textContent = "The server does not answer any more; gridlab serve starts it again.";
    }
    if (waiting && !pressed) {
      if (show(waiting)) waiting = null;
      else pulse.textContent = "The picture waits for you: it shows the new fits once no candidates are chosen in it.";
    }
  }

  /* Nothing moves under a pointer that is dragging; its mouse events HiPlot keeps for itself. */
  document.addEventListener("pointerdown", () => (pressed = true), true);
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => (pressed = false), true);
  document.addEventListener("visibilitychange", look);

  look();
  setInterval(look, every);
})();
