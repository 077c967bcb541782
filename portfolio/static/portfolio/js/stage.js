/* Committee mode: the arrows of the keyboard go from screen to screen, and the whole screen is
   taken where the browser can. Whoever writes in a field keeps their arrows. */

const follow = (name) => document.querySelector(`[data-stage-${name}]`)?.click();
const full = document.querySelector("[data-stage-full]");

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.target.closest("input, select, textarea")) return;
  if (event.key === "ArrowRight" || event.key === "PageDown") follow("next");
  if (event.key === "ArrowLeft" || event.key === "PageUp") follow("previous");
  if (event.key === "Home") follow("agenda");
});

if (document.documentElement.requestFullscreen) {
  full.hidden = false;
  full.addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  });
}
