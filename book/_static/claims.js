// A ledger of many claims shows one verdict alone, if the reader asks for it.
(() => {
  const start = () => {
    for (const list of document.querySelectorAll(".claims[data-filter]")) {
      const claims = [...list.querySelectorAll("details.claim")];
      const counts = new Map();
      for (const { dataset } of claims)
        counts.set(dataset.verdict, (counts.get(dataset.verdict) ?? 0) + 1);
      const bar = document.createElement("div");
      bar.className = "claims-filter";
      bar.setAttribute("role", "group");
      bar.setAttribute("aria-label", "Show claims by verdict");
      const show = (verdict) => {
        for (const claim of claims) claim.hidden = verdict !== "" && claim.dataset.verdict !== verdict;
        for (const button of bar.children)
          button.setAttribute("aria-pressed", String(button.value === verdict));
      };
      for (const [verdict, count] of [["", claims.length], ...counts]) {
        const button = document.createElement("button");
        button.type = "button";
        button.value = verdict;
        button.textContent = `${verdict || "all"} (${count})`;
        button.addEventListener("click", () => show(verdict));
        bar.append(button);
      }
      show("");
      list.prepend(bar);
    }
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
