// Shows the sections that have every word asked for, those with it in their heading first.
const box = document.getElementById("search");
const found = document.getElementById("found");
const pages = document.getElementById("pages");

// as people type it: without case, accents and vowel signs, Arabic letters in one form
function folded(text) {
  const bare = text.toLowerCase().normalize("NFKD").replace(/[\p{M}\u0640]/gu, "");
  return bare.replace(/ى/g, "ي").replace(/ة/g, "ه");
}

function rank(section, words) {
  section.title_folded ??= folded(section.title);
  section.text_folded ??= `${section.title_folded} ${folded(section.text)}`;
  const title = section.title_folded;
  const text = section.text_folded;
  if (!words.every((word) => text.includes(word))) return 0;
  return words.every((word) => title.includes(word)) ? 2 : 1;
}

box.addEventListener("input", () => {
  const words = folded(box.value).split(/\s+/).filter(Boolean);
  const ranked = SECTIONS.map((section) => ({ section, rank: words.length ? rank(section, words) : 0 }));
  const shown = ranked.filter((each) => each.rank).sort((one, other) => other.rank - one.rank).slice(0, 30);
  pages.hidden = words.length > 0;
  found.replaceChildren(
    ...shown.map(({ section }) => {
      const item = document.createElement("li");
      item.dir = "auto";
      const link = document.createElement("a");
      link.href = section.page;
      link.textContent = section.title;
      item.append(link, ` ${section.text.slice(0, 90)}…`);
      return item;
    }),
  );
});
