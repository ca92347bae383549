/* Libraries lie in the page compressed; each is unpacked when it is first asked for, and runs because the page's policy
   lists its hash. */
const gridlab = (function () {
  "use strict";
  const begun = new Map();

  async function unpack(name) {
    const packed = atob(document.getElementById("library-" + name).textContent.trim());
    const bytes = Uint8Array.from(packed, (c) => c.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(plain).text();
    document.head.append(script);
  }

  /* Resolves when the library is there. */
  function library(name) {
    if (!begun.has(name)) begun.set(name, unpack(name));
    return begun.get(name);
  }

  const data = JSON.parse(document.getElementById("data").textContent);
  return { library, data, dark: window.matchMedia("(prefers-color-scheme: dark)") };
})();
