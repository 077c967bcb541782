/* The guided tour: a dialog whose steps follow each other. Whoever closes it, by a button or by
   Escape, is not offered it again; the help page gives it still. */

const tour = document.querySelector("[data-tour]");
const steps = [...tour.querySelectorAll("[data-tour-step]")];
const part = (name) => tour.querySelector(`[data-tour-${name}]`);
let current = 0;

for (const button of document.querySelectorAll("[data-tour-open]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    tour.showModal();
    show(0);
  });
}

part("back").addEventListener("click", () => show(current - 1));
part("next").addEventListener("click", () => show(current + 1));
// Escape: the same as the button that leaves.
tour.addEventListener("cancel", () => part("finish").requestSubmit());
tour.addEventListener("keydown", (event) => {
  if (event.key === "ArrowRight" && current < steps.length - 1) show(current + 1);
  if (event.key === "ArrowLeft" && current > 0) show(current - 1);
});

function show(number) {
  current = number;
  const last = number === steps.length - 1;
  steps.forEach((step, index) => (step.hidden = index !== number));
  part("back").hidden = number === 0;
  part("next").hidden = last;
  part("end").hidden = !last;
  part("leave").hidden = last;
  steps[number].focus();
}
