/* Starts what the other scripts offer. A browser that cannot unpack the libraries keeps the plain tables. */
(function () {
  "use strict";
  const page = document.documentElement;
  if (typeof DecompressionStream === "undefined") return;
  page.classList.add("runs");
  if (!document.getElementById("plot")) return;
  gridlab.library("hiplot").then(() => {
    gridlab.parallel(gridlab.data.parallel);
    page.classList.add("drawn");
  });
})();
