/** Shows the training of one model at a time. */
export function chooseModel(changed: () => void): void {
  const choice = document.querySelector('[data-choice=model]');
  if (!choice) return;
  const models = [...document.querySelectorAll<HTMLElement>('[data-model]')];
  const show = () => {
    const chosen = choice.querySelector<HTMLInputElement>('input:checked')?.value ?? '0';
    for (const model of models) model.hidden = model.dataset.model !== chosen;
    changed();
  };
  choice.addEventListener('change', show);
  show();
}
