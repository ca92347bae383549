/* Starts what the other scripts offer. A browser that cannot unpack the libraries keeps the plain tables. */
(function () {
  "use strict";
  const page = document.documentElement;
  if (typeof DecompressionStream === "undefined") return;
  page.classList.add("runs");
  /* Resolves when the picture is painted: the charts wait for it, so that it does not wait for them. */
  gridlab.picture = document.getElementById("plot")
    ? gridlab.library("hiplot").then(() => new Promise((painted) => gridlab.parallel(gridlab.data.parallel, painted)))
    : Promise.resolve();
  gridlab.picture.then(() => performance.mark("picture")); /* benchmarks/report.py asks when */
})();
