// Sorts a table by the column whose head is clicked. The page is whole without it.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const falls = head.getAttribute("aria-sort") !== "descending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", falls ? "descending" : "ascending");
      const value = row => row.cells[column].dataset.value;
      const rows = [...body.rows].sort((a, b) => {
        // What is missing stays at the end, whichever way the rest is sorted.
        if (value(a) === undefined || value(b) === undefined) return (value(a) === undefined) - (value(b) === undefined);
        return falls ? value(b) - value(a) : value(a) - value(b);
      });
      body.append(...rows);
    });
  });
}
