"use strict";
// A file that is dropped, or pasted, is put into the form; all else works without this.
const zone = document.querySelector("[data-drop]");
const input = document.querySelector("input[type=file]");
const told = document.querySelector("[data-told]");

function take(files) {
  if (!files || !files.length) return false;
  const one = new DataTransfer();
  one.items.add(files[0]);
  input.files = one.files;
  told.textContent = files[0].name + " is ready: choose Explain.";
  return true;
}

zone.addEventListener("dragover", (event) => {
  event.preventDefault();
  zone.classList.add("over");
});
zone.addEventListener("dragleave", () => zone.classList.remove("over"));
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  zone.classList.remove("over");
  if (!take(event.dataTransfer.files)) {
    document.querySelector("textarea").value = event.dataTransfer.getData("text/plain");
    told.textContent = "The text is ready: choose Explain.";
  }
});
document.addEventListener("paste", (event) => {
  if (take(event.clipboardData.files)) event.preventDefault();
});
