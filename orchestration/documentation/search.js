// Shows the sections that have every word asked for, those with it in their heading first.
const box = document.getElementById("search");
const found = document.getElementById("found");
const pages = document.getElementById("pages");

function rank(section, words) {
  const title = section.title.toLowerCase();
  const text = `${title} ${section.text.toLowerCase()}`;
  if (!words.every((word) => text.includes(word))) return 0;
  return words.every((word) => title.includes(word)) ? 2 : 1;
}

box.addEventListener("input", () => {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  const ranked = SECTIONS.map((section) => ({ section, rank: words.length ? rank(section, words) : 0 }));
  const shown = ranked.filter((each) => each.rank).sort((one, other) => other.rank - one.rank).slice(0, 30);
  pages.hidden = words.length > 0;
  found.replaceChildren(
    ...shown.map(({ section }) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = section.page;
      link.textContent = section.title;
      item.append(link, ` ${section.text.slice(0, 90)}…`);
      return item;
    }),
  );
});
